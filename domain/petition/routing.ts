import { holderFromLedger } from '../access/sight.ts';
import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { type Deadline, startWorkingDays } from '../limits.ts';
import { endRound, openRound, settle } from '../workflow/progress.ts';
import { endLimits } from './clocks.ts';
import { noOpenDispute, noRefusalPending, registered, requireStep } from './guards.ts';
import { checkRoute, continuedLimits, restartReceiptLimit, retireRoute, routeLimits } from './route-rules.ts';
import { acceptanceLimits, handlingOf, type Path } from './routes.ts';
import { checkSimple } from './simple.ts';
import { type Context, deadlineOf, type Issued, type Petition, type Purpose, type Route } from './state.ts';

export type RoutingCommand = Issued &
  (
    | {
        readonly type: 'RoutePetition';
        readonly purpose: Purpose;
        readonly path?: Path;
        readonly category: string;
        readonly disposition: Route['disposition'];
        readonly competentUnit: string;
        /** For a hand-over: last legal day for the report on the result. */
        readonly reportDue?: string;
        /** For an accusation to another organ than the discipline organ: who is accused, so that it never gets there. */
        readonly accusedUnits?: readonly string[];
      }
    | { readonly type: 'AcceptPetition'; readonly simple?: boolean }
    | { readonly type: 'DivertPetition'; readonly procedure: string; readonly organ: string; readonly remedy: string }
    | { readonly type: 'ObjectToRouting'; readonly reason: string }
    | { readonly type: 'DecideObjection'; readonly agreed: boolean; readonly reason: string }
  );

export type RoutingEvent =
  | {
      readonly type: 'PetitionRouted';
      readonly data: { readonly route: Route; readonly deadlines: readonly Deadline[] };
    }
  | {
      readonly type: 'PetitionAccepted';
      readonly data: {
        readonly on: string;
        readonly basis: string;
        readonly simple?: true;
        readonly deadlines: readonly Deadline[];
      };
    }
  | {
      readonly type: 'PetitionDiverted';
      readonly data: {
        readonly procedure: string;
        readonly organ: string;
        readonly remedy: string;
        readonly on: string;
        readonly basis: string;
      };
    }
  | {
      readonly type: 'RoutingObjected';
      readonly data: { readonly unit: string; readonly by: string; readonly reason: string; readonly basis: 'R23' };
    }
  | {
      readonly type: 'ObjectionDecided';
      readonly data: {
        readonly agreed: boolean;
        readonly reason: string;
        readonly on: string;
        readonly basis: 'R23';
      };
    };

export const decideRouting = (
  command: RoutingCommand,
  petition: Petition,
  context: Context,
): readonly RoutingEvent[] => {
  registered(petition);
  const today = legalDay(command.at);
  const { route } = petition;
  if (command.type !== 'DecideObjection') noRefusalPending(petition);
  switch (command.type) {
    case 'RoutePetition': {
      // What a ledger brought in was never taken in here, and waits at no stage.
      if (holderFromLedger(petition) === undefined) requireStep(petition, 'intake', 'triage');
      checkRoute(command, petition, today, context);
      const { purpose, path, category, disposition, competentUnit, reportDue } = command;
      const chosen: Route = {
        purpose,
        ...(path === undefined ? {} : { path }),
        category,
        disposition,
        competentUnit,
        ...(reportDue === undefined ? {} : { reportDue }),
        basis: handlingOf({ purpose, ...(path === undefined ? {} : { path }) }).basis,
        routedBy: command.by.id,
        routedOn: today,
      };
      return [{ type: 'PetitionRouted', data: { route: chosen, deadlines: routeLimits(chosen, petition, context) } }];
    }
    case 'AcceptPetition': {
      requireStep(petition, 'intake', 'organ-answer');
      if (!route) throw new Refusal('not-the-step', 'The petition has no route yet.');
      const { name, answer } = handlingOf(route);
      if (answer !== 'accept') {
        throw new Refusal('rule-violated', `This matter follows a procedure of its own (${name}): divert it there.`, {
          basis: route.basis,
        });
      }
      if (petition.intake.newFacts && petition.intake.newFacts.judged === undefined) {
        throw new Refusal(
          'not-the-step',
          'The petitioner claims new facts or reasons: judge first whether they are new (Art. 36).',
          {
            basis: 'R36',
          },
        );
      }
      // Only path 6 runs on the 60 days of Art. 34. To accept late does not lengthen them: they run at the latest from the
      // day by which the petitioner had to be told (Art. 23).
      const told = deadlineOf(petition, 'notify')?.due;
      const late = told !== undefined && told < today ? told : today;
      const from = petition.intake.firstAcceptedOn ?? late;
      const simple = command.simple ? checkSimple(petition, route, today, context) : undefined;
      const limits = continuedLimits(acceptanceLimits(route, from, context), petition, context);
      const deadlines = simple
        ? [...limits, startWorkingDays('simple-answer', today, simple.answerDays, simple.source, context.calendar)]
        : limits;
      return [
        {
          type: 'PetitionAccepted',
          data: { on: today, basis: route.basis, ...(simple ? { simple: true as const } : {}), deadlines },
        },
      ];
    }
    case 'DivertPetition': {
      requireStep(petition, 'intake', 'organ-answer');
      if (!route || handlingOf(route).answer !== 'divert') {
        throw new Refusal('rule-violated', 'Only matters under Art. 31(1) to (4) are diverted to another procedure.', {
          basis: 'R31',
        });
      }
      const { procedure, organ, remedy } = command;
      return [{ type: 'PetitionDiverted', data: { procedure, organ, remedy, on: today, basis: route.basis } }];
    }
    case 'ObjectToRouting': {
      requireStep(petition, 'intake', 'organ-answer');
      if (petition.intake.dispute?.competentUnit === command.by.unit) {
        throw new Refusal('already-decided', 'The decision on the dispute names your organ; it binds (Art. 24).', {
          basis: 'R24',
        });
      }
      if (petition.objection?.agreed === false && petition.objection.unit === command.by.unit) {
        throw new Refusal(
          'already-decided',
          'The sender has decided your objection; a dispute goes to the common superior (Art. 24).',
          { basis: 'R24' },
        );
      }
      if (route?.disposition === 'own') {
        throw new Refusal('rule-violated', 'Your unit kept the matter as its own; nobody sent it (Art. 23).', {
          basis: 'R23',
        });
      }
      const due = deadlineOf(petition, 'objection')?.due;
      if (due !== undefined && today > due) {
        throw new Refusal('out-of-time', `An objection was possible within five working days, until ${due}.`, {
          basis: 'R23',
        });
      }
      return [
        {
          type: 'RoutingObjected',
          data: { unit: command.by.unit, by: command.by.id, reason: command.reason, basis: 'R23' },
        },
      ];
    }
    case 'DecideObjection': {
      requireStep(petition, 'intake', 'decide-objection');
      noOpenDispute(petition);
      const { agreed, reason } = command;
      return [{ type: 'ObjectionDecided', data: { agreed, reason, on: today, basis: 'R23' } }];
    }
  }
};

