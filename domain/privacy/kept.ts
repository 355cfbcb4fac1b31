import { Refusal } from '../errors.ts';
import type { PetitionEvent } from '../petition/petition.ts';
import type { PlainStream } from '../plain-stream.ts';
import type { NewEvent, StreamRef } from '../ports.ts';
import { noDue } from '../workflow/steps.ts';
import {
  decideKeeping,
  type ErasureCommand,
  type ErasureEvent,
  evolveKeeping,
  type Keeping,
  type Kept,
  ordinaryKeeping,
} from './erasure.ts';

/**
 * What is no petition and has a keeping (保管) of its own: a visit that led to none, a booking of the public, a need that was met, an assembly, a whistle
 * without a matter behind it, an item of the lists, a programme. Legal holds on it and the proposals to erase it are facts of a
 * stream `keeping`, by the rules of petitions; what was erased says so in its own stream, in the same transaction.
 */
export const keptKinds = ['visit', 'booking', 'need', 'assembly', 'whistle', 'list-item', 'programme'] as const;

/** What a keeping is about. @property item visit or booking of a reception day, by its number */
export interface KeptThing {
  readonly kind: (typeof keptKinds)[number];
  readonly stream: StreamRef;
  readonly item?: number;
}

/** @example `need.622923-20261124-7K3QXA`, `visit.622901007-20261124-7K3QXA.2`; `undefined` for what names nothing */
export const keptThing = (name: string): KeptThing | undefined => {
  const [word, id = '', item, ...rest] = name.split('.');
  const kind = keptKinds.find((each) => each === word);
  if (kind === undefined || id === '' || rest.length > 0) return undefined;
  if (kind !== 'visit' && kind !== 'booking') {
    return item === undefined ? { kind, stream: { kind, id } } : undefined;
  }
  if (item === undefined || !/^[1-9]\d{0,3}$/.test(item)) return undefined;
  return { kind, stream: { kind: kind === 'visit' ? 'session' : 'booking', id }, item: Number(item) };
};

/** Legal holds on something, and the proposal to erase it. */
export interface ThingKeeping {
  readonly version: number;
  readonly keeping: Keeping;
}

/** Whether the facts of a keeping say that a legal hold stands. */
export const isHeld = (facts: readonly Pick<NewEvent, 'type' | 'data'>[]): boolean =>
  facts
    .reduce<Keeping>((keeping, event) => evolveKeeping(keeping, event as PetitionEvent), ordinaryKeeping)
    .holds.some(({ liftedOn }) => liftedOn === undefined);

/** The rules of a keeping. @param unit whose it is @param kept where it stands today */
export const keepingStream = (unit: string, kept: Kept): PlainStream<ThingKeeping, ErasureCommand, ErasureEvent> => ({
  kind: 'keeping',
  initial: { version: 0, keeping: ordinaryKeeping },
  decide: (command, { keeping }, { configuration }) => {
    if (keeping.erasedOn !== undefined)
      throw new Refusal('erased', `It was erased on ${keeping.erasedOn}; nothing of it can be kept any more.`);
    return decideKeeping(command, keeping, kept, configuration);
  },
  evolve: ({ version, keeping }, event) => ({
    version: version + 1,
    keeping: evolveKeeping(keeping, event as PetitionEvent),
  }),
  head: ({ keeping: { holds, proposal, erasedOn } }) => ({
    summary: {
      unit,
      held: holds.some(({ liftedOn }) => liftedOn === undefined),
      proposed: proposal !== undefined,
      ...(erasedOn === undefined ? {} : { erasedOn }),
    },
    title: '拟删除个人信息',
  }),
  tasks: ({ keeping: { proposal, proposals } }, { units }) =>
    proposal === undefined
      ? []
      : [
          {
            stage: 'task',
            round: proposals,
            step: 'decide-kept-erasure',
            audience: `leader@${units.leadershipOf(units.petitionOfficeOf(unit))}`,
            due: noDue,
            excluded: [proposal.by],
          },
        ],
  unitOf: () => unit,
});
