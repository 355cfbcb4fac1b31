import { Refusal } from '../errors.ts';
import { registered } from './guards.ts';
import type { Context, Issued, Petition } from './state.ts';

/**
 * Emergency access (应急查阅, "break-glass"): somebody of the same tree whom the matter does not concern reads it for a
 * configured time, with a reason; the office that supervises the case reviews at once whether that was justified.
 */
export type EmergencyCommand = Issued &
  (
    | { readonly type: 'UseEmergencyAccess'; readonly reason: string }
    | {
        readonly type: 'ReviewEmergencyAccess';
        /** Number of the access, from 1. */
        readonly access: number;
        readonly justified: boolean;
        readonly remark: string;
      }
  );

export type EmergencyEvent =
  | {
      readonly type: 'EmergencyAccessUsed';
      readonly data: {
        readonly by: string;
        readonly unit: string;
        readonly role: string;
        readonly reason: string;
        /** Instant. */
        readonly until: string;
        readonly source: string;
      };
    }
  | {
      readonly type: 'EmergencyAccessReviewed';
      readonly data: {
        readonly access: number;
        readonly justified: boolean;
        readonly remark: string;
        readonly by: string;
      };
    };

/** @throws Refusal */
export const decideEmergency = (
  command: EmergencyCommand,
  petition: Petition,
  { configuration }: Pick<Context, 'configuration'>,
): readonly EmergencyEvent[] => {
  registered(petition);
  const { by, at } = command;
  if (command.type === 'UseEmergencyAccess') {
    if (petition.emergencies.some((each) => each.by === by.id && at < each.until))
      throw new Refusal('already-decided', 'You have emergency access already; it has not run out.');
    const { hours, source } = configuration.emergencyAccess;
    const until = new Date(Date.parse(at) + hours * 3_600_000).toISOString();
    const { reason } = command;
    return [{ type: 'EmergencyAccessUsed', data: { by: by.id, unit: by.unit, role: by.role, reason, until, source } }];
  }
  const { access, justified, remark } = command;
  const used = petition.emergencies[access - 1];
  if (!used) throw new Refusal('not-found', `There is no emergency access ${String(access)}.`);
  if (used.reviewedBy !== undefined) throw new Refusal('already-decided', 'This access has been reviewed.');
  return [{ type: 'EmergencyAccessReviewed', data: { access, justified, remark, by: by.id } }];
};

export const evolveEmergency = (petition: Petition, event: EmergencyEvent): Petition => {
  if (event.type === 'EmergencyAccessUsed') {
    const { by, unit, role, until } = event.data;
    return { ...petition, emergencies: [...petition.emergencies, { by, unit, role, until }] };
  }
  const { access, justified, by } = event.data;
  return {
    ...petition,
    emergencies: petition.emergencies.map((each, index) =>
      index === access - 1 ? { ...each, justified, reviewedBy: by } : each,
    ),
  };
};
