import { describe, expect, it } from 'vitest';
import { plusDays } from '../../../domain/calendar/calendar.ts';
import { backlogReasonsOf, listingOf } from '../../../domain/petition/backlog.ts';
import type { EventActor } from '../../../domain/ports.ts';
import {
  holdsOn,
  type ProgrammeCommand,
  type ProgrammeEvent,
  programmeStream,
} from '../../../domain/programme/programme.ts';
import { enrolmentFigure, enrolmentsOf } from '../../../domain/statistics/enrolments.ts';
import * as a from '../../support/builders.ts';
import { given, givenPlain } from '../../support/given.ts';

const { firstDay, noon, rules, continued, stateAfter, directory } = a;
const by: EventActor = { id: 'officer', unit: '622901-xfj', role: 'petition-officer' };
const givenProgramme = givenPlain(programmeStream);
const yesterday = plusDays(firstDay, -1);

type Intent = ProgrammeCommand extends infer C ? (C extends unknown ? Omit<C, 'by' | 'at'> : never) : never;
const doing = (intent: Intent, day = firstDay): ProgrammeCommand =>
  ({ ...intent, by, at: noon(day) }) as ProgrammeCommand;
const after = (...commands: readonly ProgrammeCommand[]): ProgrammeEvent[] => {
  const events: ProgrammeEvent[] = [];
  let state = programmeStream.initial;
  for (const command of commands)
    for (const event of programmeStream.decide(command, state, rules)) {
      events.push(event);
      state = programmeStream.evolve(state, event);
    }
  return events;
};

const found = doing({
  type: 'FoundProgramme',
  id: 'X1',
  unit: '622901',
  kind: 'campaign',
  name: '重信重访综合治理年',
  from: firstDay,
  to: '2026-12-31',
  appointmentKinds: ['法律顾问'],
});
const founded = after(found);
const document = { type: 'AttachDocument', title: '实施方案', order: '州信联办〔2026〕1号', from: firstDay } as const;

describe('a programme', () => {
  it('says whose it is and since when; a campaign has an end', () => {
    givenProgramme().when(found).thenTypes('ProgrammeFounded');
    givenProgramme(...founded)
      .when(found)
      .thenRefused('already-decided');
    const { to: _, ...endless } = found as Extract<ProgrammeCommand, { type: 'FoundProgramme' }>;
    givenProgramme().when(endless).thenRefused('rule-violated', { pointer: '/to' });
    givenProgramme()
      .when({ ...endless, kind: 'mechanism' })
      .thenTypes('ProgrammeFounded');
    givenProgramme()
      .when({ ...endless, to: yesterday })
      .thenRefused('rule-violated', { pointer: '/to' });
    givenProgramme()
      .when({ ...endless, unit: 'nowhere' })
      .thenRefused('unknown-unit', { pointer: '/unit' });
    givenProgramme().when(doing(document)).thenRefused('not-found');
  });

  it('keeps documents with the days on which they are in force; what was in force stays so', () => {
    const attached = after(found, doing(document));
    const { documents } = attached.reduce(programmeStream.evolve, programmeStream.initial);
    expect(documents.map((each) => [holdsOn(each, yesterday), holdsOn(each, firstDay)])).toEqual([[false, true]]);
    const end = (to: string, number = 1) =>
      doing({ type: 'EndDocument', document: number, to, reason: '废止' }, '2026-06-01');
    givenProgramme(...attached)
      .when(end('2026-05-30'))
      .thenRefused('rule-violated', { pointer: '/to' });
    givenProgramme(...attached)
      .when(end('2026-05-31'))
      .thenTypes('DocumentEnded');
    givenProgramme(...attached)
      .when(end('2026-05-31', 2))
      .thenRefused('not-found');
    givenProgramme(
      ...attached,
      ...programmeStream.decide(
        end('2026-05-31'),
        attached.reduce(programmeStream.evolve, programmeStream.initial),
        rules,
      ),
    )
      .when(end('2026-06-30'))
      .thenRefused('already-decided');
  });

  it('numbers its batches, each with a name of its own', () => {
    const batch = { type: 'AddBatch', name: '第一批', due: '2026-06-30' } as const;
    givenProgramme(...founded)
      .when(doing(batch))
      .thenEvents({ type: 'BatchAdded', data: { batch: 1, name: '第一批', due: '2026-06-30' } });
    givenProgramme(...after(found, doing(batch)))
      .when(doing(batch))
      .thenRefused('already-decided', { pointer: '/name' });
    givenProgramme(...founded)
      .when(doing({ ...batch, due: yesterday }))
      .thenRefused('rule-violated', { pointer: '/due' });
  });

  it('appoints only as what it names, invents no kind, and ends a term', () => {
    const appointment = {
      type: 'AppointInProgramme',
      kind: '法律顾问',
      person: '李某',
      unit: '622901-sfj',
      from: firstDay,
    } as const;
    givenProgramme(...founded)
      .when(doing(appointment))
      .thenTypes('AppointedInProgramme');
    givenProgramme(...founded)
      .when(doing({ ...appointment, kind: '监督员' }))
      .thenRefused('rule-violated', { pointer: '/kind' });
    givenProgramme(...founded)
      .when(doing({ ...appointment, unit: 'nowhere' }))
      .thenRefused('unknown-unit', { pointer: '/unit' });
    givenProgramme(...after(found, doing(appointment)))
      .when(doing({ type: 'EndProgrammeAppointment', appointment: 1, to: firstDay, reason: '期满' }))
      .thenTypes('ProgrammeAppointmentEnded');
  });

  it('records pledges of who is to serve, and none not to petition', () => {
    const pledge = {
      type: 'RecordPledge',
      person: '李某',
      unit: '622901-sfj',
      text: '依法及时答复每一件诉求',
      signedOn: firstDay,
    } as const;
    givenProgramme(...founded)
      .when(doing(pledge))
      .thenTypes('PledgeRecorded');
    givenProgramme(...founded)
      .when(doing({ ...pledge, text: '本人承诺息诉罢访，不再上访' }))
      .thenRefused('rule-violated', { pointer: '/text' });
    givenProgramme(...founded)
      .when(doing({ ...pledge, signedOn: plusDays(firstDay, 1) }))
      .thenRefused('rule-violated', { pointer: '/signedOn' });
  });

  it('ends, and then nothing is added any more', () => {
    const end = doing({ type: 'EndProgramme', to: firstDay, reason: '完成' });
    givenProgramme(...after(found, end))
      .when(doing(document, plusDays(firstDay, 1)))
      .thenRefused('out-of-time');
    givenProgramme(...after(found, end))
      .when(doing(document))
      .thenTypes('DocumentAttached');
  });

  it('waits for nobody and stands in the list of its unit', () => {
    const state = founded.reduce(programmeStream.evolve, programmeStream.initial);
    expect(programmeStream.tasks(state, rules)).toEqual([]);
    expect(programmeStream.head(state, rules)).toMatchObject({
      summary: { number: 'X1', name: '重信重访综合治理年', batches: 0 },
      listed: { unit: '622901', day: firstDay },
    });
  });
});

