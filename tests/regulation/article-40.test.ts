import { describe, expect, it } from 'vitest';
import { decideAccess } from '../../domain/access/policy.ts';
import { proposalKinds, supervisionGrounds } from '../../domain/petition/supervision.ts';
import type { EventActor } from '../../domain/ports.ts';
import { tasksOf } from '../../domain/workflow/tasks.ts';
import { directory, stateAfter } from '../support/builders.ts';
import { given } from '../support/given.ts';
import { command, people } from '../support/intake.ts';
import { cite } from './articles.ts';
import { acceptedOn, law, onFrom, receivedOn, sweep } from './cases.ts';

const land = '622901-zrzy';
const supervisor: EventActor = { id: 'supervisor', unit: '622901-xfj', role: 'supervisor' };
const another: EventActor = { ...supervisor, id: 'second-supervisor' };
const open = (over: { ground?: (typeof supervisionGrounds)[number]; against?: string } = {}) =>
  command('OpenSupervision', supervisor, { ground: 'shirking', against: land, reason: '推诿', ...over }, '2026-03-20');
const propose = (kind: (typeof proposalKinds)[number], addressee = land) =>
  command('ProposeMeasure', supervisor, { supervision: 1, kind, addressee, text: '建议' }, '2026-03-20');
const feedback = command(
  'GiveFeedback',
  people.handler,
  { supervision: 1, adopted: true, text: '已整改' },
  '2026-03-23',
);
const close = (by: EventActor) => command('CloseSupervision', by, { supervision: 1, finding: '已整改' }, '2026-03-24');
const accepted = acceptedOn('2026-03-02');
const opened = onFrom(accepted, open());
const answered = onFrom(opened, feedback);
const may = (
  role: string,
  unit: string,
  named: string,
  action: 'OpenSupervision' | 'CloseSupervision' | 'GiveFeedback',
) =>
  decideAccess({ id: 'x', name: '', unit, roles: [role] }, action, { petition: stateAfter(opened), named }, directory)
    .allowed;

describe(cite(40), () => {
  it('opens supervision in the same moment in which a limit is recorded as missed, once', () => {
    // 60 days from 2 March 2026 end on 6 May, after Labour Day.
    given(...accepted)
      .when(sweep('2026-05-06'), law)
      .thenTypes('DeadlineWarned');
    const missed = onFrom(accepted, sweep('2026-05-07'));
    expect(stateAfter(missed).supervisions).toMatchObject([{ ground: 'late', against: land, automatic: true }]);
    given(...missed)
      .when(sweep('2026-05-08'), law)
      .thenTypes();
  });

  it('supervises whoever’s duty it was: the office for forwarding, the organ for the notice and the opinion', () => {
    expect(stateAfter(onFrom(receivedOn('2026-03-02'), sweep('2026-03-18'))).supervisions[0]?.against).toBe(
      '622901007-zx',
    );
    expect(stateAfter(onFrom(accepted, sweep('2026-05-07'))).supervisions[0]?.against).toBe(land);
  });

  it('never supervises for a right that the petitioner did not use', () =>
    given(...accepted)
      .when(sweep('2026-03-20'), law)
      .thenTypes());

  it('opens it by hand on the article’s grounds', () => {
    for (const ground of supervisionGrounds) {
      given(...accepted)
        .when(open({ ground }), law)
        .thenTypes('SupervisionOpened');
    }
  });

  it('is never opened by the unit against itself', () => {
    given(...accepted)
      .when(open({ against: '622901-xfj' }), law)
      .thenRefused('rule-violated', { pointer: '/against', basis: 'R40' });
    expect(may('supervisor', land, land, 'OpenSupervision')).toBe(false);
    expect(may('supervisor', '622901-xfj', '622901-xfj', 'OpenSupervision')).toBe(false);
  });

  it('is the petition office’s, for the units of its area', () => {
    expect(may('supervisor', '622901-xfj', land, 'OpenSupervision')).toBe(true);
    expect(may('supervisor', '6229-xfj', land, 'OpenSupervision')).toBe(true);
    expect(may('handler', '622901-xfj', land, 'OpenSupervision')).toBe(false);
  });

  it('knows three kinds of proposals: to improve the work, the policy, and to hold somebody responsible', () => {
    expect(proposalKinds).toEqual(['improve-work', 'improve-policy', 'hold-responsible']);
    for (const kind of proposalKinds)
      given(...opened)
        .when(propose(kind), law)
        .thenTypes('MeasureProposed');
  });

  it('owes written feedback before it is closed', () => {
    expect(tasksOf(stateAfter(opened), directory)).toContainEqual(
      expect.objectContaining({ step: 'give-feedback', audience: `handler@${land}` }),
    );
    given(...opened)
      .when(close(another), law)
      .thenRefused('not-the-step', { basis: 'R40' });
    expect(may('handler', '622901-zjj', land, 'GiveFeedback')).toBe(false);
  });

  it('owes an answer of its own to a proposal that was made to somebody else, also after it is closed', () => {
    const toGovernment = onFrom(
      opened,
      propose('improve-work'),
      propose('improve-policy', '622901'),
      feedback,
      close(another),
    );
    expect(tasksOf(stateAfter(toGovernment), directory).filter(({ step }) => step === 'answer-proposal')).toMatchObject(
      [{ leg: '2', audience: 'handler@622901' }],
    );
    const answer = (proposal: number) =>
      command(
        'GiveFeedback',
        people.reviewer,
        { supervision: 1, proposal, adopted: true, text: '修订补偿标准' },
        '2026-03-30',
      );
    const readable = (history: typeof opened) =>
      decideAccess(
        { id: 'x', name: '', unit: '6229', roles: ['handler'] },
        'ReadPetition',
        { petition: stateAfter(history) },
        directory,
      ).allowed;
    expect([readable(opened), readable(onFrom(opened, propose('hold-responsible', '6229')))]).toEqual([false, true]);
    given(...toGovernment)
      .when(answer(1), law)
      .thenRefused('already-decided', { basis: 'R40' });
    given(...toGovernment)
      .when(answer(3), law)
      .thenRefused('not-found');
    given(...toGovernment)
      .when(answer(2), law)
      .thenState((state) =>
        expect(tasksOf(state, directory).some(({ step }) => step === 'answer-proposal')).toBe(false),
      );
  });

  it('answers a proposal that was made to the unit after its feedback by itself', () => {
    const later = onFrom(answered, propose('improve-work'));
    expect(tasksOf(stateAfter(later), directory).map(({ step }) => step)).toContain('answer-proposal');
  });

  it('is closed by another person than opened it, and never by the supervised unit', () => {
    given(...answered)
      .when(close(supervisor), law)
      .thenRefused('own-proposal');
    given(...answered)
      .when(close(another), law)
      .thenState((state) => expect(state.supervisions).toMatchObject([{ closedBy: 'second-supervisor' }]));
    expect(may('supervisor', land, land, 'CloseSupervision')).toBe(false);
  });

  it('keeps the missed limit as it is: feedback and closing do not undo it', () => {
    const missed = onFrom(accepted, sweep('2026-05-07'));
    const closed = onFrom(
      missed,
      { ...feedback, at: '2026-05-08T04:00:00.000Z' },
      { ...close(another), at: '2026-05-09T04:00:00.000Z' },
    );
    expect(stateAfter(closed).deadlines.find(({ limit }) => limit === 'handling')?.state).toBe('missed');
  });
});
