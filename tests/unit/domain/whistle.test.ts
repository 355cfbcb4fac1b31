import { describe, expect, it } from 'vitest';
import { decideAccess } from '../../../domain/access/policy.ts';
import { type Unit, UnitDirectory } from '../../../domain/organisation/unit.ts';
import { whistleSheet } from '../../../domain/statistics/joint.ts';
import type { Whistle, WhistleEvent } from '../../../domain/whistle/state.ts';
import { rollCallOf, whistleView } from '../../../domain/whistle/views.ts';
import { summaryOfWhistle } from '../../../domain/whistle/waiting.ts';
import { whistleStream } from '../../../domain/whistle/whistle.ts';
import { waitingSteps } from '../../../domain/workflow/flow.ts';
import { openStages } from '../../../domain/workflow/progress.ts';
import { stepKey } from '../../../domain/workflow/signals.ts';
import {
  acceptedPetition,
  calendarWith,
  directory,
  registeredPetition,
  rules,
  sealedPetition,
  stateAfter,
  units,
} from '../../support/builders.ts';
import {
  after,
  answer,
  approveWhistle,
  blown,
  calledFacts,
  calledWhistle,
  callers,
  centre,
  disputedFacts,
  draftWhistle,
  foldWhistle,
  givenWhistle,
  housing,
  justice,
  land,
  object,
  refer,
  sweepAt,
  whistleAfter,
  whistleAfterIn,
  whistleCommand,
  whistleContent,
} from '../../support/whistle.ts';

const of = (type: string, by = callers.land, content: object = {}, at = after(0.5)) =>
  // biome-ignore lint/suspicious/noExplicitAny: commands of many kinds
  whistleCommand(type as any, by, content as any, at);
const whole = (limit: object): object => limit;
const waits = ({ progress }: Whistle) => waitingSteps(progress).map(stepKey);
const limitsOf = (whistle: Whistle, unit: string) =>
  Object.fromEntries(
    whistle.legs
      .find((leg) => leg.unit === unit)
      ?.limits.map(({ limit, state, done }) => [limit, `${state}${done ? ' done' : ''}`]) ?? [],
  );

describe('drafting a whistle', () => {
  it('is for a centre, on departments of its own tree, each once', () => {
    givenWhistle().when(draftWhistle()).thenTypes('WhistleDrafted');
    const elsewhere = { ...draftWhistle(), by: { ...callers.clerk, unit: land } };
    givenWhistle().when(elsewhere).thenRefused('not-your-unit');
    const calls = (...units: string[]) => draftWhistle({ calls: units.map((unit) => ({ unit, ask: '到场' })) });
    givenWhistle().when(calls(centre)).thenRefused('rule-violated', { pointer: '/calls/0/unit' });
    givenWhistle().when(calls(land, '622901007-v1')).thenRefused('rule-violated', { pointer: '/calls/1/unit' });
    for (const above of ['622901007', '622901', '6229'])
      givenWhistle().when(calls(land, above)).thenRefused('rule-violated', { pointer: '/calls/1/unit' });
    givenWhistle().when(calls(land, 'nobody')).thenRefused('unknown-unit', { pointer: '/calls/1/unit' });
    givenWhistle().when(calls(land, land)).thenRefused('rule-violated', { pointer: '/calls' });
    givenWhistle()
      .when(draftWhistle({ kind: 'loud' }))
      .thenRefused('rule-violated', { pointer: '/kind' });
    givenWhistle()
      .when(draftWhistle({ outcomeDue: '2026-03-01' }))
      .thenRefused('rule-violated', {
        pointer: '/outcomeDue',
      });
  });

  it('never calls who the matter is about', () => {
    givenWhistle()
      .when(draftWhistle({ against: [land] }))
      .thenRefused('rule-violated', { pointer: '/calls/0/unit', basis: 'R30' });
  });

  it.each(['622901007-zx', '622901007', '622901', '6229'])(
    'is not blown about those whose leaders would read and approve it: %s',
    (against) => {
      givenWhistle()
        .when(draftWhistle({ against: [against] }))
        .thenRefused('rule-violated', { pointer: '/against', basis: 'R30' });
    },
  );

  it('holds no identity number, telephone number or mark of risk', () => {
    for (const [field, pointer] of [
      ['subject', '/subject'],
      ['situation', '/situation'],
      ['place', '/place'],
    ] as const)
      givenWhistle()
        .when(draftWhistle({ [field]: '联系13900000001' }))
        .thenRefused('rule-violated', { pointer });
    givenWhistle()
      .when(draftWhistle({ calls: [{ unit: land, ask: '稳控重点人员' }] }))
      .thenRefused('rule-violated', { pointer: '/calls/0/ask', basis: 'P6' });
  });

  it('is possible on a petition once it is known to be no accusation (Art. 30)', () => {
    const on = (history: Parameters<typeof stateAfter>[0]) =>
      draftWhistle({ petition: '622901007-20260302-7K3QXA' }, { petition: stateAfter(history) });
    givenWhistle().when(on(acceptedPetition)).thenTypes('WhistleDrafted');
    givenWhistle().when(on(registeredPetition)).thenRefused('not-the-step', { basis: 'R30' });
    givenWhistle().when(on(sealedPetition)).thenRefused('sealed', { basis: 'R30' });
    givenWhistle()
      .when(draftWhistle({ petition: '622901007-20260302-7K3QXA' }))
      .thenRefused('not-found');
  });

  it('does not tell the departments whose matter it is: the name that the petition holds is refused', () => {
    const on = (changes: object) =>
      draftWhistle({ petition: 'P-1', ...changes }, { petition: stateAfter(acceptedPetition) });
    const where = { basis: 'P6' };
    givenWhistle()
      .when(on({ situation: '张三反映补偿偏低' }))
      .thenRefused('rule-violated', { pointer: '/situation', ...where });
    givenWhistle()
      .when(on({ subject: '张三的补偿' }))
      .thenRefused('rule-violated', { pointer: '/subject', ...where });
    givenWhistle()
      .when(on({ calls: [{ unit: land, ask: '请联系张三' }] }))
      .thenRefused('rule-violated', { pointer: '/calls/0/ask', ...where });
    // A name that nobody has told the machine is a word like any other; and so is the surname.
    givenWhistle()
      .when(on({ situation: '李四反映张姓农户补偿偏低' }))
      .thenTypes('WhistleDrafted');
  });
});

