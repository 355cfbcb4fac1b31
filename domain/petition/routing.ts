import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { type Deadline, startLimit } from '../limits.ts';
import { endRound, openRound, settle } from '../workflow/progress.ts';
import { knownUnit, registered, requireStep } from './guards.ts';
import { type Context, deadlineOf, type Issued, type Petition, type Purpose, type Route } from './state.ts';

/** The six paths of Art. 31, in the article's order. */
export const paths = {
  1: { name: 'litigation, reconsideration, procuratorate or police procedure', basis: 'R31(1)', ownProcedure: true },
  2: { name: 'arbitration', basis: 'R31(2)', ownProcedure: true },
  3: { name: 'appeal of a party member, application for re-examination', basis: 'R31(3)', ownProcedure: true },
  4: {
    name: 'administrative reconsideration, adjudication, confirmation, licence or penalty',
    basis: 'R31(4)',
    ownProcedure: true,
  },
  5: { name: 'investigation of unlawful acts, duty to protect lawful rights', basis: 'R31(5)', ownProcedure: false },
  6: { name: 'petition procedure', basis: 'R31(6)', ownProcedure: false },
} as const;
export type Path = keyof typeof paths;

const basisOf = (purpose: Purpose, path: Path | undefined): string =>
  purpose === 'suggestion' ? 'R29' : purpose === 'accusation' ? 'R30' : paths[path ?? 6].basis;

export type RoutingCommand = Issued &
  (
    | {
        readonly type: 'RoutePetition';
        readonly purpose: Purpose;
        readonly path?: Path;
        readonly category: string;
        readonly disposition: Route['disposition'];
        readonly competentUnit: string;
      }
    | { readonly type: 'AcceptPetition' }
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
      readonly data: { readonly on: string; readonly basis: string; readonly deadlines: readonly Deadline[] };
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
      readonly data: { readonly agreed: boolean; readonly reason: string; readonly basis: 'R23' };
    };

export const decideRouting = (
  command: RoutingCommand,
  petition: Petition,
  { units, calendar, categories }: Context,
): readonly RoutingEvent[] => {
  const registration = registered(petition);
  const today = legalDay(command.at);
  switch (command.type) {
    case 'RoutePetition': {
      requireStep(petition, 'intake', 'triage');
      knownUnit(units, command.competentUnit, '/competentUnit');
      if (!categories.has(command.category)) {
        throw new Refusal('unknown-category', `There is no category "${command.category}".`, { pointer: '/category' });
      }
      if ((command.purpose === 'appeal') !== (command.path !== undefined)) {
        throw new Refusal(
          'rule-violated',
          'An appeal (申诉求决) names its path of Art. 31; other purposes name none.',
          { pointer: '/path', basis: 'R31' },
        );
      }
      if (command.purpose === 'accusation' && units.get(command.competentUnit)?.kind !== 'discipline') {
        throw new Refusal('rule-violated', 'An accusation (检举控告) is handed to the discipline organ only.', {
          pointer: '/competentUnit',
          basis: 'R30',
        });
      }
      if (command.disposition === 'own' && command.competentUnit !== registration.unit) {
        throw new Refusal('rule-violated', 'Only the registering unit itself can keep a matter as its own.', {
          pointer: '/disposition',
        });
      }
      const { purpose, path, category, disposition, competentUnit } = command;
      const route: Route = {
        purpose,
        ...(path === undefined ? {} : { path }),
        category,
        disposition,
        competentUnit,
        basis: basisOf(purpose, path),
        routedBy: command.by.id,
        routedOn: today,
      };
      // The discipline organ's notices follow its own rules (Art. 23, last paragraph).
      const deadlines =
        purpose === 'accusation'
          ? []
          : [startLimit('notify', today, calendar), startLimit('objection', today, calendar)];
      return [{ type: 'PetitionRouted', data: { route, deadlines } }];
    }
    case 'AcceptPetition': {
      requireStep(petition, 'intake', 'organ-answer');
      const { route } = petition;
      if (!route) throw new Refusal('not-the-step', 'The petition has no route yet.');
      if (route.path !== undefined && paths[route.path as Path].ownProcedure) {
        throw new Refusal(
          'rule-violated',
          `This matter follows a procedure of its own (${paths[route.path as Path].name}): divert it there.`,
          {
            basis: route.basis,
          },
        );
      }
      // Only path 6 runs on the 60 days of Art. 34. To accept late does not lengthen them: they run at the latest from the
      // day by which the petitioner had to be told (Art. 23).
      const told = deadlineOf(petition, 'notify')?.due;
      const from = told !== undefined && told < today ? told : today;
      const deadlines = route.path === 6 ? [startLimit('handling', from, calendar)] : [];
      return [{ type: 'PetitionAccepted', data: { on: today, basis: route.basis, deadlines } }];
    }
    case 'DivertPetition': {
      requireStep(petition, 'intake', 'organ-answer');
      const { route } = petition;
      if (route?.path === undefined || !paths[route.path as Path].ownProcedure) {
        throw new Refusal('rule-violated', 'Only matters under Art. 31(1) to (4) are diverted to another procedure.', {
          basis: 'R31',
        });
      }
      const { procedure, organ, remedy } = command;
      return [{ type: 'PetitionDiverted', data: { procedure, organ, remedy, on: today, basis: route.basis } }];
    }
    case 'ObjectToRouting': {
      requireStep(petition, 'intake', 'organ-answer');
      if (petition.objection?.agreed === false && petition.objection.unit === command.by.unit) {
        throw new Refusal(
          'already-decided',
          'The sender has decided your objection; a dispute goes to the common superior.',
          {
            basis: 'R24',
          },
        );
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
    case 'DecideObjection':
      requireStep(petition, 'intake', 'decide-objection');
      return [{ type: 'ObjectionDecided', data: { agreed: command.agreed, reason: command.reason, basis: 'R23' } }];
  }
};

export const evolveRouting = (petition: Petition, event: RoutingEvent): Petition => {
  const { progress } = petition;
  switch (event.type) {
    case 'PetitionRouted': {
      const { route, deadlines } = event.data;
      const sealed = route.purpose === 'accusation';
      const settled = settle(progress, 'intake', 'triage', { outcome: sealed ? 'sealed' : 'to-organ' });
      return {
        ...petition,
        route,
        deadlines: [...petition.deadlines, ...deadlines],
        progress: sealed ? endRound(settled, 'intake') : settled,
      };
    }
    case 'PetitionAccepted': {
      const settled = endRound(settle(progress, 'intake', 'organ-answer', { outcome: 'accepted' }), 'intake');
      return {
        ...petition,
        acceptedOn: event.data.on,
        deadlines: [...petition.deadlines, ...event.data.deadlines],
        progress: openRound(settled, 'assignment'),
      };
    }
    case 'PetitionDiverted':
      return {
        ...petition,
        diverted: { procedure: event.data.procedure, organ: event.data.organ },
        progress: endRound(settle(progress, 'intake', 'organ-answer', { outcome: 'diverted' }), 'intake'),
      };
    case 'RoutingObjected':
      return {
        ...petition,
        objection: { by: event.data.by, unit: event.data.unit },
        progress: settle(progress, 'intake', 'organ-answer', { outcome: 'objected' }),
      };
    case 'ObjectionDecided': {
      const { agreed } = event.data;
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
      const { route: _returned, ...rest } = petition;
      return { ...rest, ...objection, progress: openRound(ended, 'intake') };
    }
  }
};
