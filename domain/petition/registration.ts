import { isHeldAsAccusation, isUnderAccused } from '../access/sight.ts';
import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { type Deadline, startLimit } from '../limits.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import { openRound } from '../workflow/progress.ts';
import { existingUnit, registered } from './guards.ts';
import type { Former } from './importing.ts';
import { droppedSponsor, resumedSponsor } from './sponsorship.ts';
import type { SponsorshipEvent } from './sponsorship-facts.ts';
import type { Accused, Context, Issued, Petition, Petitioner, Registration, RegistrationContent } from './state.ts';

export type RegistrationCommand = Issued &
  (
    | {
        readonly type: 'RegisterPetition';
        readonly number: string;
        readonly content: RegistrationContent;
        readonly receivedOn?: string;
        /** The office that takes it in, where somebody registers for it; the actor's own otherwise. */
        readonly unit?: string;
      }
    | { readonly type: 'AmendRegistration'; readonly changes: RegistrationChanges; readonly reason: string }
    | {
        readonly type: 'LinkRepeat';
        readonly earlier: string;
        /** What the record says of the petition that is named. */
        readonly found: 'earlier' | 'later' | 'unknown';
        /** The leader who has, or had, charge of that petition: the matter comes back to him. */
        readonly sponsor?: string;
        readonly reason: string;
      }
    | {
        readonly type: 'UnlinkRepeat';
        readonly earlier: string;
        /** Whether whoever asks may know of the petition that is named. */
        readonly found: boolean;
        readonly reason: string;
      }
    | {
        readonly type: 'NoteInstruction';
        readonly session: string;
        readonly visit: number;
        readonly instruction: string;
      }
  );

export type RegistrationChanges = Partial<
  Pick<RegistrationContent, 'subject' | 'requests' | 'facts' | 'reasons' | 'place'>
> & {
  readonly accused?: Accused;
  /** What was taken for an accusation is none after all. */
  readonly noAccusation?: true;
  /** What the old ledger says of an imported matter's end. */
  readonly former?: Partial<Pick<Former, 'finishedOn' | 'handledBy' | 'result'>>;
};

export type RegistrationEvent =
  | {
      readonly type: 'PetitionRegistered';
      readonly data: {
        readonly number: string;
        readonly registration: Registration;
        readonly deadlines: readonly Deadline[];
      };
    }
  | {
      readonly type: 'RegistrationAmended';
      readonly data: {
        readonly changes: RegistrationChanges;
        readonly reason: string;
        readonly heldBy?: readonly string[];
        /** Of what a ledger had brought in as no accusation: the office has 15 days to hand it over (Art. 22). */
        readonly deadlines?: readonly Deadline[];
      };
    }
  | { readonly type: 'RepeatLinked'; readonly data: { readonly earlier: string; readonly reason: string } }
  | { readonly type: 'RepeatUnlinked'; readonly data: { readonly earlier: string; readonly reason: string } }
  | {
      readonly type: 'InstructionNoted';
      readonly data: { readonly session: string; readonly visit: number; readonly instruction: string };
    };

/** Art. 50. */
const regulationInForce = '2022-05-01';

/** Art. 20: several people with one matter elect representatives, at most this many. */
export const maximumRepresentatives = 5;

/** Who can be a petitioner: at most five representatives (Art. 20), and a headcount that covers them. @throws Refusal */
export const checkPetitioner = (petitioner: Petitioner, pointer = '/petitioner'): void => {
  if (petitioner.form !== 'joint') return;
  if (petitioner.representatives.length > maximumRepresentatives) {
    throw new Refusal(
      'too-many-representatives',
      'A joint petition names at most five representatives; keep everyone else in the headcount.',
      {
        pointer: `${pointer}/representatives/${String(maximumRepresentatives)}`,
        basis: 'R20',
      },
    );
  }
  if (petitioner.headcount < Math.max(2, petitioner.representatives.length)) {
    throw new Refusal(
      'rule-violated',
      'The headcount of a joint petition is at least two and covers its representatives.',
      {
        pointer: `${pointer}/headcount`,
      },
    );
  }
};

/**
 * The office that takes an accusation in: the one where it is brought, or the nearest above it that is not of the accused.
 * Neither they nor anybody below them may come to know of it (Art. 30). @throws Refusal
 */