describe('the leader', () => {
  const drafted = whistleAfter(draftWhistle());

  it('approves what somebody else has drafted, which calls every department', () => {
    givenWhistle(...drafted)
      .when({ ...approveWhistle(), by: { ...callers.leader, id: 'clerk' } })
      .thenRefused('own-proposal');
    givenWhistle(...drafted)
      .when(whistleCommand('ReturnWhistle', { ...callers.leader, id: 'clerk' }, { reason: '补充' }))
      .thenRefused('own-proposal');
    expect(waits(foldWhistle(drafted))).toEqual(['whistle#1#approve']);
    expect(waits(calledWhistle)).toEqual([`whistle#1#acknowledge#${land}`, `whistle#1#acknowledge#${justice}`]);
    expect(calledWhistle.legs[0]?.limits.map(({ limit, due, dueAt, basis }) => [limit, dueAt ?? due, basis])).toEqual([
      ['whistle-acknowledge', '2026-03-02T02:00:00.000Z', expect.stringContaining('design')],
      ['whistle-contact', '2026-03-03T01:00:00.000Z', expect.stringContaining('design')],
      // Three working days after Monday.
      ['whistle-attend', '2026-03-05', expect.stringContaining('design')],
      ['objection', '2026-03-09', 'R23'],
    ]);
  });

  it('approves nothing that he once drafted, whoever sent it in again since', () => {
    const again = whistleAfter(
      draftWhistle(),
      whistleCommand('ReturnWhistle', callers.leader, { reason: '补充' }),
      whistleCommand('RedraftWhistle', { ...callers.clerk, id: 'clerk-2' }, { content: whistleContent }),
    );
    for (const id of ['clerk', 'clerk-2'])
      givenWhistle(...again)
        .when({ ...approveWhistle(), by: { ...callers.leader, id } })
        .thenRefused('own-proposal');
    expect(waits(foldWhistle(again))).toEqual(['whistle#2#approve']);
  });

  it('returns a draft, which opens the next round when it is drafted anew; the matter stays the same', () => {
    const returned = whistleAfter(draftWhistle(), whistleCommand('ReturnWhistle', callers.leader, { reason: '补充' }));
    givenWhistle(...returned)
      .when(approveWhistle())
      .thenRefused('not-the-step');
    const redraft = (changes: object) =>
      whistleCommand('RedraftWhistle', callers.clerk, { content: { ...whistleContent, ...changes } });
    givenWhistle(...returned)
      .when(redraft({ petition: 'other' }))
      .thenRefused('rule-violated', { pointer: '/petition' });
    givenWhistle(...drafted)
      .when(redraft({}))
      .thenRefused('not-the-step');
    givenWhistle(...returned)
      .when(redraft({}))
      .thenState((after) => expect(waits(after)).toEqual(['whistle#2#approve']));
  });

  it('calls it off: nothing waits and nothing runs', () => {
    givenWhistle(...calledFacts)
      .when(whistleCommand('CallOffWhistle', callers.leader, { reason: '已解决' }))
      .thenState((after) => {
        expect(waits(after)).toEqual([]);
        expect(openStages(after.progress)).toEqual([]);
        expect(whistleStream.head(after, rules).timer).toBeUndefined();
      });
  });

  it('calls it off late: what was missed until then is said first, whether or not the clock has come by', () => {
    const callOff = whistleCommand('CallOffWhistle', callers.leader, { reason: '已解决' }, after(900));
    const swept = whistleStream.decide(sweepAt(after(900)), calledWhistle, rules);
    const types = whistleStream.decide(callOff, calledWhistle, rules).map(({ type }) => type);
    expect(types).toEqual([...swept.map(({ type }) => type), 'WhistleCalledOff']);
    expect(types).toContain('WhistleSupervisionOpened');
  });

  it('the kind may have been given up since the draft', () => {
    const context = { ...rules, configuration: { ...rules.configuration, whistles: [] } };
    givenWhistle(...drafted)
      .when(approveWhistle(), context)
      .thenRefused('rule-violated', { pointer: '/kind' });
  });
});

