import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { legalDay } from '../../../domain/calendar/calendar.ts';
import { Refusal } from '../../../domain/errors.ts';
import {
  isAgainst,
  isLegOver,
  type Whistle,
  type WhistleCommand,
  type WhistleEvent,
  whistleStatus,
} from '../../../domain/whistle/state.ts';
import { rollOf, summaryOfWhistle } from '../../../domain/whistle/waiting.ts';
import { whistleStream } from '../../../domain/whistle/whistle.ts';
import { waitingSteps } from '../../../domain/workflow/flow.ts';
import { changes, latestRound, openStages } from '../../../domain/workflow/progress.ts';
import { stepKey } from '../../../domain/workflow/signals.ts';
import { acceptedPetition, directory, rules, stateAfter } from '../../support/builders.ts';
import {
  blown,
  callers,
  foldWhistle,
  housing,
  justice,
  land,
  whistleCommand,
  whistleContent,
} from '../../support/whistle.ts';

// A fixed beginning: what the lives must have come to is asserted too, and is chance otherwise.
const runs = { numRuns: 150, seed: 20260302 };
const units = [land, justice, housing, '622901-xfj', '622901-jw'] as const;

const choices = fc.array(
  fc.record({
    pick: fc.nat(9999),
    unit: fc.constantFrom(...units.slice(0, 3)),
    other: fc.constantFrom(...units.slice(2), land),
    yes: fc.boolean(),
    minutes: fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 0, max: 20 }) },
      { weight: 3, arbitrary: fc.integer({ min: 40, max: 1600 }) },
      { weight: 1, arbitrary: fc.integer({ min: 4000, max: 12_000 }) },
    ),
  }),
  { maxLength: 45, size: 'max' },
);
type Choice = { pick: number; unit: string; other: string; yes: boolean; minutes: number };

const commandOf = ({ pick, unit, other, yes }: Choice, at: string): WhistleCommand => {
  const replacement = pick % 3 > 0 ? { replacement: other } : {};
  const by = { id: 'x', unit, role: 'handler' };
  // Long chains need luck; half of all moves are about objections, on whatever department.
  const objecting = [
    () => whistleCommand('ObjectToWhistle', by, { unit, reason: '不归本局' }, at),
    () =>
      whistleCommand(
        'AnswerWhistleObjection',
        callers.leader,
        { unit, agreed: true, reason: '职责', ...replacement },
        at,
      ),
  ];
  if (yes) return (objecting[pick % 2] as () => WhistleCommand)();
  const all = [
    () => whistleCommand('ApproveWhistle', callers.leader, {}, at),
    () => whistleCommand('ApproveWhistle', callers.leader, {}, at),
    () => whistleCommand('ReturnWhistle', callers.leader, { reason: '补充' }, at),
    () => whistleCommand('RedraftWhistle', callers.clerk, { content: whistleContent }, at),
    () => whistleCommand('AcknowledgeWhistle', by, { unit }, at),
    () => whistleCommand('ContactCaller', by, { unit, account: '已联系' }, at),
    () => whistleCommand('AttendWhistle', by, { unit, officer: 'x' }, at),
    () => whistleCommand('RecordWhistleOutcome', by, { unit, solution: 'solved', account: '已处置' }, at),
    () => whistleCommand('RateResponse', callers.clerk, { unit, satisfaction: 'satisfied' }, at),
    () => whistleCommand('ObjectToWhistle', by, { unit, reason: '不归本局' }, at),
    () => whistleCommand('ObjectToWhistle', by, { unit, reason: '不归本局' }, at),
    () => whistleCommand('WithdrawWhistleObjection', by, { unit }, at),
    () =>
      whistleCommand(
        'AnswerWhistleObjection',
        callers.leader,
        { unit, agreed: pick % 5 > 2, reason: '职责', ...replacement },
        at,
      ),
    () =>
      whistleCommand(
        'AnswerWhistleObjection',
        callers.leader,
        { unit, agreed: pick % 5 > 2, reason: '职责', ...replacement },
        at,
      ),
    () => whistleCommand('ReferWhistleDispute', by, { unit, reason: '附批复' }, at),
    () =>
      whistleCommand(
        'DecideWhistleDispute',
        callers.county,
        { unit, keeps: pick % 5 > 2, reason: '职责', ...replacement },
        at,
      ),
    () => whistleCommand('GiveWhistleFeedback', by, { supervision: 1 + (pick % 3), text: '疏忽' }, at),
    () =>
      whistleCommand(
        'CloseWhistleSupervision',
        callers.supervisor,
        { supervision: 1 + (pick % 3), finding: '改进' },
        at,
      ),
    () => whistleCommand('SweepWhistle', callers.clock, { sealed: false }, at),
    () => whistleCommand('SweepWhistle', callers.clock, { sealed: false }, at),
    ...(pick % 7 === 0 ? [() => whistleCommand('CallOffWhistle', callers.leader, { reason: '已解决' }, at)] : []),
  ];
  return (all[pick % all.length] as () => WhistleCommand)();
};

