import { Refusal } from '../errors.ts';
import type { Deadline } from '../limits.ts';
import { foldPlain, type PlainHistory } from '../plain-stream.ts';
import type { NewEvent } from '../ports.ts';
import { stopStage, waitingSteps } from '../workflow/flow.ts';
import { endRound, latestRound, openRound, type Progress, settle } from '../workflow/progress.ts';
import { type LegStep, legSteps, withLimitsMet, withLimitsStopped } from './legs.ts';
import {
  type CalledLeg,
  initialWhistle,
  isLegOver,
  isUnderWay,
  type Whistle,
  type WhistleEvent,
  type WhistleLeg,
  type WhistleSupervision,
  whistleStatus,
} from './state.ts';
import { stepOfWhistle, summaryOfWhistle, tasksOfWhistle } from './waiting.ts';

/** Under which the whistles of a petition are found; a number names nobody, so it needs no hash. */
export const whistlesOf = (petition: string): string => `whistles-of.${petition}`;

const withLeg = (whistle: Whistle, unit: string, change: (leg: WhistleLeg) => WhistleLeg): Whistle => ({
  ...whistle,
  legs: whistle.legs.map((leg) => (leg.unit === unit ? change(leg) : leg)),
});

const withObjection = (whistle: Whistle, unit: string, state: NonNullable<WhistleLeg['objection']>['state']): Whistle =>
  withLeg(whistle, unit, (leg) => (leg.objection ? { ...leg, objection: { ...leg.objection, state } } : leg));

const called = ({ unit, limits }: CalledLeg, ask: string, calledAt: string): WhistleLeg => ({
  unit,
  ask,
  limits,
  calledAt,
});

/** What each step of a leg is decided as when it is done. */
const done = { acknowledge: 'acknowledged', contact: 'contacted', attend: 'attended', outcome: 'recorded' } as const;

/** Decides every step of a leg up to this one that has not been decided yet. */
const upTo = (progress: Progress, unit: string, step: LegStep): Progress =>
  legSteps
    .slice(0, legSteps.indexOf(step) + 1)
    .filter((each) => latestRound(progress, 'whistle')?.decided[`${each}#${unit}`] === undefined)
    .reduce((each, name) => settle(each, 'whistle', name, { outcome: done[name] }, { leg: unit }), progress);

/** Ends the round when nobody owes anything any more. */
const closedIfOver = (whistle: Whistle): Whistle =>
  whistle.legs.every(isLegOver) && latestRound(whistle.progress, 'whistle')?.open
    ? { ...whistle, progress: endRound(whistle.progress, 'whistle') }
    : whistle;

/** A wrong department's leg ends where it waits; in its place another may be called, for which the next round is opened. */
const withReturned = (whistle: Whistle, unit: string, at: string, replacement: CalledLeg | undefined): Whistle => {
  const waiting = waitingSteps(whistle.progress).find(({ leg }) => leg === unit);
  const progress = waiting
    ? settle(whistle.progress, 'whistle', waiting.step, { outcome: 'returned' }, { leg: unit })
    : whistle.progress;
  const after = withLeg({ ...whistle, progress }, unit, (leg) => ({ ...withLimitsStopped(leg), returned: true }));
  if (!replacement) return closedIfOver(after);
  const ask = after.legs.find((leg) => leg.unit === unit)?.ask ?? '';
  // Let go once as the wrong one, and called again by the superior's ruling: its part begins anew, and that it is theirs is decided.
  const before = after.legs.find((leg) => leg.unit === replacement.unit);
  const ruled = before?.objection ? { objection: { ...before.objection, state: 'kept' as const } } : {};
  const legs = [...after.legs.filter((leg) => leg !== before), { ...called(replacement, ask, at), ...ruled }];
  const stopped = stopStage(progress, 'whistle');
  const decided = Object.entries(latestRound(progress, 'whistle')?.decided ?? {}).filter(
    ([step]) => !step.endsWith(`#${replacement.unit}`),
  );
  const carried = {
    ...Object.fromEntries(decided),
    approve: { outcome: 'approved', units: legs.map((leg) => leg.unit) },
  };
  return { ...after, legs, progress: openRound(stopped, 'whistle', { carried }) };
};

const changeLimit = (leg: WhistleLeg, name: Deadline['limit'], change: Partial<Deadline>): WhistleLeg => ({
  ...leg,
  limits: leg.limits.map((limit) => (limit.limit === name ? { ...limit, ...change } : limit)),
});

const changeSupervision = (whistle: Whistle, number: number, change: Partial<WhistleSupervision>): Whistle => ({
  ...whistle,
  supervisions: whistle.supervisions.map((each, index) => (index === number - 1 ? { ...each, ...change } : each)),
});

