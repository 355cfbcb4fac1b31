import { legalDay } from '../calendar/calendar.ts';
import type { Configuration } from '../configuration.ts';
import { Refusal } from '../errors.ts';
import type { PetitionEvent } from '../petition/petition.ts';
import type { Context, Issued, Petition } from '../petition/state.ts';

/** Why personal data may be destroyed (P47): its time is over, or a court or authority orders it. */
export const erasureGrounds = ['retention-over', 'ordered'] as const;
export type ErasureGround = (typeof erasureGrounds)[number];

/** What the state keeps about the keeping of personal data. */
export interface Keeping {
  /** Legal holds (法律保全) by number, from 1. While one stands nothing is erased. */
  readonly holds: readonly { readonly placedOn: string; readonly liftedOn?: string }[];
  /** A proposal that waits for a second person. */
  readonly proposal?: {
    readonly ground: ErasureGround;
    readonly order?: string;
    readonly by: string;
    readonly basis: string;
  };
  /** How many have been made: numbers the task. */
  readonly proposals: number;
  /** A leader gave an instruction (批示): such files are kept longer. */
  readonly instructed?: true;
  /** The key was destroyed on this day: no text of the record can be read any more. */
  readonly erasedOn?: string;
  /** Visits at which a leader gave an instruction about it. */
  readonly visits?: readonly { readonly session: string; readonly visit: number }[];
}

export const ordinaryKeeping: Keeping = { holds: [], proposals: 0 };

export type ErasureCommand = Issued &
  (
    | { readonly type: 'PlaceHold'; readonly authority: string; readonly reason: string }
    | { readonly type: 'LiftHold'; readonly hold: number; readonly authority: string; readonly reason: string }
    | {
        readonly type: 'ProposeErasure';
        readonly ground: ErasureGround;
        readonly order?: string;
        readonly reason: string;
      }
    | { readonly type: 'ApproveErasure' }
    | { readonly type: 'ReturnErasure'; readonly reason: string }
  );

export type ErasureEvent =
  | {
      readonly type: 'LegalHoldPlaced';
      readonly data: {
        /** 1, 2, 3 … in this petition. */
        readonly hold: number;
        /** Who asks for it: a court, a procuratorate, an audit. */
        readonly authority: string;
        readonly reason: string;
        readonly by: string;
        readonly on: string;
      };
    }
  | {
      readonly type: 'LegalHoldLifted';
      readonly data: {
        readonly hold: number;
        readonly authority: string;
        readonly reason: string;
        readonly by: string;
        readonly on: string;
      };
    }
  | {
      readonly type: 'ErasureProposed';
      readonly data: {
        readonly ground: ErasureGround;
        /** Number of the order (文号): no free text, so that it can outlive what it orders to erase. */
        readonly order?: string;
        readonly reason: string;
        readonly by: string;
        readonly on: string;
        readonly basis: string;
      };
    }
  | { readonly type: 'ErasureReturned'; readonly data: { readonly reason: string; readonly by: string } }
  | {
      readonly type: 'PersonalDataErased';
      readonly data: {
        readonly ground: ErasureGround;
        readonly order?: string;
        readonly proposedBy: string;
        readonly by: string;
        readonly on: string;
        readonly basis: string;
      };
    };

/** The day on which the matter ended, however it did; a diverted or sealed matter ends elsewhere. */
const endedOn = ({ concludedOn, incidents, intake }: Petition): string | undefined =>
  concludedOn ?? incidents.ended?.on ?? intake.refusal?.approvedOn ?? intake.redirectedOn;

/** How long the file is kept after its end, by its grade; `permanent` files are never erased for their age. */
const retentionYears = (petition: Petition, { retention }: Configuration): number | 'permanent' => {
  if (petition.keeping.instructed) return retention.instructed;
  const withResult =
    petition.opinions.some(({ servedOn }) => servedOn !== undefined) ||
    petition.mediations.some(({ agreement }) => agreement?.effectiveOn !== undefined);
  return withResult ? retention.withResult : retention.usual;
};

/** First legal day on which the time is over: `undefined` while it has not begun, or never ends. */
export const retentionUntil = (petition: Petition, configuration: Configuration): string | undefined => {
  const end = endedOn(petition);
  return end === undefined ? undefined : yearsAfter(end, retentionYears(petition, configuration));
};

/** @param day legal day */
export const yearsAfter = (day: string, years: number | 'permanent'): string | undefined =>
  years === 'permanent' ? undefined : `${String(Number(day.slice(0, 4)) + years)}${day.slice(4)}`;

/** What is asked of something before its personal data goes. */
export interface Kept {
  /** Legal day; absent while it has not ended. */
  readonly endedOn?: string;
  /** First legal day on which its time is over; absent while that has not begun, or where it never ends. */
  readonly until?: string;
}

const requireErasable = (
  { holds }: Keeping,
  { endedOn, until }: Kept,
  ground: ErasureGround,
  today: string,
  { retention }: Configuration,
): void => {
  const hold = holds.findIndex(({ liftedOn }) => liftedOn === undefined);
  if (hold !== -1) {
    throw new Refusal('legal-hold', `Legal hold ${String(hold + 1)} stands: nothing is erased until it is lifted.`);
  }
  if (endedOn === undefined) {
    throw new Refusal('not-the-step', 'Personal data is kept as long as the matter has not ended.', { basis: 'P19' });
  }
  if (ground === 'ordered') return;
  if (until === undefined || today <= until) {
    throw new Refusal(
      'rule-violated',
      until === undefined
        ? `Such files are kept for good (${retention.source}).`
        : `The file is kept until ${until} (${retention.source}).`,
      { pointer: '/ground', basis: 'P47' },
    );
  }
};