interface Move {
  readonly before: Whistle;
  readonly after: Whistle;
  readonly events: readonly WhistleEvent[];
  readonly at: string;
}

/** Plays random commands, right and wrong ones; what is refused changes nothing. */
function* moves(taken: readonly Choice[], behind: { petition?: string } = {}): Generator<Move> {
  let time = Date.parse(blown);
  const draft = whistleCommand('DraftWhistle', callers.clerk, {
    id: 'W1',
    content: { ...whistleContent, ...behind },
    ...(behind.petition === undefined ? {} : { petition: stateAfter(acceptedPetition) }),
  });
  let state = foldWhistle(whistleStream.decide(draft, whistleStream.initial, rules));
  if ((taken[0]?.pick ?? 0) % 4 > 0) {
    const approve = whistleCommand('ApproveWhistle', callers.leader, {});
    state = whistleStream.decide(approve, state, rules).reduce(whistleStream.evolve, state);
  }
  for (const choice of taken) {
    time += choice.minutes * 60_000;
    const at = new Date(time).toISOString();
    try {
      const events = whistleStream.decide(commandOf(choice, at), state, rules);
      const after = events.reduce(whistleStream.evolve, state);
      yield { before: state, after, events, at };
      state = after;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
}

const always = (check: (move: Move, all: readonly WhistleEvent[]) => void): void => {
  fc.assert(
    fc.property(choices, (taken) => {
      const all: WhistleEvent[] = [];
      for (const move of moves(taken)) {
        all.push(...move.events);
        check(move, all);
      }
    }),
    runs,
  );
};

const acts = {
  'whistle-acknowledge': ['WhistleAcknowledged', 'CallerContacted', 'WhistleAttended'],
  'whistle-contact': ['CallerContacted', 'WhistleAttended'],
  'whistle-attend': ['WhistleAttended'],
} as const;

describe('whatever is done to a whistle', () => {
  it('a limit counts as kept exactly when the department acted by its due instant or day', () => {
    let missed = 0;
    always(({ after }, all) => {
      for (const { unit, limits } of after.legs)
        for (const { limit, due, dueAt, state, done } of limits) {
          const names: readonly string[] | undefined = acts[limit as keyof typeof acts];
          if (!names || state === 'stopped' || state === 'running') continue;
          const act = all.find(({ type, data }) => names.includes(type) && (data as { unit: string }).unit === unit);
          const at = (act?.data as { at?: string } | undefined)?.at;
          const inTime = at !== undefined && (dueAt === undefined ? legalDay(at) <= due : at <= dueAt);
          expect([unit, limit, state]).toEqual([unit, limit, inTime ? 'met' : 'missed']);
          expect(done === true).toBe(at !== undefined);
          if (!inTime) missed += 1;
          const told = all.filter(
            ({ type, data }) =>
              type === 'WhistleLimitMissed' &&
              (data as { unit: string }).unit === unit &&
              (data as { limit: string }).limit === limit,
          );
          expect(told).toHaveLength(inTime ? 0 : 1);
        }
    });
    expect(missed).toBeGreaterThan(100);
  });

  it('what the machine waits for is what each department still owes, and nothing when every part is over', () => {
    let rounds = 0;
    always(({ after }) => {
      const waiting = waitingSteps(after.progress);
      const status = whistleStatus(after);
      rounds = Math.max(rounds, after.progress.whistle?.length ?? 0);
      expect(openStages(after.progress)).toHaveLength(status === 'draft' || status === 'called' ? 1 : 0);
      if (status !== 'called') {
        expect(waiting.map(({ step }) => step)).toEqual(status === 'draft' ? ['approve'] : []);
        return;
      }
      const owed = after.legs
        .filter((leg) => !isLegOver(leg))
        .map((leg) => {
          const { state } = rollOf(leg);
          const step = {
            called: 'acknowledge',
            acknowledged: 'contact',
            contacted: 'attend',
            attended: 'outcome',
            done: 'rate',
          }[state as string];
          return `${String(step)} ${leg.unit}`;
        });
      expect(waiting.map(({ step, leg }) => `${step} ${String(leg)}`).sort()).toEqual(owed.sort());
    });
    expect(rounds).toBeGreaterThan(2);
  });

  it('what was decided is decided in every later round, and only what nobody decided is stopped', () => {
    always(({ before, after }) => {
      const { decisions, signals } = changes(before.progress, after.progress);
      expect(new Set(decisions.map(stepKey)).size).toBe(decisions.length);
      for (const signal of signals) if (signal.kind === 'start') expect(signal.stage).toBe('whistle');
      const round = latestRound(after.progress, 'whistle');
      for (const leg of after.legs)
        if (leg.acknowledgedAt !== undefined && round?.decided.approve?.outcome === 'approved')
          expect(round.decided[`acknowledge#${leg.unit}`]?.outcome).toBe('acknowledged');
    });
  });

  it('nobody is called whom the matter is about, nobody twice, and nobody is supervised twice at once', () => {
    let replaced = 0;
    always(({ after }) => {
      const called = after.legs.map(({ unit }) => unit);
      expect(new Set(called).size).toBe(called.length);
      for (const unit of called) expect(isAgainst(whistleContent, unit, directory)).toBe(false);
      if (called.length > 2) replaced += 1;
      const open = after.supervisions.filter(({ closedBy }) => closedBy === undefined).map(({ against }) => against);
      expect(new Set(open).size).toBe(open.length);
    });
    expect(replaced).toBeGreaterThan(50);
  });

  it('the day on which the sweep comes is the first that a running duty has, and sweeping twice changes nothing', () => {
    always(({ after, at }) => {
      const { timer } = whistleStream.head(after, rules);
      const due = after.legs.flatMap(({ limits }) =>
        limits.flatMap(({ state, kind, due }) => (state === 'running' && kind === 'duty' ? [due] : [])),
      );
      expect(timer).toBe(due.sort()[0]);
      const sweep = whistleCommand('SweepWhistle', callers.clock, { sealed: false }, at);
      const swept = whistleStream.decide(sweep, after, rules).reduce(whistleStream.evolve, after);
      expect(whistleStream.decide(sweep, swept, rules)).toEqual([]);
      expect(JSON.stringify(summaryOfWhistle(swept))).not.toMatch(/[补归职疏]/);
    });
  });

  it('one on what turns out to be an accusation is swept in every state, and then nothing of it waits or runs', () => {
    const ended = new Map<string, number>();
    fc.assert(
      fc.property(choices, (taken) => {
        for (const { after, at } of moves(taken, { petition: 'P-1' })) {
          const sealed = whistleCommand('SweepWhistle', callers.clock, { sealed: true }, at);
          const events = whistleStream.decide(sealed, after, rules);
          const swept = events.reduce(whistleStream.evolve, after);
          const { timer } = whistleStream.head(after, rules);
          const waits = openStages(after.progress).length + whistleStream.tasks(after, rules).length;
          // Whatever waits is looked at by every sweep, and whatever waits is ended by it.
          if (waits > 0) expect(timer !== undefined && timer <= legalDay(at)).toBe(true);
          expect(events.map(({ type }) => type)).toEqual(waits > 0 ? ['WhistleCalledOff'] : []);
          expect(openStages(swept.progress)).toEqual([]);
          expect(whistleStream.tasks(swept, rules)).toEqual([]);
          expect(whistleStream.head(swept, rules).timer).toBeUndefined();
          expect(whistleStream.decide(sealed, swept, rules)).toEqual([]);
          const state = whistleStatus(after);
          ended.set(state, (ended.get(state) ?? 0) + events.length);
        }
      }),
      runs,
    );
    for (const state of ['draft', 'returned', 'called']) expect([state, ended.get(state) ?? 0]).not.toEqual([state, 0]);
  });
});
