import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { endMatter } from './ending.ts';
import { knownUnit } from './guards.ts';
import { checkPetitioner } from './registration.ts';
import type { Context, Issued, Petition, Purpose, Registration, RegistrationContent } from './state.ts';

/** What an old ledger (旧台账) says of a matter besides its registration. */
export interface Former {
  /** Name of the ledger, and the number that the matter has in it: together with the unit what the matter is known by. */
  readonly ledger: string;
  readonly number: string;
  /** Legal day on which it was finished, as the ledger has it. */
  readonly finishedOn: string;
  readonly purpose?: Exclude<Purpose, 'accusation'>;
  readonly category?: string;
  /** Who handled it and with what result, in the ledger's words. */
  readonly handledBy?: string;
  readonly result?: string;
  /** The import that brought it in. */
  readonly broughtBy: string;
  /** Keyed digest of its row: whether a later import says the same is told without opening anything. */
  readonly digest: string;
}

/** Only an import that two persons have decided gives it; no route does. */
export type ImportPetition = Issued & {
  readonly type: 'ImportPetition';
  readonly number: string;
  readonly unit: string;
  readonly receivedOn: string;
  readonly content: RegistrationContent;
  readonly former: Former;
};

export interface PetitionImported {
  readonly type: 'PetitionImported';
  readonly data: { readonly number: string; readonly registration: Registration; readonly former: Former };
}

/**
 * A matter of the past comes into the record as over: no stage opens, no limit runs, nothing becomes due. It is found, counts as
 * the earlier one when it is brought again, and is kept and erased as any other.
 * @throws Refusal
 */
export const decideImporting = (
  { number, unit, receivedOn, content, former, by, at }: ImportPetition,
  petition: Petition,
  { units }: Pick<Context, 'units'>,
): readonly PetitionImported[] => {
  if (petition.version > 0) throw new Refusal('already-decided', 'The petition is in the record already.');
  knownUnit(units, unit, '/unit');
  checkPetitioner(content.petitioner);
  if (former.finishedOn < receivedOn) {
    throw new Refusal('rule-violated', 'A matter is not finished before it is received.', { pointer: '/finishedOn' });
  }
  if (former.finishedOn > legalDay(at)) {
    throw new Refusal('rule-violated', 'A ledger brings in what is over.', { pointer: '/finishedOn' });
  }
  const registration = { ...content, unit, receivedOn, registeredBy: by.id };
  return [{ type: 'PetitionImported', data: { number, registration, former } }];
};

export const evolveImporting = (petition: Petition, { data }: PetitionImported): Petition => {
  const { number, registration, former } = data;
  return endMatter({ ...petition, number, registration, former }, { how: 'imported', on: former.finishedOn });
};
