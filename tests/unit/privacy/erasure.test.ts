import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../domain/errors.ts';
import { decide, evolve, type PetitionCommand } from '../../../domain/petition/petition.ts';
import type { Petition } from '../../../domain/petition/state.ts';
import { retentionUntil } from '../../../domain/privacy/erasure.ts';
import * as a from '../../support/builders.ts';

const officer = { id: 'archivist', unit: '622901007-zx', role: 'petition-officer' };
const leader = { id: 'leader-1', unit: '622901007', role: 'leader' };
const at = (day: string) => `${day}T02:00:00.000Z`;
type Given = { type: PetitionCommand['type'] } & Record<string, unknown>;

const give = (petition: Petition, by: typeof officer, day: string, command: Given) =>
  decide({ ...command, by, at: at(day) } as never, petition, a.rules);
const after = (petition: Petition, by: typeof officer, day: string, command: Given): Petition =>
  give(petition, by, day, command).reduce(evolve, petition);
const code = (attempt: () => unknown): string => {
  try {
    attempt();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return 'nothing';
};

const concluded = a.stateAfter(a.concludedPetition);
const until = retentionUntil(concluded, a.rules.configuration) ?? '';
const overdue: Given = { type: 'ProposeErasure', ground: 'retention-over', reason: '届满' };
const ordered: Given = { type: 'ProposeErasure', ground: 'ordered', order: '（2026）1号', reason: '裁定' };
const hold: Given = { type: 'PlaceHold', authority: '人民法院', reason: '保全' };
const lift: Given = { type: 'LiftHold', hold: 1, authority: '人民法院', reason: '终结' };
const approve: Given = { type: 'ApproveErasure' };

describe('how long a file is kept', () => {
  it('depends on its grade, from the day on which the matter ended', () => {
    const end = concluded.concludedOn ?? '';
    expect(until).toBe(`${String(Number(end.slice(0, 4)) + 30)}${end.slice(4)}`);
    const { opinions: _, ...rest } = concluded;
    const bare = { ...rest, opinions: [], mediations: [] };
    expect(retentionUntil(bare, a.rules.configuration)).toBe(`${String(Number(end.slice(0, 4)) + 10)}${end.slice(4)}`);
    const instructed = { ...bare, keeping: { ...bare.keeping, instructed: true as const } };
    expect(retentionUntil(instructed, a.rules.configuration)).toBeUndefined();
    expect(code(() => give(instructed, officer, '2099-01-01', overdue))).toBe('rule-violated');
    expect(retentionUntil(a.stateAfter(a.acceptedPetition), a.rules.configuration)).toBeUndefined();
  });
});

describe('a leader’s instruction', () => {
  it('makes the file one that is kept for good, whatever follows it', () => {
    const running = a.stateAfter(a.acceptedPetition);
    const note: Given = { type: 'NoteInstruction', session: 's', visit: 1, instruction: '限期办结' };
    expect(after(running, leader, '2026-05-20', note).keeping.instructed).toBe(true);
    const told = evolve(concluded, {
      type: 'InstructionNoted',
      data: { session: 's', visit: 1, instruction: '限期办结' },
    });
    expect(retentionUntil(told, a.rules.configuration)).toBeUndefined();
    expect(code(() => give(told, officer, '2099-01-01', overdue))).toBe('rule-violated');
    // A court can order it all the same.
    expect(code(() => give(told, officer, '2099-01-01', ordered))).toBe('nothing');
    const kept = { ...a.rules.configuration.retention, instructed: 50 };
    expect(retentionUntil(told, { ...a.rules.configuration, retention: kept })).toBe(
      `${String(Number(until.slice(0, 4)) + 20)}${until.slice(4)}`,
    );
  });
});

describe('an erasure', () => {
  it('is refused while the matter lasts, also when it is ordered', () => {
    const running = a.stateAfter(a.acceptedPetition);
    expect(code(() => give(running, officer, '2099-01-01', overdue))).toBe('not-the-step');
    expect(code(() => give(running, officer, '2099-01-01', ordered))).toBe('not-the-step');
  });

  it('is refused up to the last day of its time, and possible on the next', () => {
    expect(code(() => give(concluded, officer, until, overdue))).toBe('rule-violated');
    const next = new Date(Date.parse(`${until}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
    expect(give(concluded, officer, next, overdue)).toMatchObject([
      { type: 'ErasureProposed', data: { basis: 'P47' } },
    ]);
  });

  it('that is ordered names its document', () => {
    const { order: _, ...without } = ordered;
    expect(code(() => give(concluded, officer, '2027-01-01', without as Given))).toBe('rule-violated');
    expect(code(() => give(concluded, officer, '2027-01-01', ordered))).toBe('nothing');
  });

  it('never happens under a legal hold, whether it came before the proposal or after', () => {
    const held = after(concluded, officer, '2027-01-01', hold);
    expect(code(() => give(held, officer, '2027-01-02', ordered))).toBe('legal-hold');
    const lifted = after(held, officer, '2027-01-03', lift);
    expect(code(() => give(lifted, officer, '2027-01-04', lift))).toBe('already-decided');
    const proposed = after(lifted, officer, '2027-01-04', ordered);
    const heldAgain = after(proposed, officer, '2027-01-05', hold);
    expect(code(() => give(heldAgain, leader, '2027-01-06', approve))).toBe('legal-hold');
    const free = after(heldAgain, officer, '2027-01-07', { ...lift, hold: 2 });
    expect(code(() => give(free, leader, '2027-01-08', approve))).toBe('nothing');
  });

  it('takes two persons', () => {
    const proposed = after(concluded, officer, '2027-01-01', ordered);
    expect(code(() => give(proposed, { ...leader, id: officer.id }, '2027-01-02', approve))).toBe('own-proposal');
    expect(code(() => give(concluded, leader, '2027-01-02', approve))).toBe('not-the-step');
    const returned = after(proposed, leader, '2027-01-02', { type: 'ReturnErasure', reason: '再等' });
    expect(code(() => give(returned, leader, '2027-01-03', approve))).toBe('not-the-step');
  });

  it('ends the file: of every other command none adds to it', () => {
    const proposed = after(concluded, officer, '2027-01-01', ordered);
    const erased = after(proposed, leader, '2027-01-02', approve);
    expect(erased.keeping).toMatchObject({ erasedOn: '2027-01-02' });
    for (const command of [
      hold,
      lift,
      ordered,
      approve,
      { type: 'RecordSupport', kind: 'counselling', account: '疏导' },
    ])
      expect(code(() => give(erased, officer, '2027-01-03', command as Given))).toBe('erased');
    expect(code(() => give(erased, officer, '2027-01-03', { type: 'SweepClocks' }))).toBe('nothing');
  });
});
