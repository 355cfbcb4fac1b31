import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { type Deadline, dueOf } from '../limits.ts';
import { endLimits } from './clocks.ts';
import { endMatter } from './ending.ts';
import { registered } from './guards.ts';
import { checkPetitioner } from './registration.ts';
import type { Context, Issued, Person, Petition, Petitioner } from './state.ts';

export type SuccessionCommand = Issued &
  (
    | { readonly type: 'RecordDeath'; readonly diedOn: string; readonly evidence: string }
    | { readonly type: 'ContinueByHeirs'; readonly petitioner: Petitioner; readonly evidence: string }
    | {
        readonly type: 'DecideAfterDeath';
        /** Go on on the facts without anybody, or end. */
        readonly decision: 'go-on' | 'end';
        readonly reason: string;
        /** All heirs have said in writing that they do not continue: nobody has to wait for the offered time. */
        readonly renounced?: boolean;
      }
    | {
        readonly type: 'ChangeRepresentatives';
        readonly representatives: readonly Person[];
        readonly headcount?: number;
        /** What shows that the group has given this authority. */
        readonly authority: string;
      }
  );

export type SuccessionEvent =
  | {
      readonly type: 'DeathRecorded';
      readonly data: {
        readonly diedOn: string;
        readonly evidence: string;
        readonly source: string;
        readonly deadlines: readonly Deadline[];
      };
    }
  | {
      readonly type: 'PetitionerSucceeded';
      readonly data: { readonly petitioner: Petitioner; readonly evidence: string };
    }
  | {
      readonly type: 'DecidedAfterDeath';
      readonly data: {
        readonly decision: 'go-on' | 'end';
        readonly reason: string;
        readonly by: string;
        readonly on: string;
      };
    }
  | {
      readonly type: 'RepresentativesChanged';
      readonly data: {
        readonly representatives: readonly Person[];
        readonly headcount: number;
        readonly authority: string;
        readonly basis: 'R20';
      };
    };

export const decideSuccession = (
  command: SuccessionCommand,
  petition: Petition,
  { calendar, configuration }: Context,
): readonly SuccessionEvent[] => {
  const { petitioner } = registered(petition);
  const today = legalDay(command.at);
  const { death } = petition.incidents;
  switch (command.type) {
    case 'RecordDeath': {
      if (petitioner.form !== 'individual') {
        throw new Refusal('rule-violated', 'Of several petitioners the representatives are changed instead.', {
          basis: 'R20',
        });
      }
      if (petition.concludedOn !== undefined) throw new Refusal('not-the-step', 'The matter is concluded already.');
      if (death) throw new Refusal('already-decided', 'The death is recorded.');
      if (command.diedOn > today)
        throw new Refusal('rule-violated', 'That day has not come yet.', { pointer: '/diedOn' });
      const { days, source } = configuration.heirs;
      const parts = { from: today, days, unit: 'calendar' } as const;
      // The law knows no suspension: the handling limit runs on meanwhile.
      const offer: Deadline = {
        limit: 'heirs-continuation',
        basis: source,
        ...parts,
        kind: 'right',
        due: dueOf(parts, calendar),
        state: 'running',
      };
      const { diedOn, evidence } = command;
      return [{ type: 'DeathRecorded', data: { diedOn, evidence, source, deadlines: [offer] } }];
    }
    case 'ContinueByHeirs':
      if (!death) throw new Refusal('not-the-step', 'No death is recorded.');
      if (command.petitioner.form !== 'individual' && command.petitioner.form !== 'joint') {
        throw new Refusal('rule-violated', 'Heirs continue under their own names.', { pointer: '/petitioner' });
      }
      // Heirs who come after the offered time are still better than none: only an ended matter is over.
      checkPetitioner(command.petitioner);
      return [{ type: 'PetitionerSucceeded', data: { petitioner: command.petitioner, evidence: command.evidence } }];
    case 'DecideAfterDeath': {
      if (!death) throw new Refusal('not-the-step', 'No death is recorded.');
      const { decision, reason, renounced = false } = command;
      if (decision === 'end' && petition.route?.purpose === 'accusation') {
        throw new Refusal('rule-violated', 'An accusation (检举控告) goes on, also without its author.', {
          basis: 'R30',
        });
      }
      if (decision === 'end' && !renounced && today <= death.heirsUntil) {
        throw new Refusal(
          'not-the-step',
          `The heirs can continue until ${death.heirsUntil} (configured: ${configuration.heirs.source}).`,
        );
      }
      return [{ type: 'DecidedAfterDeath', data: { decision, reason, by: command.by.id, on: today } }];
    }
    case 'ChangeRepresentatives': {
      if (petitioner.form !== 'joint')
        throw new Refusal('rule-violated', 'Only a joint petition has representatives.', { basis: 'R20' });
      const { representatives, headcount = petitioner.headcount, authority } = command;
      checkPetitioner({ form: 'joint', representatives, headcount }, '');
      return [{ type: 'RepresentativesChanged', data: { representatives, headcount, authority, basis: 'R20' } }];
    }
  }
};

const withPetitioner = (petition: Petition, petitioner: Petitioner): Petition =>
  petition.registration ? { ...petition, registration: { ...petition.registration, petitioner } } : petition;

export const evolveSuccession = (petition: Petition, event: SuccessionEvent): Petition => {
  const { death: _before, nobody: _until, ...incidents } = petition.incidents;
  switch (event.type) {
    case 'DeathRecorded': {
      const { diedOn, deadlines } = event.data;
      return {
        ...petition,
        deadlines: [...petition.deadlines, ...deadlines],
        incidents: {
          ...incidents,
          death: { diedOn, heirsUntil: deadlines[0]?.due ?? diedOn },
          deaths: incidents.deaths + 1,
        },
      };
    }
    case 'PetitionerSucceeded':
      return withPetitioner(
        { ...endLimits(petition, ['heirs-continuation'], 'met'), incidents },
        event.data.petitioner,
      );
    case 'DecidedAfterDeath':
      return event.data.decision === 'end'
        ? endMatter(petition, { how: 'died', on: event.data.on })
        : { ...endLimits(petition, ['heirs-continuation'], 'stopped'), incidents: { ...incidents, nobody: true } };
    case 'RepresentativesChanged': {
      const { representatives, headcount } = event.data;
      return withPetitioner(petition, { form: 'joint', representatives, headcount });
    }
  }
};
