import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { registered } from './guards.ts';
import type { Context, Issued, Petition } from './state.ts';

/** What the record says of the programme that a matter is to be enrolled in. */
export interface EnrollingProgramme {
  readonly unit: string;
  /** It is in force on the day. */
  readonly running: boolean;
  readonly batches: number;
}

export type EnrolmentCommand = Issued &
  (
    | {
        readonly type: 'EnrolMatter';
        readonly programme: string;
        readonly batch?: number;
        readonly found: EnrollingProgramme | undefined;
        readonly reason: string;
      }
    | { readonly type: 'TakeOutOfProgramme'; readonly programme: string; readonly reason: string }
  );

export type EnrolmentEvent =
  | {
      readonly type: 'MatterEnrolled';
      readonly data: {
        readonly programme: string;
        readonly batch?: number;
        readonly reason: string;
        readonly by: string;
        readonly on: string;
      };
    }
  | {
      readonly type: 'MatterTakenOut';
      readonly data: { readonly programme: string; readonly reason: string; readonly by: string; readonly on: string };
    };

/** Campaigns (专项行动) and programmes are named on matters, never on persons. @throws Refusal */
export const decideEnrolment = (
  command: EnrolmentCommand,
  petition: Petition,
  { units }: Context,
): readonly EnrolmentEvent[] => {
  const { unit } = registered(petition);
  const { programme, reason } = command;
  const on = legalDay(command.at);
  const by = command.by.id;
  const enrolled = petition.enrolments.some((each) => each.programme === programme);
  if (command.type === 'TakeOutOfProgramme') {
    if (!enrolled) throw new Refusal('not-the-step', 'The matter is not enrolled in it.', { pointer: '/programme' });
    return [{ type: 'MatterTakenOut', data: { programme, reason, by, on } }];
  }
  const { found, batch } = command;
  if (!petition.route) throw new Refusal('not-the-step', 'The matter has not been routed yet.');
  if (petition.route.purpose === 'accusation')
    throw new Refusal('rule-violated', 'An accusation is enrolled in nothing.', { basis: 'R30' });
  if (!found || !units.isWithin(unit, units.areaOf(found.unit)))
    throw new Refusal('rule-violated', `There is no programme ${programme} for this area.`, { pointer: '/programme' });
  if (!found.running) throw new Refusal('out-of-time', 'The programme is not in force.', { pointer: '/programme' });
  if (batch !== undefined && batch > found.batches)
    throw new Refusal('rule-violated', `It has ${String(found.batches)} batches.`, { pointer: '/batch' });
  if (enrolled) throw new Refusal('already-decided', 'The matter is enrolled in it.', { pointer: '/programme' });
  return [{ type: 'MatterEnrolled', data: { programme, ...(batch === undefined ? {} : { batch }), reason, by, on } }];
};

export const evolveEnrolment = (petition: Petition, { type, data }: EnrolmentEvent): Petition => {
  const others = petition.enrolments.filter(({ programme }) => programme !== data.programme);
  if (type === 'MatterTakenOut') return { ...petition, enrolments: others };
  const { programme, batch, on } = data;
  return { ...petition, enrolments: [...others, { programme, on, ...(batch === undefined ? {} : { batch }) }] };
};
