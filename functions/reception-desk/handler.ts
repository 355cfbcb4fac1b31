import { decideAccess, isSealed } from '../../domain/access/policy.ts';
import { Refusal } from '../../domain/errors.ts';
import { foldPetition, statusOf } from '../../domain/petition/petition.ts';
import type { Person, Petitioner, RegistrationContent } from '../../domain/petition/state.ts';
import type { Clock, Identifiers, LookupHasher, RecordStore } from '../../domain/ports.ts';
import type { Commands } from '../shared/commands.ts';
import { defined } from '../shared/defined.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { ordinal } from '../shared/ordinal.ts';
import { BadRequest } from '../shared/problem.ts';
import { queryCodeOf } from '../shared/query-code.ts';
import * as routes from './routes.ts';

export interface Dependencies {
  readonly commands: Commands;
  readonly records: RecordStore;
  readonly hasher: LookupHasher;
  readonly identifiers: Identifiers;
  readonly clock: Clock;
}

const personsOf = (petitioner: Petitioner): readonly Person[] => {
  switch (petitioner.form) {
    case 'individual':
      return [petitioner.person];
    case 'joint':
      return petitioner.representatives;
    case 'organisation':
      return petitioner.contact ? [petitioner.contact] : [];
    case 'anonymous':
      return [];
  }
};

/** What the reception desk does: register, find earlier matters, run the reception day. */
export const createHandler = ({ commands, records, hasher, identifiers, clock }: Dependencies) => {
  const hashesOf = (persons: readonly Partial<Person>[]): Promise<string[]> =>
    Promise.all(
      persons.flatMap(({ identityNumber, phone }) => [
        ...(identityNumber === undefined ? [] : [hasher.hash('identity-number', identityNumber)]),
        ...(phone === undefined ? [] : [hasher.hash('phone', phone)]),
      ]),
    );

  /** The petition, if there is one that may be spoken of. */
  const openPetition = async (number: string) => {
    const { events } = await records.load({ kind: 'petition', id: number });
    const petition = foldPetition(events);
    return events.length === 0 || isSealed(petition) ? undefined : petition;
  };

  return httpApi([
    on(routes.register, async (call) => {
      const { receivedOn, ...content } = call.body;
      const officer = call.officer();
      const number = identifiers.petitionNumber(officer.unit, clock.now());
      const intent = {
        type: 'RegisterPetition',
        number,
        content: defined(content) as RegistrationContent,
        ...(receivedOn === undefined ? {} : { receivedOn }),
      } as const;
      const lookups = [...new Set(await hashesOf(personsOf(intent.content.petitioner)))];
      const result = await commands.register(officer, call, intent, lookups);
      // A repeat is answered with the first number, and with the code made from it.
      const { number: registered } = result.body as { number: string };
      return { ...result, body: { ...result.body, queryCode: await queryCodeOf(hasher, registered) } };
    }),

    on(routes.lookUp, async ({ officer, body }) => {
      const { units } = await commands.context();
      const decision = decideAccess(officer(), 'FindPetitions', {}, units);
      if (!decision.allowed) throw new Refusal(decision.code, decision.reason);
      if (body.identityNumber === undefined && body.phone === undefined) {
        throw new BadRequest('invalid-request', 400, 'Name an identity number or a phone number.', [
          { pointer: '/identityNumber', detail: 'Required unless phone is given' },
        ]);
      }
      const byIdentity =
        body.identityNumber === undefined ? [] : await hashesOf([{ identityNumber: body.identityNumber }]);
      const byPhone = body.phone === undefined ? [] : await hashesOf([{ phone: body.phone }]);
      const reasons = new Map<string, string[]>();
      for (const [hashes, reason] of [
        [byIdentity, 'same identity number'],
        [byPhone, 'same phone'],
      ] as const) {
        for (const hash of hashes) {
          for (const { kind, id } of await records.findByLookup(hash)) {
            if (kind === 'petition') reasons.set(id, [...(reasons.get(id) ?? []), reason]);
          }
        }
      }
      const found = await Promise.all(
        [...reasons].map(async ([number, why]) => {
          const petition = await openPetition(number);
          // A recused officer learns nothing here either.
          if (!petition?.registration || petition.recused.includes(officer().id)) return [];
          const { unit, receivedOn, subject } = petition.registration;
          return [
            {
              number,
              unit,
              unitName: units.get(unit)?.name,
              receivedOn,
              subject,
              status: statusOf(petition),
              category: petition.route?.category,
              why,
            },
          ];
        }),
      );
      return { body: { items: found.flat().sort((a, b) => b.receivedOn.localeCompare(a.receivedOn)) } };
    }),

    on(routes.amend, (call) =>
      commands.change(call.officer(), call, call.params.number, {
        type: 'AmendRegistration',
        changes: defined(call.body.changes),
        reason: call.body.reason,
      }),
    ),
    on(routes.linkRepeat, async (call) => {
      if (!(await openPetition(call.body.earlier))) {
        throw new Refusal('rule-violated', `There is no petition ${call.body.earlier}.`, { pointer: '/earlier' });
      }
      return commands.change(call.officer(), call, call.params.number, { type: 'LinkRepeat', ...call.body });
    }),
    on(routes.unlinkRepeat, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'UnlinkRepeat', ...call.body }),
    ),

    on(routes.publishSession, (call) => {
      const officer = call.officer();
      const id = identifiers.sessionId(officer.unit, clock.now());
      return commands.publishSession(officer, call, { type: 'PublishSession', id, content: call.body });
    }),
    on(routes.preRegister, (call) =>
      commands.changeSession(call.officer(), call, call.params.id, { type: 'PreRegisterVisit', ...call.body }),
    ),
    on(routes.checkIn, (call) =>
      commands.changeSession(call.officer(), call, call.params.id, {
        type: 'CheckIn',
        visit: ordinal('visit', call.params.visit),
        ...defined(call.body),
      }),
    ),
    on(routes.recordVisit, async (call) => {
      const { petition } = call.body;
      if (petition !== undefined && !(await openPetition(petition))) {
        throw new Refusal('rule-violated', `There is no petition ${petition}.`, { pointer: '/petition' });
      }
      return commands.changeSession(call.officer(), call, call.params.id, {
        type: 'RecordVisit',
        visit: ordinal('visit', call.params.visit),
        ...defined(call.body),
      });
    }),
  ]);
};
