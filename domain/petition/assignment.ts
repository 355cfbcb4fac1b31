import { Refusal } from '../errors.ts';
import { waitingSteps } from '../workflow/flow.ts';
import { endRound, openRound, settle } from '../workflow/progress.ts';
import { knownUnit, registered, requireStep } from './guards.ts';
import type { Context, Issued, Petition } from './state.ts';

export type AssignmentCommand = Issued &
  (
    | {
        readonly type: 'ProposeAssignment';
        readonly leadUnit: string;
        readonly assistingUnits: readonly string[];
        readonly reason: string;
      }
    | { readonly type: 'ApproveAssignment'; readonly note?: string }
    | { readonly type: 'ReturnAssignment'; readonly reason: string }
    | { readonly type: 'AcknowledgeLeg'; readonly unit: string }
    | { readonly type: 'ReportIn'; readonly unit: string; readonly officer: string }
    | { readonly type: 'RecordLegOutcome'; readonly unit: string; readonly outcome: string }
  );

export type AssignmentEvent =
  | {
      readonly type: 'AssignmentProposed';
      readonly data: {
        readonly leadUnit: string;
        readonly assistingUnits: readonly string[];
        readonly reason: string;
        readonly by: string;
      };
    }
  | { readonly type: 'AssignmentApproved'; readonly data: { readonly by: string; readonly note?: string } }
  | { readonly type: 'AssignmentReturned'; readonly data: { readonly by: string; readonly reason: string } }
  | { readonly type: 'LegAcknowledged'; readonly data: { readonly unit: string; readonly at: string } }
  | {
      readonly type: 'LegReportedIn';
      readonly data: { readonly unit: string; readonly officer: string; readonly at: string };
    }
  | { readonly type: 'LegOutcomeRecorded'; readonly data: { readonly unit: string; readonly outcome: string } };

/** Lead unit and assisting units: every unit that has a leg of its own. */
export const unitsWithLegs = (petition: Petition): readonly string[] =>
  petition.assignment ? [petition.assignment.leadUnit, ...petition.assignment.assistingUnits] : [];

export const decideAssignment = (
  command: AssignmentCommand,
  petition: Petition,
  { units }: Context,
): readonly AssignmentEvent[] => {
  registered(petition);
  switch (command.type) {
    case 'ProposeAssignment': {
      requireStep(petition, 'assignment', 'propose');
      const { leadUnit, assistingUnits, reason } = command;
      knownUnit(units, leadUnit, '/leadUnit');
      for (const [index, unit] of assistingUnits.entries()) knownUnit(units, unit, `/assistingUnits/${String(index)}`);
      if (new Set([leadUnit, ...assistingUnits]).size <= assistingUnits.length) {
        throw new Refusal('rule-violated', 'Each unit is named once, either as lead or as assisting unit.', {
          pointer: '/assistingUnits',
        });
      }
      return [{ type: 'AssignmentProposed', data: { leadUnit, assistingUnits, reason, by: command.by.id } }];
    }
    case 'ApproveAssignment':
    case 'ReturnAssignment': {
      requireStep(petition, 'assignment', 'approve');
      if (command.type === 'ReturnAssignment') {
        return [{ type: 'AssignmentReturned', data: { by: command.by.id, reason: command.reason } }];
      }
      const note = command.note === undefined ? {} : { note: command.note };
      return [{ type: 'AssignmentApproved', data: { by: command.by.id, ...note } }];
    }
    case 'AcknowledgeLeg':
      requireStep(petition, 'assignment', 'report-in', command.unit);
      if (petition.legs[command.unit]?.acknowledgedAt !== undefined) {
        throw new Refusal('already-decided', 'Your unit has acknowledged already.');
      }
      return [{ type: 'LegAcknowledged', data: { unit: command.unit, at: command.at } }];
    case 'ReportIn':
      requireStep(petition, 'assignment', 'report-in', command.unit);
      if (petition.legs[command.unit]?.acknowledgedAt === undefined) {
        throw new Refusal('not-the-step', 'Acknowledge first, then report in.');
      }
      if (petition.recused.includes(command.officer)) {
        throw new Refusal('recused', 'The officer named is recused from this petition.', {
          pointer: '/officer',
          basis: 'R28',
        });
      }
      return [{ type: 'LegReportedIn', data: { unit: command.unit, officer: command.officer, at: command.at } }];
    case 'RecordLegOutcome':
      requireStep(petition, 'closure', 'outcome', command.unit);
      return [{ type: 'LegOutcomeRecorded', data: { unit: command.unit, outcome: command.outcome } }];
  }
};

export const evolveAssignment = (petition: Petition, event: AssignmentEvent): Petition => {
  const { progress, assignment } = petition;
  switch (event.type) {
    case 'AssignmentProposed': {
      const { leadUnit, assistingUnits, by } = event.data;
      return {
        ...petition,
        assignment: { leadUnit, assistingUnits, proposedBy: by },
        progress: settle(progress, 'assignment', 'propose', { outcome: 'proposed' }),
      };
    }
    case 'AssignmentApproved':
      return {
        ...petition,
        ...(assignment ? { assignment: { ...assignment, approvedBy: event.data.by } } : {}),
        legs: Object.fromEntries(unitsWithLegs(petition).map((unit) => [unit, {}])),
        progress: settle(progress, 'assignment', 'approve', { outcome: 'approved', units: unitsWithLegs(petition) }),
      };
    case 'AssignmentReturned':
      return {
        ...petition,
        progress: openRound(
          endRound(settle(progress, 'assignment', 'approve', { outcome: 'returned' }), 'assignment'),
          'assignment',
        ),
      };
    case 'LegAcknowledged':
      return {
        ...petition,
        legs: {
          ...petition.legs,
          [event.data.unit]: { ...petition.legs[event.data.unit], acknowledgedAt: event.data.at },
        },
      };
    case 'LegReportedIn': {
      const { unit, at } = event.data;
      const settled = settle(progress, 'assignment', 'report-in', { outcome: 'reported-in' }, { leg: unit });
      const everybodyIn = !waitingSteps(settled).some((each) => each.stage === 'assignment');
      return {
        ...petition,
        legs: { ...petition.legs, [unit]: { ...petition.legs[unit], reportedInAt: at } },
        progress: everybodyIn
          ? openRound(endRound(settled, 'assignment'), 'closure', { units: assignment?.assistingUnits ?? [] })
          : settled,
      };
    }
    case 'LegOutcomeRecorded': {
      const { unit, outcome } = event.data;
      return {
        ...petition,
        legs: { ...petition.legs, [unit]: { ...petition.legs[unit], outcome } },
        progress: settle(progress, 'closure', 'outcome', { outcome: 'recorded' }, { leg: unit }),
      };
    }
  }
};
