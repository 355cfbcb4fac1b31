import { isHeldAsAccusation } from '../access/sight.ts';
import { Refusal } from '../errors.ts';
import { type Deadline, dueOf, setLimit, startLimit } from '../limits.ts';
import { existingUnit, noOpenDispute, registered } from './guards.ts';
import type { FormerRoute } from './intake-state.ts';
import type { RoutingCommand } from './routing.ts';
import { requireNoAccusation } from './splitting.ts';
import { type Context, deadlineOf, type Petition, type Route } from './state.ts';

type RouteCommand = Extract<RoutingCommand, { type: 'RoutePetition' }>;

/** Refuses a route that the Regulation does not allow (Art. 22 to 24, 30, 31). @throws Refusal */
export const checkRoute = (
  command: RouteCommand,
  petition: Petition,
  today: string,
  { units, categories }: Context,
): void => {
  const { unit: registering } = registered(petition);
  const { purpose, path, category, disposition, competentUnit, reportDue } = command;
  existingUnit(units, competentUnit, '/competentUnit', today);
  if (!categories.has(category)) {
    throw new Refusal('unknown-category', `There is no category "${category}".`, { pointer: '/category' });
  }
  if ((purpose === 'appeal') !== (path !== undefined)) {
    throw new Refusal('rule-violated', 'An appeal (申诉求决) names its path of Art. 31; other purposes name none.', {
      pointer: '/path',
      basis: 'R31',
    });
  }
  requireNoAccusation(purpose, petition);
  if (purpose !== 'accusation' && isHeldAsAccusation(petition)) {
    throw new Refusal(
      'rule-violated',
      'It was brought as an accusation. If it is none, amend first what the registration says of the accused, with the reason.',
      { pointer: '/purpose', basis: 'R30' },
    );
  }
  noOpenDispute(petition);
  const { dispute } = petition.intake;
  // What turns out to be an accusation was never what the organs disputed (Art. 30).
  if (purpose !== 'accusation' && dispute?.competentUnit !== undefined && dispute.competentUnit !== competentUnit) {
    throw new Refusal(
      'rule-violated',
      `The decision on the dispute names ${dispute.competentUnit}; it binds (Art. 24).`,
      {
        pointer: '/competentUnit',
        basis: 'R24',
      },
    );
  }
  if (purpose === 'accusation') {
    // Another competent organ takes it only where it is clear who is accused: never the accused, nor anyone below (Art. 30).
    const named = petition.registration?.accused?.units;
    const accusedUnits = named === undefined ? command.accusedUnits : [...named, ...(command.accusedUnits ?? [])];
    if (units.get(competentUnit)?.kind !== 'discipline' && accusedUnits === undefined) {
      throw new Refusal(
        'rule-violated',
        'An accusation (检举控告) is handed to the discipline organ, or to another competent organ once you name the accused units (an empty list: none of the tree).',
        { pointer: '/competentUnit', basis: 'R30' },
      );
    }
    for (const [index, accused] of (accusedUnits ?? []).entries()) {
      existingUnit(units, accused, `/accusedUnits/${String(index)}`, today);
      if (units.isWithin(competentUnit, accused) || units.isWithin(accused, competentUnit)) {
        throw new Refusal('rule-violated', 'The accusation would come into the hands of the accused (Art. 30).', {
          pointer: '/competentUnit',
          basis: 'R30',
        });
      }
    }
    return;
  }
  if (command.accusedUnits !== undefined) {
    throw new Refusal('rule-violated', 'Only an accusation names accused units.', { pointer: '/accusedUnits' });
  }
  if (disposition === 'own' && competentUnit !== registering) {
    throw new Refusal('rule-violated', 'Only the registering unit itself can keep a matter as its own.', {
      pointer: '/disposition',
    });
  }
  if (
    disposition !== 'own' &&
    !units.isPetitionOffice(registering) &&
    !units.isSubordinate(competentUnit, registering)
  ) {
    throw new Refusal(
      'rule-violated',
      'What a petitioner brings to an organ directly it forwards within its own system only; otherwise it tells the petitioner whom to address (Art. 23).',
      { pointer: '/competentUnit', basis: 'R23' },
    );
  }
  if ((disposition === 'hand-over') !== (reportDue !== undefined)) {
    throw new Refusal(
      'rule-violated',
      'A hand-over (交办), and nothing else, names the day for its report (Art. 22(3)).',
      {
        pointer: '/reportDue',
        basis: 'R22(3)',
      },
    );
  }
  if (reportDue !== undefined && reportDue <= today) {
    throw new Refusal('rule-violated', 'The day for the report of a hand-over lies after today (Art. 22(3)).', {
      pointer: '/reportDue',
      basis: 'R22(3)',
    });
  }
};

/** The clocks that routing starts for the organ that now has the matter (Art. 23). */
export const routeLimits = (route: Route, petition: Petition, { units, calendar }: Context): readonly Deadline[] => {
  const { receivedOn, unit } = registered(petition);
  const { purpose, path, disposition, competentUnit, routedOn, reportDue } = route;
  // The discipline organ's notices follow its own rules (Art. 23, last paragraph).
  if (purpose === 'accusation') return [];
  // Kept as one's own, the organ has had it since it was received; on direct receipt that clock runs already.
  if (disposition === 'own') return units.isPetitionOffice(unit) ? [startLimit('notify', receivedOn, calendar)] : [];
  const ownRules = path === 1 && units.get(competentUnit)?.kind === 'political-legal';
  const bound = petition.intake.dispute?.competentUnit === competentUnit;
  return [
    ...(ownRules ? [] : [startLimit('notify', routedOn, calendar)]),
    ...(bound ? [] : [startLimit('objection', routedOn, calendar)]),
    ...(reportDue === undefined ? [] : [setLimit('hand-over-report', routedOn, reportDue, 'R22(3)')]),
  ];
};

/** Acceptance after a changed way: handling counts from the first acceptance, and an extension stays used (Art. 34). */
export const continuedLimits = (
  limits: readonly Deadline[],
  petition: Petition,
  { calendar }: Pick<Context, 'calendar'>,
): readonly Deadline[] => {
  const earlier = deadlineOf(petition, 'handling');
  if (!earlier) return limits;
  const { extensionDays, exclusions } = earlier;
  return limits.map((each) => {
    if (each.limit !== 'handling') return each;
    const kept = { ...each, ...(extensionDays ? { extensionDays } : {}), ...(exclusions ? { exclusions } : {}) };
    return { ...kept, due: dueOf(kept, calendar) };
  });
};

/**
 * The receiving office's own limit runs again when the matter comes back: it counts from the original receipt, whatever
 * has happened since (Art. 22, 23).
 */
export const restartReceiptLimit = (petition: Petition): Petition => {
  const receivedOn = petition.registration?.receivedOn;
  const index = petition.deadlines.findIndex(
    ({ limit, from }) =>
      (limit === 'forward' || limit === 'notify') && (petition.former !== undefined || from === receivedOn),
  );
  return {
    ...petition,
    deadlines: petition.deadlines.map((each, i) => {
      if (i !== index) return each;
      const { done: _again, ...rest } = each;
      return each.state === 'missed' ? rest : { ...rest, state: 'running' };
    }),
  };
};

/** Puts the present route among the former ones. */
export const retireRoute = (petition: Petition, former: Omit<FormerRoute, 'route'>): Petition => {
  const { route, intake, ...rest } = petition;
  if (!route) return petition;
  return { ...rest, intake: { ...intake, formerRoutes: [...intake.formerRoutes, { route, ...former }] } };
};