/** What no longer can be: nothing personal can be added to what has no key. */
const possibleAfterErasure: ReadonlySet<string> = new Set(['SweepClocks', 'RecountDeadlines', 'NoteChild']);

/** @throws Refusal for what would add to a petition whose personal data was erased */
export const requireNotErased = (type: string, { keeping: { erasedOn } }: Petition): void => {
  if (erasedOn === undefined || possibleAfterErasure.has(type)) return;
  throw new Refusal('erased', `The personal data of this petition was erased on ${erasedOn}; its file is closed.`);
};

/** Holds and erasure of a petition. @throws Refusal */
export const decideErasure = (
  command: ErasureCommand,
  petition: Petition,
  { configuration }: Context,
): readonly ErasureEvent[] => {
  const [end, until] = [endedOn(petition), retentionUntil(petition, configuration)];
  const kept = { ...(end === undefined ? {} : { endedOn: end }), ...(until === undefined ? {} : { until }) };
  return decideKeeping(command, petition.keeping, kept, configuration);
};

/** Holds and erasure of anything: one proposes, another decides. @throws Refusal */
export const decideKeeping = (
  command: ErasureCommand,
  keeping: Keeping,
  kept: Kept,
  configuration: Configuration,
): readonly ErasureEvent[] => {
  const on = legalDay(command.at);
  const by = command.by.id;
  const { holds, proposal } = keeping;
  switch (command.type) {
    case 'PlaceHold': {
      const { authority, reason } = command;
      return [{ type: 'LegalHoldPlaced', data: { hold: holds.length + 1, authority, reason, by, on } }];
    }
    case 'LiftHold': {
      const { hold, authority, reason } = command;
      const known = holds[hold - 1];
      if (!known) throw new Refusal('not-found', `There is no legal hold ${String(hold)}.`);
      if (known.liftedOn !== undefined) throw new Refusal('already-decided', 'It was lifted before.');
      return [{ type: 'LegalHoldLifted', data: { hold, authority, reason, by, on } }];
    }
    case 'ProposeErasure': {
      const { ground, order, reason } = command;
      if (proposal) throw new Refusal('already-decided', 'An erasure is proposed and waits for its decision.');
      if (ground === 'ordered' && order === undefined) {
        throw new Refusal('rule-violated', 'Name the document that orders it.', { pointer: '/order' });
      }
      requireErasable(keeping, kept, ground, on, configuration);
      return [
        {
          type: 'ErasureProposed',
          data: { ground, ...(order === undefined ? {} : { order }), reason, by, on, basis: 'P47' },
        },
      ];
    }
    case 'ApproveErasure': {
      if (!proposal) throw new Refusal('not-the-step', 'No erasure is proposed.');
      const { ground, order, by: proposedBy, basis } = proposal;
      // Much may have happened since: a hold, a matter that was opened again.
      requireErasable(keeping, kept, ground, on, configuration);
      return [
        {
          type: 'PersonalDataErased',
          data: { ground, ...(order === undefined ? {} : { order }), proposedBy, by, on, basis },
        },
      ];
    }
    case 'ReturnErasure':
      if (!proposal) throw new Refusal('not-the-step', 'No erasure is proposed.');
      return [{ type: 'ErasureReturned', data: { reason: command.reason, by } }];
  }
};

/** The visits of reception days at which the matter was told: their texts are about the same person. */
export const visitsOf = ({
  registration,
  keeping: { visits = [] },
}: Petition): readonly { readonly session: string; readonly visit: number }[] => {
  const all = [...(registration?.visit === undefined ? [] : [registration.visit]), ...visits];
  return all.filter(
    ({ session, visit }, index) =>
      all.findIndex((other) => other.session === session && other.visit === visit) === index,
  );
};

const without = ({ proposal: _, ...keeping }: Keeping): Keeping => keeping;

/** What any fact means for the keeping of personal data. */
export const evolveKeeping = (keeping: Keeping, event: PetitionEvent): Keeping => {
  switch (event.type) {
    case 'InstructionNoted':
      return {
        ...keeping,
        instructed: true,
        visits: [...(keeping.visits ?? []), { session: event.data.session, visit: event.data.visit }],
      };
    case 'LegalHoldPlaced':
      return { ...keeping, holds: [...keeping.holds, { placedOn: event.data.on }] };
    case 'LegalHoldLifted':
      return {
        ...keeping,
        holds: keeping.holds.map((each, index) =>
          index === event.data.hold - 1 ? { ...each, liftedOn: event.data.on } : each,
        ),
      };
    case 'ErasureProposed': {
      const { ground, order, by, basis } = event.data;
      const proposal = { ground, ...(order === undefined ? {} : { order }), by, basis };
      return { ...keeping, proposal, proposals: keeping.proposals + 1 };
    }
    case 'ErasureReturned':
      return without(keeping);
    case 'PersonalDataErased':
      return { ...without(keeping), erasedOn: event.data.on };
    default:
      return keeping;
  }
};