const apply = (whistle: Whistle, event: WhistleEvent): Whistle => {
  const { progress } = whistle;
  switch (event.type) {
    case 'WhistleDrafted': {
      const { id, unit, content, by, on } = event.data;
      return {
        ...whistle,
        id,
        unit,
        content,
        drafters: [by],
        draftedOn: on,
        progress: openRound(progress, 'whistle'),
      };
    }
    case 'WhistleRedrafted': {
      const { returned: _, ...rest } = whistle;
      const { content, by } = event.data;
      return {
        ...rest,
        content,
        drafters: [...new Set([...rest.drafters, by])],
        progress: openRound(progress, 'whistle'),
      };
    }
    case 'WhistleApproved': {
      const { at, called: legs } = event.data;
      const asks = new Map(whistle.content?.calls.map(({ unit, ask }) => [unit, ask]));
      const units = legs.map(({ unit }) => unit);
      return {
        ...whistle,
        calledAt: at,
        legs: legs.map((leg) => called(leg, asks.get(leg.unit) ?? '', at)),
        progress: settle(progress, 'whistle', 'approve', { outcome: 'approved', units }),
      };
    }
    case 'WhistleReturned':
      return {
        ...whistle,
        returned: { reason: event.data.reason },
        returns: whistle.returns + 1,
        progress: endRound(settle(progress, 'whistle', 'approve', { outcome: 'returned' }), 'whistle'),
      };
    case 'WhistleCalledOff': {
      const { by: _, ...calledOff } = event.data;
      return {
        ...whistle,
        calledOff,
        legs: whistle.legs.map(withLimitsStopped),
        progress: stopStage(progress, 'whistle'),
      };
    }
    case 'WhistleAcknowledged':
      return {
        ...withLeg(whistle, event.data.unit, (leg) => ({
          ...withLimitsMet(leg, 'acknowledge'),
          acknowledgedAt: event.data.at,
        })),
        progress: upTo(progress, event.data.unit, 'acknowledge'),
      };
    case 'CallerContacted': {
      const { unit, at } = event.data;
      return {
        ...withLeg(whistle, unit, (leg) => ({
          ...withLimitsMet(leg, 'contact'),
          acknowledgedAt: leg.acknowledgedAt ?? at,
          contactedAt: at,
        })),
        progress: upTo(progress, unit, 'contact'),
      };
    }
    case 'WhistleAttended': {
      const { unit, officer, at } = event.data;
      const came = withLeg(whistle, unit, (leg) => ({
        ...withLimitsMet(leg, 'attend'),
        acknowledgedAt: leg.acknowledgedAt ?? at,
        contactedAt: leg.contactedAt ?? at,
        attendedAt: at,
        officer,
      }));
      // Whoever comes objects no more.
      const { state } = came.legs.find((leg) => leg.unit === unit)?.objection ?? {};
      const settled = { ...came, progress: upTo(progress, unit, 'attend') };
      return state === 'open' || state === 'refused' || state === 'disputed'
        ? withObjection(settled, unit, 'withdrawn')
        : settled;
    }
    case 'WhistleOutcomeRecorded': {
      const { unit, solution, account, on } = event.data;
      return {
        ...withLeg(whistle, unit, (leg) => ({
          ...withLimitsStopped(withLimitsMet(leg, 'outcome')),
          outcome: { solution, account, on },
        })),
        progress: upTo(progress, unit, 'outcome'),
      };
    }
    case 'ResponseRated': {
      const { unit, satisfaction, comment } = event.data;
      const rating = { satisfaction, ...(comment === undefined ? {} : { comment }) };
      const rated = withLeg(whistle, unit, (leg) => ({ ...leg, rating }));
      return closedIfOver({
        ...rated,
        progress: settle(progress, 'whistle', 'rate', { outcome: 'rated' }, { leg: unit }),
      });
    }
    case 'WhistleObjected':
      return withLeg(whistle, event.data.unit, (leg) => ({
        ...leg,
        objection: { reason: event.data.reason, state: 'open' },
      }));
    case 'WhistleObjectionWithdrawn':
      return withObjection(whistle, event.data.unit, 'withdrawn');
    case 'WhistleObjectionAnswered': {
      const { unit, agreed, by: answeredBy, at, replacement } = event.data;
      const answered = withLeg(whistle, unit, (leg) =>
        leg.objection
          ? { ...leg, objection: { ...leg.objection, state: agreed ? 'agreed' : 'refused', answeredBy } }
          : leg,
      );
      return agreed ? withReturned(answered, unit, at, replacement) : answered;
    }
    case 'WhistleDisputeReferred': {
      const { unit, decider, rule } = event.data;
      return withLeg(whistle, unit, (leg) =>
        leg.objection ? { ...leg, objection: { ...leg.objection, state: 'disputed', decider, rule } } : leg,
      );
    }
    case 'WhistleDisputeDecided': {
      const { unit, keeps, at, replacement } = event.data;
      if (keeps) return withObjection(whistle, unit, 'kept');
      return withReturned(withObjection(whistle, unit, 'agreed'), unit, at, replacement);
    }
    case 'WhistleLimitMissed': {
      const { unit, limit } = event.data;
      return withLeg(whistle, unit, (leg) => changeLimit(leg, limit, { state: 'missed' }));
    }
    case 'WhistleSupervisionOpened': {
      const { against, missed } = event.data;
      return { ...whistle, supervisions: [...whistle.supervisions, { against, missed }] };
    }
    case 'WhistleFeedbackGiven':
      return changeSupervision(whistle, event.data.supervision, { feedback: event.data.text });
    case 'WhistleSupervisionClosed':
      return changeSupervision(whistle, event.data.supervision, { closedBy: event.data.by });
    case 'WhistleLimitsRecounted':
      return event.data.changes.reduce(
        (each, { unit, limit, after }) => withLeg(each, unit, (leg) => changeLimit(leg, limit, { due: after })),
        whistle,
      );
    case 'WhistleErased':
      return { ...whistle, erasedOn: event.data.on };
  }
};

