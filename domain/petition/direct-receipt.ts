import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import type { Notice } from '../notices/notice.ts';
import { endRound, settle } from '../workflow/progress.ts';
import { endLimits } from './clocks.ts';
import { noOpenDispute, noRefusalPending, registered, requireStep } from './guards.ts';
import type { Context, Issued, Petition } from './state.ts';

export type DirectReceiptCommand = Issued & {
  readonly type: 'RedirectPetition';
  /** Whom the petitioner is to address. */
  readonly organ: string;
  readonly reason: string;
  /** Told in writing while the petitioner was there. */
  readonly onTheSpot: boolean;
  /** A litigation-related visit (涉法涉诉), which a petition office guides to the political-legal organ (Art. 22). */
  readonly litigation?: boolean;
};

export type DirectReceiptEvent = {
  readonly type: 'PetitionRedirected';
  readonly data: {
    readonly organ: string;
    readonly reason: string;
    readonly on: string;
    /** Told in writing then and there; otherwise a written notice is owed (Art. 23). */
    readonly onTheSpot: boolean;
    readonly by: string;
    readonly basis: 'R22' | 'R23';
  };
};

/**
 * An organ that is no petition office tells the petitioner whom to address when the matter is outside its system
 * (Art. 23). A petition office forwards; only visitors with litigation matters it guides to the organ (Art. 22).
 */
export const decideDirectReceipt = (
  command: DirectReceiptCommand,
  petition: Petition,
  { units }: Context,
): readonly DirectReceiptEvent[] => {
  const registration = registered(petition);
  noRefusalPending(petition);
  noOpenDispute(petition);
  requireStep(petition, 'intake', 'triage');
  const guided = units.isPetitionOffice(registration.unit);
  if (guided && !(command.litigation && registration.channel === 'visit')) {
    throw new Refusal(
      'rule-violated',
      'A petition office forwards or hands over (Art. 22); only visitors with litigation-related matters it guides to the political-legal organ.',
      { basis: 'R22' },
    );
  }
  const { organ, reason, onTheSpot } = command;
  return [
    {
      type: 'PetitionRedirected',
      data: { organ, reason, on: legalDay(command.at), onTheSpot, by: command.by.id, basis: guided ? 'R22' : 'R23' },
    },
  ];
};

/** On direct receipt the first limit is the organ's own: to tell the petitioner within 15 days of receipt (Art. 23). */
export const isDirectReceipt = ({ deadlines }: Petition): boolean => deadlines[0]?.limit === 'notify';

/**
 * An organ that forwards what it received directly tells the petitioner where it went: its limit is met when that notice is
 * served, or where none can be (Art. 23). @param after the notices after a fact
 */
export const meetDirectReceipt = (petition: Petition, after: readonly Notice[]): Petition => {
  if (!isDirectReceipt(petition)) return petition;
  const told = (notices: readonly Notice[]) =>
    notices.filter((each) => each.kind === 'forwarding' && (each.servedOn ?? each.exception) !== undefined).length;
  if (told(after) === told(petition.notices)) return petition;
  const [first, ...rest] = petition.deadlines;
  return first
    ? {
        ...petition,
        deadlines: [...endLimits({ ...petition, deadlines: [first] }, ['notify'], 'met').deadlines, ...rest],
      }
    : petition;
};

export const evolveDirectReceipt = (petition: Petition, event: DirectReceiptEvent): Petition => ({
  ...petition,
  intake: { ...petition.intake, redirectedOn: event.data.on },
  progress: endRound(settle(petition.progress, 'intake', 'triage', { outcome: 'redirected' }), 'intake'),
});