describe('a department', () => {
  it('acknowledges, speaks with the caller, comes, and closes its own part; later steps include earlier ones', () => {
    const came = [
      ...calledFacts,
      ...whistleStream.decide(of('AttendWhistle', callers.land, { unit: land, officer: 'x' }), calledWhistle, rules),
    ];
    const whistle = foldWhistle(came);
    expect(waits(whistle)).toEqual([`whistle#1#outcome#${land}`, `whistle#1#acknowledge#${justice}`]);
    expect(limitsOf(whistle, land)).toMatchObject({
      'whistle-acknowledge': 'met done',
      'whistle-contact': 'met done',
      'whistle-attend': 'met done',
    });
    givenWhistle(...came)
      .when(of('AcknowledgeWhistle', callers.land, { unit: land }))
      .thenRefused('already-decided');
    const outcome = (unit: string, by = callers.land) =>
      of('RecordWhistleOutcome', by, { unit, solution: 'solved', account: '已说明' });
    givenWhistle(...came)
      .when(outcome(justice, callers.justice))
      .thenRefused('not-the-step');
    givenWhistle(...came)
      .when(outcome(housing))
      .thenRefused('not-found');
    const rated = whistleAfter(
      draftWhistle(),
      approveWhistle(),
      of('AttendWhistle', callers.land, { unit: land, officer: 'x' }),
      outcome(land),
      of('RateResponse', callers.clerk, { unit: land, satisfaction: 'satisfied' }),
    );
    expect(openStages(foldWhistle(rated).progress)).toEqual(['whistle#1']);
    givenWhistle(...rated)
      .when(object())
      .thenRefused('already-decided');
  });

  it('that acts after its hour has missed it, whether the sweep has come by or not', () => {
    const late = of('AcknowledgeWhistle', callers.land, { unit: land }, after(1.1));
    givenWhistle(...calledFacts)
      .when(late)
      .thenTypes('WhistleLimitMissed', 'WhistleSupervisionOpened', 'WhistleAcknowledged');
    givenWhistle(...calledFacts)
      .when({ ...late, at: after(1) })
      .thenTypes('WhistleAcknowledged');
    givenWhistle(...whistleAfter(draftWhistle(), approveWhistle(), sweepAt(after(1.05))))
      .when(late)
      .thenTypes('WhistleAcknowledged');
  });

  it('that misses one limit after the other is supervised once until that is closed', () => {
    givenWhistle(...calledFacts)
      .when(sweepAt(after(30)))
      .thenTypes(
        'WhistleLimitMissed',
        'WhistleSupervisionOpened',
        'WhistleLimitMissed',
        'WhistleLimitMissed',
        'WhistleSupervisionOpened',
        'WhistleLimitMissed',
      );
    const swept = whistleAfter(draftWhistle(), approveWhistle(), sweepAt(after(2)));
    expect(foldWhistle(swept).supervisions.map(({ against }) => against)).toEqual([land, justice]);
    givenWhistle(...swept)
      .when(sweepAt(after(30)))
      .thenTypes('WhistleLimitMissed', 'WhistleLimitMissed');
    givenWhistle(...swept)
      .when(sweepAt(after(2.1)))
      .thenEvents();
    const closed = whistleAfter(
      draftWhistle(),
      approveWhistle(),
      sweepAt(after(2)),
      of('GiveWhistleFeedback', callers.land, { supervision: 1, text: '疏忽' }, after(3)),
      of('CloseWhistleSupervision', callers.supervisor, { supervision: 1, finding: '改进' }, after(4)),
    );
    givenWhistle(...closed)
      .when(sweepAt(after(30)))
      .thenTypes('WhistleLimitMissed', 'WhistleSupervisionOpened', 'WhistleLimitMissed');
  });

  it('is told another day when the calendar changes; hours stay', () => {
    const changed = { ...rules, calendar: calendarWith({ rest: ['2026-03-04'] }) };
    const recount = whistleCommand('RecountWhistle', callers.clock, { calendar: 'new' });
    givenWhistle(...calledFacts)
      .when(recount, changed)
      .thenState((after) => {
        const due = (name: string) => after.legs[0]?.limits.find(({ limit }) => limit === name)?.due;
        expect([due('whistle-attend'), due('whistle-acknowledge'), due('objection')]).toEqual([
          '2026-03-06',
          '2026-03-02',
          '2026-03-10',
        ]);
      });
    givenWhistle(...calledFacts)
      .when(recount)
      .thenEvents();
  });

  it('owes earlier where a day of rest is worked after all, and keeps its days to object', () => {
    const rested = { ...rules, calendar: calendarWith({ rest: ['2026-03-04'] }) };
    const recount = whistleCommand('RecountWhistle', callers.clock, { calendar: 'new' });
    givenWhistle(...whistleAfterIn(rested, draftWhistle(), approveWhistle()))
      .when(recount)
      .thenState((after) => {
        const due = (name: string) => after.legs[0]?.limits.find(({ limit }) => limit === name)?.due;
        // Three working days to come; five to object, of which they were told until the tenth.
        expect([due('whistle-attend'), due('objection')]).toEqual(['2026-03-05', '2026-03-10']);
      });
  });
});

