import { describe, expect, it } from 'vitest';
import { refusalGrounds } from '../../../domain/petition/intake-state.ts';
import { tasksOf } from '../../../domain/workflow/tasks.ts';
import {
  acceptedPetition,
  continued,
  directory,
  firstDay,
  noon,
  officers,
  registeredPetition,
  rules,
  stateAfter,
} from '../../support/builders.ts';
import { given } from '../../support/given.ts';
import { command, people } from '../../support/intake.ts';

const opened = (against: string) =>
  continued(
    acceptedPetition,
    command('OpenSupervision', people.prefectureOfficer, { ground: 'delay', against, reason: '拖延' }, firstDay),
  );
const waits = (against: string) =>
  tasksOf(stateAfter(opened(against)), directory)
    .filter(({ step }) => step.endsWith('supervision') || step === 'give-feedback')
    .map(({ step, audience }) => [step, audience]);

describe('a supervision that was opened (Art. 40)', () => {
  it('stands before whoever supervises from the first day, and before the unit', () => {
    const office = directory.supervisorOf('622901-zrzy');
    expect(waits('622901-zrzy')).toEqual([
      ['give-feedback', 'handler@622901-zrzy'],
      ['follow-supervision', `supervisor@${office}`],
    ]);
  });

  it('of a petition office is answered by its officers, who are no handlers', () => {
    expect(waits('622901-xfj')[0]).toEqual(['give-feedback', 'petition-officer@622901-xfj']);
  });
});

describe('a suspension under a local rule', () => {
  const ground = { ground: '鉴定', maximumDays: 30, source: '某省信访工作规定' };
  const local = { ...rules, configuration: { ...rules.configuration, suspensions: [ground] } };
  const suspend = (to: string) =>
    ({
      type: 'SuspendHandling',
      by: officers.leader,
      at: noon('2026-03-10'),
      ground: '鉴定',
      from: '2026-03-10',
      to,
      reason: '鉴定',
    }) as const;

  it('lasts no longer than the rule says', () => {
    given(...acceptedPetition)
      .when(suspend('2026-04-09'), local)
      .thenRefused('rule-violated', { pointer: '/to' });
    given(...acceptedPetition)
      .when(suspend('2026-04-08'), local)
      .thenTypes('HandlingSuspended');
  });

  it('is told to the petitioner', () => {
    given(...acceptedPetition)
      .when(suspend('2026-03-19'), local)
      .thenState(({ notices }) =>
        expect(notices.at(-1)).toMatchObject({ kind: 'suspension', owedSince: '2026-03-10' }),
      );
  });
});

describe('a matter of the courts', () => {
  it('that came by letter is forwarded, not refused (Art. 22)', () => {
    const [first] = registeredPetition;
    if (first?.type !== 'PetitionRegistered') throw new Error('No registration.');
    const letter = {
      ...first,
      data: { ...first.data, registration: { ...first.data.registration, channel: 'letter' } },
    } as const;
    const refuse = command(
      'ProposeRefusal',
      people.officer,
      { ground: 'litigation', reason: '属于诉讼事项', properPath: '向人民法院提起诉讼' },
      firstDay,
    );
    given(letter)
      .when(refuse)
      .thenRefused('rule-violated', { pointer: '/ground', basis: refusalGrounds.litigation.basis });
    given(...registeredPetition)
      .when(refuse)
      .thenTypes('RefusalProposed');
  });
});