const officeBeyond = (
  accused: Accused,
  taken: string,
  units: UnitDirectory,
  pointer: string,
  today: string,
): string => {
  for (const [index, unit] of accused.units.entries())
    existingUnit(units, unit, `${pointer}/units/${String(index)}`, today);
  if (accused.units.length === 0 && accused.officers.length > 0) {
    throw new Refusal(
      'rule-violated',
      'Name also the organ of the officers who are accused: nobody whom it leads may have the accusation (Art. 30).',
      { pointer: `${pointer}/units`, basis: 'R30' },
    );
  }
  const isTheirs = (unit: string) => isUnderAccused(unit, accused.units, units);
  const passed: string[] = [];
  for (let office = taken; !passed.includes(office); office = units.supervisorOf(office)) {
    if (!isTheirs(office) && !isTheirs(units.triageOf(office))) return office;
    passed.push(office);
  }
  throw new Refusal(
    'rule-violated',
    'Every office here is of the accused or below them: hand it to the discipline organ (纪检监察机关) of the level above (Art. 30).',
    { pointer: `${pointer}/units`, basis: 'R30' },
  );
};

const holders = (unit: string, units: UnitDirectory): readonly string[] => [...new Set([unit, units.triageOf(unit)])];

export const decideRegistration = (
  command: RegistrationCommand,
  petition: Petition,
  context: Context,
): readonly (RegistrationEvent | SponsorshipEvent)[] => {
  const { calendar, units } = context;
  if (command.type === 'RegisterPetition') {
    if (petition.registration) throw new Refusal('already-decided', 'The petition is registered already.');
    checkPetitioner(command.content.petitioner);
    const today = legalDay(command.at);
    const receivedOn = command.receivedOn ?? today;
    if (receivedOn > today) {
      throw new Refusal('rule-violated', 'A petition cannot be received after today.', { pointer: '/receivedOn' });
    }
    if (receivedOn < regulationInForce) {
      throw new Refusal(
        'rule-violated',
        `The Regulation is in force since ${regulationInForce}; no clock of it starts before.`,
        { pointer: '/receivedOn', basis: 'R50' },
      );
    }
    const taken = command.unit ?? command.by.unit;
    const { accused } = command.content;
    const unit = accused === undefined ? taken : officeBeyond(accused, taken, units, '/accused', today);
    const registration = {
      ...command.content,
      unit,
      receivedOn,
      registeredBy: command.by.id,
      ...(accused === undefined ? {} : { heldBy: holders(unit, units) }),
    };
    // An organ that receives a matter directly answers the petitioner itself within 15 days (Art. 23).
    const limit = units.isPetitionOffice(unit) ? 'forward' : 'notify';
    const deadlines = [startLimit(limit, receivedOn, calendar)];
    return [{ type: 'PetitionRegistered', data: { number: command.number, registration, deadlines } }];
  }
  registered(petition);
  switch (command.type) {
    case 'AmendRegistration':
      if (Object.keys(command.changes).length === 0)
        throw new Refusal('rule-violated', 'There is nothing to correct.', { pointer: '/changes' });
      if (petition.route) {
        throw new Refusal(
          'not-the-step',
          'The matter has been routed; what it says can no longer be amended, only supplemented.',
        );
      }
      return [{ type: 'RegistrationAmended', data: amendment(command, petition, context) }];
    case 'LinkRepeat':
      if (command.earlier === petition.number) {
        throw new Refusal('rule-violated', 'A petition cannot repeat itself.', { pointer: '/earlier' });
      }
      if (command.found === 'unknown') {
        throw new Refusal('rule-violated', `There is no petition ${command.earlier}.`, { pointer: '/earlier' });
      }
      // Links lead back in time only, so that of petitions that repeat each other one is always the first.
      if (command.found === 'later') {
        throw new Refusal('rule-violated', `${command.earlier} was registered later: it repeats this one.`, {
          pointer: '/earlier',
        });
      }
      if (petition.repeats.includes(command.earlier))
        throw new Refusal('already-decided', 'That link is there already.');
      return [
        { type: 'RepeatLinked', data: { earlier: command.earlier, reason: command.reason } },
        ...resumedSponsor(petition, { sponsor: command.sponsor, earlier: command.earlier }, command.at, context),
      ];
    case 'UnlinkRepeat':
      if (!command.found || !petition.repeats.includes(command.earlier))
        throw new Refusal('not-the-step', 'There is no such link.');
      return [
        { type: 'RepeatUnlinked', data: { earlier: command.earlier, reason: command.reason } },
        ...droppedSponsor(petition, command.earlier, command.at),
      ];
    case 'NoteInstruction':
      return [
        {
          type: 'InstructionNoted',
          data: { session: command.session, visit: command.visit, instruction: command.instruction },
        },
      ];
  }
};