describe('a wrong department', () => {
  it('objects with reasons within five working days, before it has come', () => {
    givenWhistle(...calledFacts)
      .when(object(land, '2026-03-09T15:00:00.000Z'))
      .thenTypes('WhistleObjected');
    givenWhistle(...calledFacts)
      .when(object(land, '2026-03-09T16:00:00.000Z'))
      .thenRefused('out-of-time', { basis: 'R23' });
    const came = whistleAfter(
      draftWhistle(),
      approveWhistle(),
      of('AttendWhistle', callers.land, { unit: land, officer: 'x' }),
    );
    givenWhistle(...came)
      .when(object())
      .thenRefused('not-the-step');
    givenWhistle(...whistleAfter(draftWhistle(), approveWhistle(), object()))
      .when(object())
      .thenRefused('already-decided');
  });

  it('owes its limits until the caller agrees, and nothing afterwards', () => {
    const objected = [draftWhistle(), approveWhistle(), object(land, after(0.2))] as const;
    givenWhistle(...whistleAfter(...objected))
      .when(sweepAt(after(2)))
      .thenTypes('WhistleLimitMissed', 'WhistleSupervisionOpened', 'WhistleLimitMissed', 'WhistleSupervisionOpened');
    const agreed = whistleAfter(...objected, answer(true, undefined, after(0.5)));
    givenWhistle(...agreed)
      .when(sweepAt(after(2)))
      .thenState(({ supervisions }) => expect(supervisions.map(({ against }) => against)).toEqual([justice]));
    expect(waits(foldWhistle(agreed))).toEqual([`whistle#1#acknowledge#${justice}`]);
  });

  it('makes room for another, for whom everything begins now; the others keep what they have done', () => {
    const replaced = foldWhistle(
      whistleAfter(
        draftWhistle(),
        approveWhistle(),
        of('AcknowledgeWhistle', callers.justice, { unit: justice }),
        object(),
        answer(true, housing, after(3)),
      ),
    );
    expect(waits(replaced)).toEqual([`whistle#2#contact#${justice}`, `whistle#2#acknowledge#${housing}`]);
    expect(replaced.progress.whistle?.[0]).toMatchObject({ open: false, stopped: true });
    expect(replaced.legs[2]).toMatchObject({ unit: housing, ask: whistleContent.calls[0]?.ask, calledAt: after(3) });
    expect(replaced.legs[2]?.limits[0]?.dueAt).toBe(after(4));
  });

  it('makes room for another, to whom the caller’s day for the outcome goes on only while it is to come', () => {
    const due = '2026-03-04';
    const outcomeOf = (at: string) =>
      foldWhistle(
        whistleAfter(draftWhistle({ outcomeDue: due }), approveWhistle(), object(), answer(true, housing, at)),
      )
        .legs.find(({ unit }) => unit === housing)
        ?.limits.find(({ limit }) => limit === 'whistle-outcome')?.due;
    expect(outcomeOf(`${due}T02:00:00.000Z`)).toBe(due);
    // They were never told of a day that has passed, and cannot be late for it.
    expect(outcomeOf('2026-03-05T02:00:00.000Z')).toBeUndefined();
  });

  it('is not replaced by one that was called, or that the matter is about', () => {
    const objected = whistleAfter(draftWhistle(), approveWhistle(), object());
    for (const unit of [justice, land])
      givenWhistle(...objected)
        .when(answer(true, unit))
        .thenRefused('already-decided', { pointer: '/replacement' });
    givenWhistle(...objected)
      .when(answer(true, '622901-jw'))
      .thenRefused('rule-violated', { basis: 'R30' });
    givenWhistle(...objected)
      .when(answer(false, housing))
      .thenRefused('rule-violated', { pointer: '/replacement' });
  });

  it('and the caller, of two minds, ask the common superior, who rules (Art. 24)', () => {
    givenWhistle(...calledFacts)
      .when(refer)
      .thenRefused('not-the-step');
    expect(foldWhistle(disputedFacts).legs[0]?.objection).toMatchObject({ decider: '622901', rule: 'common-superior' });
    const rule = (keeps: boolean, more: object = {}) =>
      of('DecideWhistleDispute', callers.county, { unit: land, keeps, reason: '职责', ...more }, after(5));
    givenWhistle(...disputedFacts)
      .when(rule(true))
      .thenState((after) => {
        expect(after.legs[0]?.objection?.state).toBe('kept');
        expect(waits(after)).toContain(`whistle#1#acknowledge#${land}`);
      });
    givenWhistle(...disputedFacts)
      .when(rule(false, { replacement: housing }))
      .thenState((after) => expect(waits(after)).toContain(`whistle#2#acknowledge#${housing}`));
    givenWhistle(...disputedFacts)
      .when(rule(true, { replacement: housing }))
      .thenRefused('rule-violated');
    const kept = [...disputedFacts, ...whistleStream.decide(rule(true), foldWhistle(disputedFacts), rules)];
    givenWhistle(...kept)
      .when(object())
      .thenRefused('already-decided');
  });

  it('that was let go is called again by a ruling, and begins anew whatever it had done before', () => {
    const theirs = (type: string, by = callers.land, more: object = {}) =>
      of(type, by, { unit: housing, ...more }, after(4));
    const ruled = foldWhistle(
      whistleAfter(
        draftWhistle(),
        approveWhistle(),
        of('AcknowledgeWhistle', callers.land, { unit: land }),
        object(),
        answer(true, housing),
        theirs('ObjectToWhistle', callers.land, { reason: '不归本局' }),
        theirs('AnswerWhistleObjection', callers.leader, { agreed: false, reason: '职责分工' }),
        theirs('ReferWhistleDispute', callers.land, { reason: '附批复' }),
        theirs('DecideWhistleDispute', callers.county, { keeps: false, reason: '职责', replacement: land }),
      ),
    );
    expect(waits(ruled)).toEqual([`whistle#3#acknowledge#${justice}`, `whistle#3#acknowledge#${land}`]);
    expect(ruled.legs.map(({ unit }) => unit)).toEqual([justice, housing, land]);
  });

  it('is never ruled upon by who answered it, and by the caller’s own leadership only where nobody else is above', () => {
    // The county's petition office blows: its leaders are those of the county, the lowest superior of both.
    const office = { id: 'office', unit: '622901-xfj', role: 'petition-officer' };
    const decider = (shown: readonly Unit[]) =>
      foldWhistle(
        whistleAfterIn(
          { ...rules, units: new UnitDirectory(shown) },
          whistleCommand('DraftWhistle', office, { id: 'W1', content: whistleContent }),
          approveWhistle(),
          object(),
          answer(false),
          refer,
        ),
      ).legs[0]?.objection;
    const led = units.map((unit) => (unit.id === office.unit ? { ...unit, ledBy: '622901' } : unit));
    expect(decider(led)).toMatchObject({ decider: '6229', rule: 'common-superior', answeredBy: 'street-leader' });
    expect(decider(led.filter(({ id }) => id !== '6229'))).toMatchObject({ decider: '622901' });
    const rule = (id: string) =>
      of('DecideWhistleDispute', { id, unit: '622901', role: 'leader' }, { unit: land, keeps: true, reason: '职责' });
    givenWhistle(...disputedFacts)
      .when(rule('street-leader'))
      .thenRefused('own-proposal');
    givenWhistle(...disputedFacts)
      .when(rule('other'))
      .thenTypes('WhistleDisputeDecided');
    const leader = { id: 'street-leader', name: '', unit: '622901', roles: ['leader'] };
    const asked = { whistle: foldWhistle(disputedFacts), named: land };
    expect(decideAccess(leader, 'DecideWhistleDispute', asked, directory)).toMatchObject({ code: 'own-proposal' });
    expect(decideAccess({ ...leader, id: 'other' }, 'DecideWhistleDispute', asked, directory).allowed).toBe(true);
    const [task] = whistleStream.tasks(foldWhistle(disputedFacts), rules);
    expect(task).toMatchObject({ step: 'decide-whistle-dispute', excluded: ['street-leader'] });
  });

  it('that comes after all objects no more', () => {
    givenWhistle(...disputedFacts)
      .when(of('AttendWhistle', callers.land, { unit: land, officer: 'x' }))
      .thenWaitsFor();
  });
});

