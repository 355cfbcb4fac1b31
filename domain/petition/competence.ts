import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { type Deadline, setLimit, startLimit, startWorkingDays } from '../limits.ts';
import { stopStage, waitingSteps } from '../workflow/flow.ts';
import { openRound } from '../workflow/progress.ts';
import { existingUnit, knownUnit, noOpenDispute, noRefusalPending, registered } from './guards.ts';
import type { Dispute } from './intake-state.ts';
import { retireRoute } from './route-rules.ts';
import type { Context, Issued, Petition } from './state.ts';
import { moveUnit, unitsAtWork } from './unit-move.ts';

export type CompetenceCommand = Issued &
  (
    | { readonly type: 'ReferDispute'; readonly organs: readonly string[]; readonly account: string }
    | { readonly type: 'DecideDispute'; readonly competentUnit: string; readonly reason: string }
    | { readonly type: 'MoveToSuccessor'; readonly from: string; readonly reason: string }
    | { readonly type: 'DesignateSuccessor'; readonly successor: string; readonly reason: string }
  );

export type CompetenceEvent =
  | {
      readonly type: 'DisputeReferred';
      readonly data: {
        readonly organs: readonly string[];
        readonly decider: string;
        /** By which rule of Art. 24 this unit decides. */
        readonly rule: Dispute['rule'];
        readonly account: string;
        readonly by: string;
        readonly deadlines: readonly Deadline[];
        readonly basis: 'R24';
      };
    }
  | {
      readonly type: 'DisputeDecided';
      readonly data: {
        readonly competentUnit: string;
        readonly decider: string;
        readonly rule: Dispute['rule'];
        readonly reason: string;
        readonly by: string;
        readonly on: string;
        readonly deadlines: readonly Deadline[];
        readonly basis: 'R24';
      };
    }
  | {
      readonly type: 'DesignationRequested';
      readonly data: {
        readonly from: string;
        readonly government: string;
        readonly reason: string;
        readonly by: string;
        readonly basis: 'R24';
      };
    }
  | {
      readonly type: 'PetitionMoved';
      readonly data: {
        readonly from: string;
        readonly to: string;
        /** The unit that goes on exercising the functions, or the one that the own-level government designated. */
        readonly rule: 'successor' | 'designated';
        readonly reason: string;
        readonly by: string;
        readonly on: string;
        readonly basis: 'R24';
      };
    };

/** Where organs can disagree: an objection waits, was not agreed to, or has sent the matter back. */
const disagreement = ({ objection, progress }: Petition): boolean =>
  objection !== undefined && waitingSteps(progress).some(({ stage }) => stage === 'intake');

