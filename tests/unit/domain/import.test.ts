import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../domain/errors.ts';
import {
  type Import,
  type ImportCommand,
  importStream,
  initialImport,
  waitingFor,
} from '../../../domain/imports/import.ts';
import { holdsPostOn, initialPost, type Post, type PostCommand, postStream } from '../../../domain/imports/posts.ts';
import { rules } from '../../support/builders.ts';

const at = '2026-11-24T01:00:00.000Z';
const bringer = { id: 'administrator', unit: '622901', role: 'administrator' };
const second = { ...bringer, id: 'administrator-2' };
const table = {
  kind: 'ledger',
  unit: '622901-zrzy',
  ledger: '2019年台账',
  fileName: '台账.csv',
  mediaType: 'text/csv',
  size: 10,
  sha256: 'ab',
} as const;
type Intent = ImportCommand extends infer C ? (C extends unknown ? Omit<C, 'by' | 'at'> : never) : never;
const does = (state: Import, intent: Intent, by = bringer): Import =>
  importStream.decide({ ...intent, by, at } as ImportCommand, state, rules).reduce(importStream.evolve, state);
const refused = (state: Import, intent: Intent, by = bringer) => {
  try {
    does(state, intent, by);
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return 'allowed';
};
const declare = (over: object = {}) =>
  ({ type: 'DeclareImport', id: '622901-20261124-AAAAAA', ...table, ...over }) as Intent;
const declared = does(initialImport, declare());
const check = (good: number, bad: number): Intent => ({
  type: 'NoteCheck',
  counts: { rows: good + bad, good, present: 0, bad },
});
const checked = does(declared, check(9, 1));
const confirmed = does(checked, { type: 'ConfirmImport', rows: 'good-only' }, second);
const applied = does(confirmed, { type: 'NoteApplied', counts: { rows: 10, applied: 9, present: 0, bad: 1 } });
const waits = (state: Import) =>
  importStream.tasks(state, rules).map(({ audience, excluded }) => [audience, ...excluded]);

describe('an import', () => {
  it('waits for the run, then for somebody else, then for the run again, until its file is gone', () => {
    expect(waits(initialImport)).toEqual([]);
    expect(waits(declared)).toEqual([['import-run']]);
    expect(waits(checked)).toEqual([['import-run'], ['administrator@622901', 'administrator']]);
    expect(waits(confirmed)).toEqual([['import-run']]);
    expect(waits(applied)).toEqual([['import-run']]);
    expect(applied.until).toBe('2026-12-01T01:00:00.000Z');
    expect(waits(does(applied, { type: 'NoteFileRemoved' }))).toEqual([]);
  });

  it('is declared within its bounds: a ledger with its name, the calendar for the highest unit', () => {
    expect(refused(initialImport, declare({ size: 200_000_001 }))).toBe('rule-violated');
    expect(refused(initialImport, declare({ ledger: undefined }))).toBe('rule-violated');
    expect(refused(initialImport, declare({ kind: 'units' }))).toBe('rule-violated');
    expect(refused(initialImport, declare({ kind: 'calendar', ledger: undefined }))).toBe('rule-violated');
    expect(refused(initialImport, declare({ unit: 'nowhere' }))).toBe('unknown-unit');
    expect(refused(declared, declare())).toBe('already-decided');
  });

  it('is decided by another person, as a whole only when no row is bad, and not at all when none is good', () => {
    expect(refused(checked, { type: 'ConfirmImport', rows: 'good-only' })).toBe('own-proposal');
    expect(refused(checked, { type: 'ConfirmImport', rows: 'all' }, second)).toBe('rule-violated');
    expect(refused(does(declared, check(9, 0)), { type: 'ConfirmImport', rows: 'all' }, second)).toBe('allowed');
    expect(refused(does(declared, check(0, 9)), { type: 'ConfirmImport', rows: 'good-only' }, second)).toBe(
      'rule-violated',
    );
    expect(refused(declared, { type: 'ConfirmImport', rows: 'good-only' }, second)).toBe('not-the-step');
  });

  it('that is being written is not cancelled by half; before, whoever may can give it up', () => {
    expect(refused(confirmed, { type: 'CancelImport', reason: '误传' })).toBe('not-the-step');
    expect(does(checked, { type: 'CancelImport', reason: '误传' })).toMatchObject({ state: 'cancelled', until: at });
    expect(does(declared, { type: 'ExpireImport' })).toMatchObject({ state: 'expired' });
    expect(refused(applied, { type: 'NoteApplied', counts: { rows: 1, applied: 1, present: 0, bad: 0 } })).toBe(
      'not-the-step',
    );
  });
});

const held = { officer: 'a', name: '某甲', unit: '622901-zrzy', post: '副局长', from: '2024-03-01' };
const post = (state: Post, command: object): Post =>
  postStream
    .decide({ broughtBy: 'i', digest: 'd', by: bringer, at, ...command } as PostCommand, state, rules)
    .reduce(postStream.evolve, state);

describe('a post', () => {
  it('is taken and left, once each; on days between them it is held', () => {
    const taken = post(initialPost, { type: 'TakePost', held });
    const left = post(taken, { type: 'LeavePost', to: '2026-02-28' });
    expect(left.held).toEqual({ ...held, to: '2026-02-28' });
    expect(
      ['2024-02-29', '2024-03-01', '2026-02-28', '2026-03-01'].map((day) => holdsPostOn(left.held ?? held, day)),
    ).toEqual([false, true, true, false]);
    expect(() => post(taken, { type: 'TakePost', held })).toThrow(Refusal);
    expect(() => post(left, { type: 'LeavePost', to: '2026-03-01' })).toThrow(Refusal);
    expect(() => post(taken, { type: 'LeavePost', to: '2024-01-01' })).toThrow(Refusal);
    expect(() => post(initialPost, { type: 'TakePost', held: { ...held, unit: 'nowhere' } })).toThrow(Refusal);
  });
});

it('says what it waits for, until nothing more comes', () => {
  const states = ['none', 'declared', 'checked', 'confirmed', 'applied', 'cancelled', 'expired'] as const;
  expect(states.map((state) => waitingFor(state)?.what)).toEqual([
    undefined,
    'check',
    'confirmation',
    'rows',
    undefined,
    undefined,
    undefined,
  ]);
  expect(waitingFor('declared')?.messageZh).toContain('上传');
});