/**
 * What erasing it means (PIPL Art. 47): one that still waits for somebody is ended first, since nothing could be added to it
 * afterwards. @throws Refusal
 */
export const eraseWhistle = (whistle: Whistle, on: string): readonly WhistleEvent[] => {
  if (whistle.erasedOn !== undefined) return [];
  if (isUnderWay(whistle)) {
    throw new Refusal('not-the-step', `Whistle ${whistle.id} is still under way.`, { basis: 'P19' });
  }
  return [{ type: 'WhistleErased', data: { on, basis: 'P47' } }];
};

/**
 * What becomes of it once the petition that it was blown for is erased: nobody can end it any more, so what waits ends here.
 * @param by who is named as ending it
 */
export const eraseWithPetition = (whistle: Whistle, by: string, on: string): readonly WhistleEvent[] => {
  if (whistle.erasedOn !== undefined) return [];
  const waits = !whistle.calledOff && isUnderWay(whistle) && whistleStatus(whistle) !== 'closed';
  return [
    ...(waits ? [{ type: 'WhistleCalledOff', data: { by, because: 'erasure', on } } as const] : []),
    { type: 'WhistleErased', data: { on, basis: 'P47' } },
  ];
};

/** Folds one fact into the whistle. */
export const evolveWhistle = (whistle: Whistle, event: WhistleEvent): Whistle => ({
  ...apply(whistle, event),
  version: whistle.version + 1,
});

/** What is recorded of a whistle. Without the rules: whoever counts and shows needs none of them. */
export const foldWhistle = (events: readonly Pick<NewEvent, 'type' | 'data'>[]): Whistle =>
  foldPlain<Whistle, WhistleEvent>({ initial: initialWhistle, evolve: evolveWhistle }, events);

/**
 * The day on which the sweep must look at it: the first of the duties that run; a calendar that changed moves only days.
 * With a petition behind it, every time while anything of it waits: the petition may be an accusation by then (Art. 30), and
 * nobody else would end what nobody sees any more.
 */
const timerOf = (whistle: Whistle): string | undefined =>
  whistle.content?.petition !== undefined && isUnderWay(whistle) ? whistle.draftedOn : firstDutyOf(whistle);

const firstDutyOf = ({ legs }: Whistle): string | undefined =>
  legs
    .flatMap(({ limits }) => limits)
    .filter(({ state, kind }) => state === 'running' && kind === 'duty')
    .map(({ due }) => due)
    .sort()[0];

/** What the facts of a whistle come to. */
export const whistleHistory: PlainHistory<Whistle, WhistleEvent> = {
  kind: 'whistle',
  initial: initialWhistle,
  evolve: evolveWhistle,
  head: (whistle) => {
    const timer = timerOf(whistle);
    return {
      summary: summaryOfWhistle(whistle),
      listed: { unit: whistle.unit ?? '', day: whistle.draftedOn ?? '' },
      // No subject: it stands on the worklists of every department that is called.
      // Nor the code of its kind, which says nothing to anybody.
      title: '吹哨报到',
      ...(timer === undefined ? {} : { timer }),
    };
  },
  tasks: (whistle, { units }) => tasksOfWhistle(whistle, units),
  stage: { progress: ({ progress }) => progress, step: stepOfWhistle },
  unitOf: ({ unit }) => unit,
  lookups: ({ content }) => (content?.petition === undefined ? [] : [whistlesOf(content.petition)]),
};
