import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { type Deadline, startLimit } from '../limits.ts';
import { openRound } from '../workflow/progress.ts';
import { registered } from './guards.ts';
import { droppedSponsor, resumedSponsor } from './sponsorship.ts';
import type { SponsorshipEvent } from './sponsorship-facts.ts';
import type { Context, Issued, Petition, Petitioner, Registration, RegistrationContent } from './state.ts';

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
>;

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
      readonly data: { readonly changes: RegistrationChanges; readonly reason: string };
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
    const unit = command.unit ?? command.by.unit;
    const registration = { ...command.content, unit, receivedOn, registeredBy: command.by.id };
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
      return [{ type: 'RegistrationAmended', data: { changes: command.changes, reason: command.reason } }];
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

export const evolveRegistration = (petition: Petition, event: RegistrationEvent): Petition => {
  switch (event.type) {
    case 'PetitionRegistered':
      return {
        ...petition,
        number: event.data.number,
        registration: event.data.registration,
        deadlines: [...petition.deadlines, ...event.data.deadlines],
        progress: openRound(petition.progress, 'intake'),
      };
    case 'RegistrationAmended':
      return petition.registration
        ? { ...petition, registration: { ...petition.registration, ...event.data.changes } }
        : petition;
    case 'RepeatLinked':
      return { ...petition, repeats: [...petition.repeats, event.data.earlier] };
    case 'RepeatUnlinked':
      return { ...petition, repeats: petition.repeats.filter((earlier) => earlier !== event.data.earlier) };
    case 'InstructionNoted':
      return petition;
  }
};
