import { describe, expect, it } from 'vitest';
import { plusDays } from '../../../domain/calendar/calendar.ts';
import { withheldText } from '../../../domain/privacy/masking.ts';
import { ledgerTable } from '../../../domain/reception/ledger-table.ts';
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

describe('the ledger as a table', () => {
  const nameOf = (unit: string) => (unit === '622901-zrzy' ? '自然资源局' : unit);

  it('has a row of named columns for each visit, in words, with units by their names', () => {
    const committed = row(...received, instruct());
    const { head, rows } = ledgerTable([committed], nameOf);
    const cells = Object.fromEntries(head.map((name, index) => [name, rows[0]?.[index]]));
    expect(cells).toMatchObject({ 日期: firstDay, 接访领导: '王某', 人次: 3, 来访方式: '当日来访', 状态: '办理中' });
    expect(cells).toMatchObject({ 领导批示: '限期办理', 责任单位: '自然资源局', 期限: '2026-03-16', 办理结果: '' });
  });

  it('tells nothing but place and headcount of a visit that is withheld, not even whether it is open', () => {
    const withheld = { ...row(...received, instruct()), withheld: true as const };
    const { head, rows } = ledgerTable([withheld], nameOf);
    const shown = head.filter((_, index) => rows[0]?.[index] !== withheldText);
    expect(shown).toEqual(['日期', '接访形式', '单位', '接访领导', '职务', '序号', '人次']);
  });
});
