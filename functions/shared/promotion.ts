import * as z from 'zod/mini';
import { defined } from '../../domain/defined.ts';
import type { Origin } from '../../domain/petition/origin.ts';
import { decideRegistration } from '../../domain/petition/registration.ts';
import { initialPetition, type Petitioner, personsOf, type RegistrationContent } from '../../domain/petition/state.ts';
import type { LookupHasher, StreamWrite } from '../../domain/ports.ts';
import type { Result } from './http-api.ts';
import { lookupsOf } from './lookups.ts';
import type { Act } from './plain-commands.ts';
import { queryCodeOf } from './query-code.ts';
import { CommandResult, day, line, RegistrationBody } from './schemas.ts';
import { petitionWrite } from './stream-writes.ts';

/** What is asked of whoever makes a petition of something that was only said. */
export const PromotionBody = z.strictObject({
  channel: z._default(RegistrationBody.shape.channel, 'visit'),
  oral: z._default(z.boolean().check(z.describe('Told orally and written down here (Art. 19)')), true),
  petitioner: RegistrationBody.shape.petitioner,
  consent: z.optional(
    z
      .strictObject({ givenOn: day('When the person said yes'), how: line(200, 'How: orally, signed form; no names') })
      .check(z.describe('Without it nobody is named')),
  ),
  subject: RegistrationBody.shape.subject,
  requests: RegistrationBody.shape.requests,
  facts: RegistrationBody.shape.facts,
  reasons: RegistrationBody.shape.reasons,
  place: RegistrationBody.shape.place,
  accused: RegistrationBody.shape.accused,
});

export const Promoted = z.object({
  ...CommandResult.shape,
  petition: z.string().check(z.describe('信访件编号')),
  queryCode: z.string().check(z.describe('查询码: for the petitioner alone')),
});

/**
 * Registers the petition that a need or a question becomes, in the same transaction: at the petition office in charge of
 * the unit, since a village has none of its own.
 */
export const promotedPetition = async (
  hasher: LookupHasher,
  number: string,
  body: z.infer<typeof PromotionBody>,
  { source, origin, unit }: { source: 'grid' | 'assembly'; origin: Origin; unit: string },
  { at, by, context }: Act,
): Promise<StreamWrite> => {
  const { consent: _, ...content } = defined(body);
  const { petitioner } = askedOf(body);
  const registration: RegistrationContent = { ...content, petitioner, source, origin };
  const office = context.units.petitionOfficeOf(unit);
  return registeredPetition(hasher, number, { content: registration, unit: office }, { at, by, context });
};

/** Registers a petition in the transaction of something else. @param asked unit where it is registered */
export const registeredPetition = async (
  hasher: LookupHasher,
  number: string,
  asked: { readonly content: RegistrationContent; readonly unit: string; readonly receivedOn?: string },
  { at, by, context }: Act,
): Promise<StreamWrite> => {
  const events = decideRegistration({ type: 'RegisterPetition', number, ...asked, by, at }, initialPetition, context);
  const write = petitionWrite(initialPetition, events, number, at, by, context);
  return { ...write, lookups: await lookupsOf(hasher, personsOf(asked.content.petitioner)) };
};

/** Who petitions, and the consent: what the rules of the need or question want to know. */
export const askedOf = ({ petitioner, consent }: z.infer<typeof PromotionBody>) => ({
  petitioner: defined(petitioner) as Petitioner,
  ...(consent === undefined ? {} : { consent }),
});

/** The answer with the query code, which stands nowhere and is made again for a repeat. */
export const withQueryCode = async (hasher: LookupHasher, result: Result): Promise<Result> => {
  const { petition } = result.body as { petition: string };
  return { ...result, body: { ...result.body, queryCode: await queryCodeOf(hasher, petition) } };
};
