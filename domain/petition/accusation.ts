import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { openRound } from '../workflow/progress.ts';
import { registered } from './guards.ts';
import { restartReceiptLimit, retireRoute } from './route-rules.ts';
import type { Issued, Petition } from './state.ts';

/** What the discipline organ does with an accusation (检举控告) that was handed to it sealed (Art. 22, 30). */
export type AccusationCommand = Issued &
  ({ readonly type: 'TakeOverAccusation' } | { readonly type: 'ReturnAccusation'; readonly reason: string });

export type AccusationEvent =
  | { readonly type: 'AccusationTakenOver'; readonly data: { readonly on: string; readonly basis: 'R30' } }
  | {
      readonly type: 'AccusationReturned';
      readonly data: { readonly on: string; readonly reason: string; readonly basis: 'R22' };
    };

/** Waits for the organ that it was handed to. */
export const awaitsTakingOver = ({ route, intake, incidents }: Petition): boolean =>
  route?.purpose === 'accusation' &&
  !intake.takenOver &&
  (incidents.ended === undefined || incidents.ended.how === 'imported');

/** @throws Refusal */
export const decideAccusation = (command: AccusationCommand, petition: Petition): readonly AccusationEvent[] => {
  registered(petition);
  if (petition.route?.purpose !== 'accusation') throw new Refusal('not-the-step', 'This is no sealed accusation.');
  if (petition.intake.takenOver) {
    throw new Refusal(
      'already-decided',
      'Your organ has taken it over; it goes on under its own rules (Art. 23, 30).',
      {
        basis: 'R30',
      },
    );
  }
  const on = legalDay(command.at);
  return command.type === 'TakeOverAccusation'
    ? [{ type: 'AccusationTakenOver', data: { on, basis: 'R30' } }]
    : [{ type: 'AccusationReturned', data: { on, reason: command.reason, basis: 'R22' } }];
};

export const evolveAccusation = (petition: Petition, event: AccusationEvent): Petition => {
  switch (event.type) {
    case 'AccusationTakenOver':
      return { ...petition, intake: { ...petition.intake, takenOver: true } };
    case 'AccusationReturned': {
      // No accusation, or not this organ's: the office classifies anew, and the seal is off.
      const { on, reason } = event.data;
      const opened = retireRoute(restartReceiptLimit(petition), { ended: 'returned', on, reason });
      // Out of a ledger it is the office's again, that hands it to another organ or says that it is no accusation.
      return petition.former ? opened : { ...opened, progress: openRound(opened.progress, 'intake') };
    }
  }
};