export const evolveRouting = (petition: Petition, event: RoutingEvent): Petition => {
  const { progress } = petition;
  switch (event.type) {
    case 'PetitionRouted': {
      const { route, deadlines } = event.data;
      const sealed = handlingOf(route).answer === 'sealed';
      const settled = petition.former
        ? progress
        : settle(progress, 'intake', 'triage', { outcome: sealed ? 'sealed' : 'to-organ' });
      // Of an accusation nobody is told anything here: the organ's own notice has no object any more (Art. 23, 30).
      const before = sealed ? endLimits(petition, ['notify', 'urgent-report'], 'stopped') : petition;
      return {
        ...before,
        route,
        deadlines: [...before.deadlines, ...deadlines],
        progress: sealed ? endRound(settled, 'intake') : settled,
      };
    }
    case 'PetitionAccepted': {
      const settled = endRound(settle(progress, 'intake', 'organ-answer', { outcome: 'accepted' }), 'intake');
      const { intake } = petition;
      return {
        ...petition,
        acceptedOn: event.data.on,
        intake: {
          ...intake,
          firstAcceptedOn: intake.firstAcceptedOn ?? event.data.deadlines[0]?.from ?? event.data.on,
          ...(event.data.simple ? { simple: true as const } : {}),
          ...(intake.dispute && intake.dispute.competentUnit === undefined
            ? { dispute: { ...intake.dispute, settled: true as const } }
            : {}),
        },
        deadlines: [...petition.deadlines, ...event.data.deadlines],
        progress: openRound(settled, 'assignment'),
      };
    }
    case 'PetitionDiverted': {
      const { intake } = petition;
      return {
        ...petition,
        diverted: { procedure: event.data.procedure, organ: event.data.organ },
        ...(intake.dispute && intake.dispute.competentUnit === undefined
          ? { intake: { ...intake, dispute: { ...intake.dispute, settled: true as const } } }
          : {}),
        progress: endRound(settle(progress, 'intake', 'organ-answer', { outcome: 'diverted' }), 'intake'),
      };
    }
    case 'RoutingObjected':
      return {
        ...petition,
        objection: { by: event.data.by, unit: event.data.unit },
        progress: settle(progress, 'intake', 'organ-answer', { outcome: 'objected' }),
      };
    case 'ObjectionDecided': {
      const { agreed, on, reason } = event.data;
      const ended = endRound(
        settle(progress, 'intake', 'decide-objection', { outcome: agreed ? 'returned' : 'upheld' }),
        'intake',
      );
      const objection = petition.objection ? { objection: { ...petition.objection, agreed } } : {};
      if (!agreed) {
        // The sender stands by the route: the organ must answer after all.
        return {
          ...petition,
          ...objection,
          progress: openRound(ended, 'intake', { carried: { triage: { outcome: 'to-organ' } } }),
        };
      }
      // The organ that had it owes nothing any more; the sender's own days run on.
      const freed = endLimits(petition, ['notify', 'objection', 'hand-over-report'], 'stopped');
      return {
        ...retireRoute(restartReceiptLimit(freed), { ended: 'returned', on, reason }),
        ...objection,
        progress: openRound(ended, 'intake'),
      };
    }
  }
};
