import { describe, expect, it } from 'vitest';
import { plusDays } from '../../../domain/calendar/calendar.ts';
import type { SessionCommand } from '../../../domain/reception/session-state.ts';
import { isOpenRow, ledgerRows } from '../../../domain/reception/summary.ts';
import {
  checkIn,
  firstDay,
  followUp,
  instruct,
  mayor,
  noon,
  officers,
  preRegister,
  publish,
  recordVisit,
  sessionAfter,
  sessionContent,
  sessionState,
} from '../../support/builders.ts';

const registered = [publish(), preRegister()] as const;
const received = [...registered, checkIn(), recordVisit()] as const;
const solved = instruct({ solvedOnTheSpot: true } as never);
const row = (...commands: readonly SessionCommand[]) =>
  ledgerRows(sessionState(sessionAfter(...commands)))[0] ?? expect.fail('no row');

describe('a row of the ledger of received visits', () => {
  it('is there from the registration on, and open until somebody says how it ended', () => {
    const due = plusDays(firstDay, 5);
    const late = { type: 'SweepCommitments', by: officers.handler, at: noon(plusDays(due, 1)) } as const;
    const committed = [...received, instruct({ due } as never)] as const;
    const done = followUp({ at: noon(plusDays(due, 1)) } as never);
    const confirm = { type: 'ConfirmCommitment', visit: 1, by: mayor, at: noon(plusDays(due, 2)) } as const;
    const states = [
      registered,
      [...registered, checkIn({ arrived: false })],
      [...registered, checkIn()],
      [...received, solved],
      committed,
      [...committed, late],
      [...committed, late, done],
      [...committed, late, done, confirm],
    ].map((commands: readonly SessionCommand[]) => {
      const { state, missed, endedOn } = row(...commands);
      return [state, isOpenRow({ state }), missed.length, endedOn];
    });
    expect(states).toEqual([
      ['registered', true, 0, undefined],
      ['absent', false, 0, undefined],
      ['received', true, 0, undefined],
      ['solved', false, 0, firstDay],
      ['open', true, 0, undefined],
      ['overdue', true, 1, undefined],
      ['reported', true, 1, undefined],
      ['completed', false, 1, plusDays(due, 2)],
    ]);
  });

  it('names the leader who received, with what he instructed and who is bound', () => {
    const due = plusDays(firstDay, 5);
    expect(row(...received, instruct({ due } as never))).toMatchObject({
      session: 'S1',
      date: sessionContent.date,
      leader: sessionContent.leader,
      leaderName: sessionContent.leaderName,
      visit: 1,
      due,
      instructedOn: firstDay,
    });
  });

  it('is not there of what was never published', () => expect(ledgerRows(sessionState([]))).toEqual([]));
});
