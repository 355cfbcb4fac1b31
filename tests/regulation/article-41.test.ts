import { describe, expect, it } from 'vitest';
import { briefingStream } from '../../domain/briefing/briefing.ts';
import { summaryOf } from '../../domain/petition/petition.ts';
import { countsOf } from '../../domain/petition/repeats.ts';
import { content, link, noon, on, register, route, rules, stateAfter, unlink } from '../support/builders.ts';
import { command, people } from '../support/intake.ts';
import { cite } from './articles.ts';
import { acceptedOn, onFrom, receivedOn } from './cases.ts';

const joint = { ...content, petitioner: { form: 'joint', representatives: [{ name: '甲' }], headcount: 30 } } as const;
const supervisor = { id: 'supervisor', unit: '622901-xfj', role: 'supervisor' };

describe(cite(41), () => {
  it('counts receipts and persons, each receipt once and everybody who stands behind it', () => {
    const petitions = [receivedOn('2026-03-02'), receivedOn('2026-03-03', { content: joint })].map(stateAfter);
    expect(countsOf(petitions)).toEqual({ registrations: 2, firstTime: 2, repeat: 0, persons: 31 });
  });

  it('counts a repeat as such for as long as the link stands', () => {
    const linked = onFrom(receivedOn('2026-03-02'), link());
    expect(countsOf([stateAfter(linked)])).toMatchObject({ firstTime: 0, repeat: 1 });
    expect(countsOf([stateAfter(onFrom(linked, unlink()))])).toMatchObject({ firstTime: 1, repeat: 0 });
  });

  it('knows of each matter its field, its competent organ and where it stands', () => {
    expect(summaryOf(stateAfter(acceptedOn('2026-03-02')))).toMatchObject({
      category: '0301',
      competentUnit: '622901-zrzy',
      purpose: 'appeal',
      path: 6,
      status: 'in-progress',
    });
  });

  it('tells forwarding from handing over', () => {
    const dispositionOf = (command: Parameters<typeof route>[0]) =>
      stateAfter(onFrom([], ...on('2026-03-02', register(), route(command)))).route?.disposition;
    expect(dispositionOf({ disposition: 'forward' })).toBe('forward');
    expect(dispositionOf({ disposition: 'hand-over', reportDue: '2026-04-30' })).toBe('hand-over');
  });

  it('records that an inspection body was told what it needs, of which kind, without what was said', () => {
    const by = { id: 'clerk', unit: '622901-xfj', role: 'petition-officer' };
    const told = { id: 'L-1', body: '州委巡察组', inspected: '622901', contents: ['responsibility'] as const };
    const [given] = briefingStream.decide(
      { type: 'GiveBriefing', ...told, givenOn: '2026-03-02', by, at: noon('2026-03-02') },
      briefingStream.initial,
      rules,
    );
    expect(given?.data).toEqual({ ...told, unit: by.unit, on: '2026-03-02', basis: 'R41' });
  });

  it('keeps of each proposal its kind and addressee, and whether it was adopted', () => {
    const day = '2026-03-20';
    const history = onFrom(
      acceptedOn('2026-03-02'),
      command('OpenSupervision', supervisor, { ground: 'delay', against: '622901-zrzy', reason: '拖延' }, day),
      command(
        'ProposeMeasure',
        supervisor,
        { supervision: 1, kind: 'improve-policy', addressee: '622901', text: '完善补偿标准' },
        day,
      ),
      command('GiveFeedback', people.handler, { supervision: 1, adopted: true, text: '已采纳' }, day),
    );
    expect(history.slice(-2)).toMatchObject([
      { type: 'MeasureProposed', data: { kind: 'improve-policy', addressee: '622901', basis: 'R40' } },
      { type: 'FeedbackGiven', data: { supervision: 1, unit: '622901-zrzy', adopted: true } },
    ]);
  });
});
