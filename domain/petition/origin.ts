import { Refusal } from '../errors.ts';
import type { Petitioner } from './state.ts';

/** From which reported need, or which question of an assembly, a petition came. */
export type Origin =
  | { readonly kind: 'need'; readonly id: string }
  | { readonly kind: 'assembly'; readonly id: string; readonly question: number };

/** How the person was asked whether his matter shall become a petition, and said yes. */
export interface Consent {
  /** Legal day. */
  readonly givenOn: string;
  /** In words: on the doorstep, signed form. */
  readonly how: string;
}

/**
 * Whoever says something to a grid worker or in an assembly has not petitioned yet. His name goes into the record only
 * when he has said so himself (PIPL Art. 13(1), 14). @throws Refusal
 */
export const requireConsent = (petitioner: Petitioner, consent: Consent | undefined, today: string): void => {
  if (petitioner.form !== 'anonymous' && consent === undefined) {
    throw new Refusal('rule-violated', 'A petitioner is named only with his consent. Without it, leave him unnamed.', {
      pointer: '/consent',
      basis: 'P13',
    });
  }
  if (consent !== undefined && consent.givenOn > today) {
    throw new Refusal('rule-violated', 'Consent cannot be given after today.', { pointer: '/consent/givenOn' });
  }
};

/** What those who raised the matter may know of the petition: whether it is over. A sealed one is never seen to be. */
export const outcomeFor = (summary: { readonly status?: string; readonly purpose?: string } | undefined): string => {
  const { status, purpose } = summary ?? {};
  const over = ['concluded', 'diverted', 'redirected', 'not-accepted', 'no-longer-accepted', 'withdrawn', 'ended'];
  return purpose !== 'accusation' && status !== undefined && over.includes(status) ? status : 'in-progress';
};
