import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { existingUnit, registered } from './guards.ts';
import type { Context, Issued, Petition } from './state.ts';
import { moveUnit } from './unit-move.ts';

export type TransferCommand = Issued & {
  readonly type: 'TransferPetition';
  readonly to: string;
  readonly reason: string;
};

export interface TransferEvent {
  readonly type: 'PetitionTransferred';
  readonly data: {
    readonly from: string;
    readonly to: string;
    readonly reason: string;
    readonly by: string;
    readonly on: string;
    readonly basis: 'R24';
  };
}

/**
 * Jurisdiction changes while the matter is handled, and the unit that had it exists still (an abolished one has a successor,
 * competence.ts). The new unit inherits everything as it stands: what was decided stays decided, and the old clock runs on.
 */
export const decideTransfer = (
  command: TransferCommand,
  petition: Petition,
  { units }: Context,
): readonly TransferEvent[] => {
  registered(petition);
  const { route, assignment, acceptedOn, concludedOn } = petition;
  const today = legalDay(command.at);
  if (!route || acceptedOn === undefined || concludedOn !== undefined) {
    throw new Refusal(
      'not-the-step',
      'A matter is transferred while it is handled; before acceptance the organ objects instead (Art. 23).',
      { basis: 'R24' },
    );
  }
  const from = assignment?.approvedBy === undefined ? route.competentUnit : assignment.leadUnit;
  existingUnit(units, command.to, '/to', today);
  if (command.to === from) throw new Refusal('rule-violated', 'That unit has the matter already.', { pointer: '/to' });
  const { to, reason } = command;
  return [{ type: 'PetitionTransferred', data: { from, to, reason, by: command.by.id, on: today, basis: 'R24' } }];
};

/** What the former unit had begun alone the new one begins anew: a request for extension, an announced hearing. */
export const evolveTransfer = (petition: Petition, { data }: TransferEvent): Petition => {
  const { extensionRequest: _asksAnew, ...rest } = petition;
  const hearings = rest.incidents.hearings.map((each) =>
    each.heldOn === undefined && each.unit === data.from ? { ...each, cancelled: true as const } : each,
  );
  return moveUnit({ ...rest, incidents: { ...rest.incidents, hearings } }, data);
};
