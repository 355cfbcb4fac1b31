import type { Action } from './policy.ts';

/** What the petitioner may do by query code, as the policy grants it: the portal needs no more of the policy than this. */
export const petitionerActions = [
  'ProposeRecusal',
  'EscalateUp',
  'RequestReview',
  'RequestWithdrawal',
  'RetractWithdrawal',
  'DeclareEvidence',
  'WithdrawEvidence',
  'ReadEvidence',
  'FollowOwnPetition',
  'RatePetition',
  'DeclineReview',
] as const satisfies readonly Action[];

/** Whoever asks has checked the code. */
export const petitionerMay = (action: Action): boolean => (petitionerActions as readonly Action[]).includes(action);