/** @throws Refusal */
const amendment = (
  { changes, reason, at }: Extract<RegistrationCommand, { type: 'AmendRegistration' }>,
  petition: Petition,
  { units, calendar }: Context,
) => {
  const { accused, noAccusation, former } = changes;
  if (former !== undefined) checkFormer(former, petition, legalDay(at));
  if (noAccusation && (accused !== undefined || !isHeldAsAccusation(petition)))
    throw new Refusal('rule-violated', 'It is held as no accusation, or it is one: not both.', {
      pointer: '/changes/noAccusation',
    });
  if (accused === undefined) return { changes, reason };
  const { unit } = registered(petition);
  // What is over is not routed any more: it goes at once into the hands of the office in charge, or of one beyond the accused.
  const from = petition.former ? units.petitionOfficeOf(unit) : unit;
  const office = officeBeyond(accused, from, units, '/changes/accused', legalDay(at));
  if (office !== unit && !petition.former)
    throw new Refusal(
      'rule-violated',
      'The office that has it is of the accused or below them: route it at once, as an accusation, to the organ that is not (Art. 30).',
      { pointer: '/changes/accused/units', basis: 'R30' },
    );
  // Received long ago as something else: that it is an accusation it has before it from today.
  const found = petition.former && !isHeldAsAccusation(petition);
  const deadlines = found ? { deadlines: [startLimit('forward', legalDay(at), calendar)] } : {};
  return { changes, reason, heldBy: holders(office, units), ...deadlines };
};

/** @throws Refusal */
const checkFormer = (
  { finishedOn }: NonNullable<RegistrationChanges['former']>,
  petition: Petition,
  today: string,
): void => {
  if (!petition.former)
    throw new Refusal('rule-violated', 'Only what was imported has an old ledger.', { pointer: '/changes/former' });
  if (finishedOn !== undefined && (finishedOn < registered(petition).receivedOn || finishedOn > today))
    throw new Refusal('rule-violated', 'It was finished between its receipt and today.', {
      pointer: '/changes/former/finishedOn',
    });
};

const withRecused = (recused: readonly string[], accused: Accused | undefined): readonly string[] => [
  ...new Set([...recused, ...(accused?.officers ?? [])]),
];

const withFormer = (petition: Petition, changes: NonNullable<RegistrationChanges['former']>): Petition => {
  const { former, incidents } = petition;
  if (!former) return petition;
  const now = { ...former, ...changes };
  return {
    ...petition,
    former: now,
    incidents: { ...incidents, ended: { how: 'imported', on: now.finishedOn } },
  };
};

export const evolveRegistration = (petition: Petition, event: RegistrationEvent): Petition => {
  switch (event.type) {
    case 'PetitionRegistered':
      return {
        ...petition,
        number: event.data.number,
        registration: event.data.registration,
        recused: withRecused(petition.recused, event.data.registration.accused),
        deadlines: [...petition.deadlines, ...event.data.deadlines],
        progress: openRound(petition.progress, 'intake'),
      };
    case 'RegistrationAmended': {
      if (!petition.registration) return petition;
      const { accused, noAccusation, former, ...changes } = event.data.changes;
      const { accused: before, heldBy, ...registration } = { ...petition.registration, ...changes };
      const now = noAccusation ? undefined : (accused ?? before);
      // That one ran would tell what it was held for.
      const deadlines = petition.former && noAccusation ? [] : petition.deadlines;
      return {
        ...(former === undefined ? petition : withFormer(petition, former)),
        deadlines: [...deadlines, ...(event.data.deadlines ?? [])],
        recused: withRecused(petition.recused, accused),
        registration: {
          ...registration,
          ...(now ? { accused: now, heldBy: event.data.heldBy ?? heldBy ?? [] } : {}),
        },
      };
    }
    case 'RepeatLinked':
      return { ...petition, repeats: [...petition.repeats, event.data.earlier] };
    case 'RepeatUnlinked':
      return { ...petition, repeats: petition.repeats.filter((earlier) => earlier !== event.data.earlier) };
    case 'InstructionNoted':
      return petition;
  }
};
