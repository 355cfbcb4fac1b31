/** What may come between registration and closing, as the state keeps it. Rules: incidents.ts and the files it names. */

/** Where a hearing (听证) is held: in handling (Art. 31(6)), in review, or in recheck (Art. 36). */
export type HearingPart = 'handling' | 'review' | 'recheck';

export interface Hearing {
  readonly part: HearingPart;
  readonly unit: string;
  readonly notifiedOn: string;
  /** Planned until it is held. */
  readonly on: string;
  readonly heldOn?: string;
  readonly cancelled?: true;
}

/** Help and counselling (Art. 37), before and after everything else has ended. */
export interface Support {
  readonly kind: string;
  readonly unit: string;
  readonly on: string;
}

export interface Incidents {
  /** A withdrawal (撤回) that waits for the petition office's consent. */
  readonly withdrawal?: { readonly by: string; readonly on: string };
  /** How many have been requested: numbers the task. */
  readonly withdrawals: number;
  /** The petitioner has died; heirs can continue until this day. */
  readonly death?: { readonly diedOn: string; readonly heirsUntil: string };
  /** The matter goes on on the facts although nobody continues it: the answer is read with the code alone. */
  readonly nobody?: true;
  /** How many deaths have been recorded: numbers the task. */
  readonly deaths: number;
  /** Days on which somebody tried to reach the petitioner in vain, since the last contact. */
  readonly contactAttempts: readonly string[];
  readonly hearings: readonly Hearing[];
  readonly support: readonly Support[];
  /** Parts split off into petitions of their own (several requests, several organs). */
  readonly children: readonly { readonly number: string; readonly settledOn?: string }[];
  /** Ended before it was concluded here: no ground to refuse the same matter later. `imported`: by its old ledger. */
  readonly ended?: { readonly how: 'withdrawn' | 'died' | 'imported'; readonly on: string };
}

export const noIncidents: Incidents = {
  withdrawals: 0,
  deaths: 0,
  contactAttempts: [],
  hearings: [],
  support: [],
  children: [],
};