describe('a matter in a programme', () => {
  it('is enrolled once, from its triage on, in a batch that there is, where the programme is for its area', () => {
    given(...a.routedPetition)
      .when(a.enrol())
      .thenTypes('MatterEnrolled');
    given(...a.registeredPetition)
      .when(a.enrol())
      .thenRefused('not-the-step');
    given(...a.sealedPetition)
      .when(a.enrol())
      .thenRefused('rule-violated', { basis: 'R30' });
    given(...continued(a.routedPetition, a.enrol()))
      .when(a.enrol({ batch: 2 }))
      .thenRefused('already-decided');
    given(...a.routedPetition)
      .when(a.enrol({ batch: 3 }))
      .thenRefused('rule-violated', { pointer: '/batch' });
    given(...a.routedPetition)
      .when(a.enrol({ found: undefined }))
      .thenRefused('rule-violated', { pointer: '/programme' });
    given(...a.routedPetition)
      .when(a.enrol({ found: { unit: '622901-jw', running: true, batches: 2 } }))
      .thenRefused('rule-violated', { pointer: '/programme' });
    given(...a.routedPetition)
      .when(a.enrol({ found: { unit: '6229-xfj', running: true, batches: 2 } }))
      .thenTypes('MatterEnrolled');
    given(...a.routedPetition)
      .when(a.enrol({ found: { unit: '6229', running: false, batches: 2 } }))
      .thenRefused('out-of-time', { pointer: '/programme' });
  });

  it('is taken out, and can be enrolled again', () => {
    given(...a.routedPetition)
      .when(a.takeOut())
      .thenRefused('not-the-step', { pointer: '/programme' });
    given(...continued(a.routedPetition, a.enrol(), a.takeOut()))
      .when(a.enrol())
      .thenTypes('MatterEnrolled');
  });

  it('of a batch is an old case, also when its file is closed, until it is resolved; of a programme alone it is none', () => {
    const reasons = (history: Parameters<typeof stateAfter>[0]) =>
      backlogReasonsOf(stateAfter(history), rules.configuration, a.windowOver, 1);
    const enrolled = continued(a.concludedPetition, a.enrol({ at: noon(a.windowOver) }));
    expect(reasons(enrolled)).toEqual(['designated']);
    expect(listingOf(stateAfter(enrolled), directory)).toBeDefined();
    expect(reasons(continued(enrolled, a.confirmResolved({ at: noon(a.windowOver) })))).toEqual([]);
    const { batch: _, ...tag } = a.enrol({ at: noon(a.windowOver) });
    expect(reasons(continued(a.concludedPetition, tag))).toEqual([]);
  });

  it('counts by batch, none under no number', () => {
    const sums = {
      [enrolmentFigure('enrolled', 2)]: 3,
      [enrolmentFigure('resolved', 2)]: 1,
      [enrolmentFigure('enrolled', undefined)]: 1,
    };
    expect(enrolmentsOf(sums)).toEqual([
      { enrolled: 1, concluded: 0, resolved: 0 },
      { batch: 2, enrolled: 3, concluded: 0, resolved: 1 },
    ]);
  });
});