describe('what is seen of it', () => {
  const officer = (role: string, unit: string) => ({ id: `${role}-9`, name: '', unit, roles: [role] });

  it('the matter’s accusation, found out later, calls it off at the next sweep', () => {
    givenWhistle(...calledFacts)
      .when(sweepAt(after(30), true))
      .thenTypes('WhistleCalledOff');
  });

  it('and calls it off before the leader has approved it, after all have reported in, and when its supervision is open', () => {
    const petition = { petition: stateAfter(acceptedPetition) };
    const draft = draftWhistle({ petition: 'P-1' }, petition);
    const came = (unit: string) => of('AttendWhistle', callers.land, { unit, officer: 'x' });
    for (const history of [
      [draft],
      [draft, whistleCommand('ReturnWhistle', callers.leader, { reason: '补充' })],
      [draft, approveWhistle(), came(land), came(justice)],
      [draft, approveWhistle(), object(), answer(false), refer],
      [
        draft,
        approveWhistle(),
        sweepAt(after(2)),
        whistleCommand('CallOffWhistle', callers.leader, { reason: '已解决' }, after(3)),
      ],
    ]) {
      const facts = whistleAfter(...history);
      const { timer = '9999-12-31' } = whistleStream.head(foldWhistle(facts), rules);
      expect(timer <= blown.slice(0, 10)).toBe(true);
      givenWhistle(...facts)
        .when(sweepAt(after(30), true))
        .thenState((state) => {
          expect(state.calledOff).toMatchObject({ because: 'accusation' });
          expect(waits(state)).toEqual([]);
          expect(whistleStream.tasks(state, rules)).toEqual([]);
          expect(whistleStream.head(state, rules).timer).toBeUndefined();
        });
    }
  });

  it('those whom the matter is about read nothing, though they look after the area', () => {
    const about = foldWhistle(whistleAfter(draftWhistle({ against: ['622901-xfj'] }), approveWhistle()));
    const reader = officer('petition-officer', '622901-xfj');
    expect(decideAccess(reader, 'ReadWhistle', { whistle: calledWhistle }, directory).allowed).toBe(true);
    expect(decideAccess(reader, 'ReadWhistle', { whistle: about }, directory)).toMatchObject({ code: 'not-your-unit' });
  });

  it('a department is shown its own part alone, and never the petition', () => {
    const behind = foldWhistle(
      whistleAfter(draftWhistle({ petition: 'P-1' }, { petition: stateAfter(acceptedPetition) }), approveWhistle()),
    );
    const seen = whistleView(behind, { unit: justice }, directory, whole);
    expect(JSON.stringify(seen)).not.toMatch(/P-1|补偿标准的依据|against/);
    expect(seen).toMatchObject({
      legs: [
        { unit: land, state: 'called' },
        { unit: justice, ask: '解答法律问题' },
      ],
    });
    expect(whistleView(behind, { unit: centre }, directory, whole)).toMatchObject({ petition: 'P-1' });
    expect(JSON.stringify(whistleView(behind, { unit: '622901-xfj' }, directory, whole))).not.toContain('P-1');
  });

  it('heads and titles hold no text; the roll-call counts what they say', () => {
    const { summary, title } = whistleStream.head(calledWhistle, rules);
    expect(JSON.stringify([summary, title])).not.toMatch(/补偿|法律|核定/);
    const late = foldWhistle(whistleAfter(draftWhistle(), approveWhistle(), sweepAt(after(1.5))));
    expect(rollCallOf([calledWhistle, late].map(summaryOfWhistle))).toMatchObject([
      { unit: justice, called: 2, state: { called: 2 }, acknowledge: { running: 1, missed: 1 } },
      { unit: land, called: 2 },
    ]);
    expect(blown < after(1)).toBe(true);
    // Of one that was called off no department is counted as called and silent; what was done before stays done.
    const off = summaryOfWhistle(
      foldWhistle(
        whistleAfter(
          draftWhistle(),
          approveWhistle(),
          whistleCommand('CallOffWhistle', callers.leader, { reason: '已解决' }, after(1)),
        ),
      ),
    );
    const roll = rollCallOf([off, { status: 'called-off', roll: [{ unit: land, state: 'rated' }] }]);
    expect(roll).toMatchObject([
      { unit: justice, called: 1, state: { 'called-off': 1 } },
      { unit: land, called: 2, state: { 'called-off': 1, rated: 1 } },
    ]);
    expect(roll.every((each) => !('called' in (each as { state: object }).state))).toBe(true);
  });

  it('the roll-call calls what the figures call: a wrong call is wrong and no more, one called off was called and owes nothing', () => {
    // Late with everything before anybody said whose it is.
    const wrong = whistleAfter(
      draftWhistle(),
      approveWhistle(),
      object(),
      sweepAt(after(9)),
      answer(true, undefined, after(10)),
    );
    const off = whistleAfter(
      draftWhistle(),
      approveWhistle(),
      whistleCommand('CallOffWhistle', callers.leader, { reason: '已自行解决' }),
    );
    const rolled = (facts: readonly WhistleEvent[]) => rollCallOf([summaryOfWhistle(foldWhistle(facts))]);
    const counted = (facts: readonly WhistleEvent[], unit: string) =>
      Object.fromEntries(
        whistleSheet(facts, () => true)
          .entries.filter((entry) => entry.unit === unit)
          .map(({ figure, count }) => [figure, count]),
      );
    expect(rolled(wrong)).toContainEqual({ unit: land, called: 0, wrong: 1 });
    expect(counted(wrong, land)).toEqual({ 'wrong-calls': 1 });
    const nothing = { 'not-owed': 1 };
    expect(rolled(off)).toContainEqual({
      unit: land,
      called: 1,
      state: { 'called-off': 1 },
      acknowledge: nothing,
      contact: nothing,
      attend: nothing,
    });
    expect(counted(off, land)).toEqual({ calls: 1 });
  });
});
