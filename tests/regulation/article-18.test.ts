import { describe, expect, it } from 'vitest';
import { commitmentState } from '../../domain/reception/commitment.ts';
import { decideSession } from '../../domain/reception/session.ts';
import { receptionModes } from '../../domain/reception/session-state.ts';
import { sessionHead } from '../../domain/reception/summary.ts';
import { publicDay } from '../../domain/reception/views.ts';
import {
  acceptedPetition,
  approveSponsor,
  checkIn,
  continued,
  followUp,
  instruct,
  mayor,
  noon,
  officers,
  preRegister,
  proposeSponsor,
  publish,
  recordVisit,
  recuse,
  rules,
  sessionAfter,
  sessionContent,
  sessionState,
  stateAfter,
} from '../support/builders.ts';
import { given, givenSession } from '../support/given.ts';
import { cite } from './articles.ts';

const received = sessionAfter(publish(), preRegister(), checkIn(), recordVisit());

describe(cite(18), () => {
  it('publishes leader, post, portfolio, day, time and place of a reception day', () => {
    givenSession()
      .when(publish())
      .thenEvents({
        type: 'SessionPublished',
        data: { id: 'S1', unit: '622901007-zx', content: sessionContent, basis: 'R18' },
      });
  });

  it('publishes it on the day itself at the latest', () => {
    givenSession()
      .when(publish({ at: noon('2026-03-02') }))
      .thenTypes('SessionPublished');
    givenSession()
      .when(publish({ at: noon('2026-03-03') }))
      .thenRefused('rule-violated', { pointer: '/date', basis: 'R18' });
  });

  it('lets anybody read who receives, where, when and how, and who stands in, and nothing of who comes', () => {
    const replaced = sessionAfter(publish(), preRegister(), {
      type: 'ReplaceLeader',
      leader: 'deputy',
      leaderName: '李某',
      post: '副市长',
      portfolio: '民政',
      reason: '出差',
      by: officers.receptionist,
      at: noon('2026-03-02'),
    });
    const { summary } = sessionHead(sessionState(replaced), rules);
    expect(publicDay(summary)).toMatchObject({
      leaderName: '李某',
      post: '副市长',
      portfolio: '民政',
      mode: '定点接访',
      place: '镇综治中心',
      date: '2026-03-02',
      from: '09:00',
      to: '17:00',
      insteadOf: [{ leaderName: '王某', post: '市长' }],
    });
    expect(JSON.stringify(publicDay(summary))).not.toMatch(/张三|征地补偿|出差|deputy/);
  });

  it('follows what the leader instructed until somebody else than the unit says that it is done', () => {
    const done = sessionAfter(publish(), preRegister(), checkIn(), recordVisit(), instruct(), followUp());
    const stateOf = (more: ReturnType<typeof sessionAfter> = []) => {
      const commitment = sessionState([...done, ...more]).visits[0]?.commitment;
      return commitment && commitmentState(commitment);
    };
    expect(stateOf()).toBe('reported');
    const confirm = { type: 'ConfirmCommitment', visit: 1, by: mayor, at: noon('2026-03-05') } as const;
    givenSession(...done)
      .when({ ...confirm, by: officers.handler })
      .thenRefused('own-proposal');
    expect(stateOf([...decideSession(confirm, sessionState(done), rules)])).toBe('completed');
  });

  it('knows the fixed desk, the appointment and the visit to the place', () => {
    expect(receptionModes).toEqual(['定点接访', '重点约访', '带案下访']);
  });

  it('lets only the leader who receives give the instruction', () => {
    givenSession(...received)
      .when(instruct({ by: officers.receptionist }))
      .thenRefused('not-permitted');
    givenSession(...received)
      .when(instruct({ by: mayor }))
      .thenTypes('InstructionIssued');
  });

  it('leaves no visitor without an answer: solved on the spot, or a unit that follows it up', () => {
    const { responsibleUnit: _nobody, ...unnamed } = instruct();
    givenSession(...received)
      .when(unnamed)
      .thenRefused('rule-violated', { pointer: '/responsibleUnit' });
    givenSession(...received)
      .when({ ...unnamed, solvedOnTheSpot: true })
      .thenTypes('InstructionIssued');
  });

  it('records which leader takes charge of a case, after another leader’s approval', () => {
    const proposed = continued(acceptedPetition, proposeSponsor());
    given(...proposed)
      .when(approveSponsor({ by: { ...officers.leader, id: officers.officer.id } }))
      .thenRefused('own-proposal');
    expect(stateAfter(continued(proposed, approveSponsor())).sponsorship).toMatchObject({ sponsor: 'mayor' });
  });

  it('gives no case to a leader who is recused from it', () => {
    given(...continued(acceptedPetition, recuse({ officer: 'mayor' })))
      .when(proposeSponsor())
      .thenRefused('recused', { pointer: '/sponsor', basis: 'R28' });
  });
});