/** Several organs and disputes, abolished units (Art. 24). @throws Refusal */
export const decideCompetence = (
  command: CompetenceCommand,
  petition: Petition,
  context: Context,
): readonly CompetenceEvent[] => {
  const { units, calendar, configuration } = context;
  registered(petition);
  const today = legalDay(command.at);
  const by = command.by.id;
  switch (command.type) {
    case 'ReferDispute': {
      noRefusalPending(petition);
      noOpenDispute(petition);
      if (petition.intake.dispute?.competentUnit !== undefined) {
        throw new Refusal('already-decided', 'The dispute has been decided, and the decision binds (Art. 24).', {
          basis: 'R24',
        });
      }
      if (!disagreement(petition)) {
        throw new Refusal('not-the-step', 'No organ has objected: there is no dispute over competence (Art. 24).', {
          basis: 'R24',
        });
      }
      const { organs, account } = command;
      for (const [index, organ] of organs.entries()) existingUnit(units, organ, `/organs/${String(index)}`, today);
      if (new Set(organs).size < 2) {
        throw new Refusal('rule-violated', 'A dispute is between two organs or more (Art. 24).', {
          pointer: '/organs',
          basis: 'R24',
        });
      }
      if (petition.objection && !organs.includes(petition.objection.unit)) {
        throw new Refusal('rule-violated', 'The organ that objected is party to the dispute (Art. 24).', {
          pointer: '/organs',
          basis: 'R24',
        });
      }
      const { unit: decider, rule } = units.disputeDecider(organs, configuration.jointMeetingOffice);
      const { disputeDecision } = configuration;
      const deadlines = disputeDecision
        ? [startWorkingDays('dispute', today, disputeDecision.days, disputeDecision.source, calendar)]
        : [];
      return [{ type: 'DisputeReferred', data: { organs, decider, rule, account, by, deadlines, basis: 'R24' } }];
    }
    case 'DecideDispute': {
      const { dispute } = petition.intake;
      if (!dispute) throw new Refusal('not-the-step', 'No dispute has been referred (Art. 24).', { basis: 'R24' });
      if (dispute.competentUnit !== undefined || dispute.settled)
        throw new Refusal('already-decided', 'The dispute is settled (Art. 24).', { basis: 'R24' });
      const { competentUnit, reason } = command;
      existingUnit(units, competentUnit, '/competentUnit', today);
      const { decider, rule } = dispute;
      // The organ that is named has it from now on; to object is no longer open to it.
      const reportDue = petition.route?.reportDue;
      const deadlines = petition.route
        ? [
            startLimit('notify', today, calendar),
            ...(reportDue !== undefined && reportDue > today
              ? [setLimit('hand-over-report', today, reportDue, 'R22(3)')]
              : []),
          ]
        : [];
      return [
        {
          type: 'DisputeDecided',
          data: { competentUnit, decider, rule, reason, by, on: today, deadlines, basis: 'R24' },
        },
      ];
    }
    case 'MoveToSuccessor': {
      const { from, reason } = command;
      knownUnit(units, from, '/from');
      if (!unitsAtWork(petition).includes(from)) {
        throw new Refusal('rule-violated', 'That unit does not work on this matter.', {
          pointer: '/from',
          basis: 'R24',
        });
      }
      if (!units.isAbolished(from, today)) {
        throw new Refusal('rule-violated', 'That unit still exists: only an abolished one has a successor (Art. 24).', {
          pointer: '/from',
          basis: 'R24',
        });
      }
      const to = units.successorOf(from, today);
      if (to !== undefined)
        return [{ type: 'PetitionMoved', data: { from, to, rule: 'successor', reason, by, on: today, basis: 'R24' } }];
      if (petition.intake.designation)
        throw new Refusal('already-decided', 'The government has been asked to designate a unit (Art. 24).', {
          basis: 'R24',
        });
      const government = units.ownGovernmentOf(from);
      if (government === undefined)
        throw new Refusal('rule-violated', 'The tree names no government of that unit’s level (Art. 24).', {
          basis: 'R24',
        });
      return [{ type: 'DesignationRequested', data: { from, government, reason, by, basis: 'R24' } }];
    }
    case 'DesignateSuccessor': {
      const { designation } = petition.intake;
      if (!designation)
        throw new Refusal('not-the-step', 'No successor is unclear in this matter (Art. 24).', { basis: 'R24' });
      const { successor: to, reason } = command;
      existingUnit(units, to, '/successor', today);
      return [
        {
          type: 'PetitionMoved',
          data: { from: designation.from, to, rule: 'designated', reason, by, on: today, basis: 'R24' },
        },
      ];
    }
  }
};

export const evolveCompetence = (petition: Petition, event: CompetenceEvent): Petition => {
  const { intake } = petition;
  switch (event.type) {
    case 'DisputeReferred': {
      const { organs, decider, rule, deadlines } = event.data;
      return {
        ...petition,
        intake: { ...intake, dispute: { organs, decider, rule }, disputes: intake.disputes + 1 },
        deadlines: [...petition.deadlines, ...deadlines],
      };
    }
    case 'DisputeDecided': {
      const { competentUnit, on, reason, by, deadlines } = event.data;
      const { route } = petition;
      const decided = {
        ...petition,
        intake: { ...intake, ...(intake.dispute ? { dispute: { ...intake.dispute, competentUnit } } : {}) },
        deadlines: [...petition.deadlines, ...deadlines],
      };
      // Sent back before: the triage goes on, bound to the organ that the decision names.
      if (!route) return decided;
      const { reportDue, ...kept } = route;
      const reports = deadlines.some(({ limit }) => limit === 'hand-over-report');
      return {
        ...retireRoute(decided, { ended: 'decided', on, reason }),
        route: {
          ...kept,
          ...(reports && reportDue !== undefined
            ? { disposition: 'hand-over', reportDue }
            : { disposition: 'forward' }),
          competentUnit,
          routedBy: by,
          routedOn: on,
        },
        progress: openRound(stopStage(petition.progress, 'intake'), 'intake', {
          carried: { triage: { outcome: 'to-organ' } },
        }),
      };
    }
    case 'DesignationRequested': {
      const { from, government } = event.data;
      return {
        ...petition,
        intake: { ...intake, designation: { from, government }, designations: intake.designations + 1 },
      };
    }
    case 'PetitionMoved': {
      const { designation: _designated, ...rest } = intake;
      return moveUnit({ ...petition, intake: rest }, event.data);
    }
  }
};
