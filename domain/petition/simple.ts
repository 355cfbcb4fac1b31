import { dueAfterWorkingDays } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { handlingOf } from './routes.ts';
import type { Context, Petition, Route } from './state.ts';

/**
 * The simple procedure (简易办理) is no part of the Regulation: a place switches it on with the rule that it follows. It is
 * for first-time, single matters of the petition procedure (Art. 31(6)) or suggestions (Art. 29); whether the facts are
 * clear the competent organ judges by choosing it.
 * @throws Refusal that says why the matter does not fit
 */
export const checkSimple = (
  petition: Petition,
  route: Route,
  today: string,
  { configuration, calendar }: Pick<Context, 'configuration' | 'calendar'>,
): NonNullable<Context['configuration']['simpleProcedure']> => {
  const { simpleProcedure } = configuration;
  const refuse = (why: string, basis = simpleProcedure?.source ?? 'configuration'): never => {
    throw new Refusal('rule-violated', `The simple procedure is not open here: ${why}`, { pointer: '/simple', basis });
  };
  if (!simpleProcedure)
    return refuse('no local rule is configured, and the Regulation itself (Art. 34) knows none.', 'R34');
  if (handlingOf(route).answer !== 'accept' || route.path === 5)
    return refuse('the matter follows a procedure of its own (Art. 31(1) to (5)).', route.basis);
  if (route.disposition === 'hand-over') return refuse('it was handed over with a report due (Art. 22(3)).', 'R22(3)');
  if (petition.registration?.petitioner.form === 'joint')
    return refuse('several people bring it together (Art. 20).', 'R20');
  if (petition.repeats.length > 0) return refuse('it repeats an earlier petition; only first-time matters are simple.');
  if (petition.intake.dispute) return refuse('its competence was in dispute (Art. 24).', 'R24');
  const until = dueAfterWorkingDays(route.routedOn, simpleProcedure.acceptDays, calendar);
  if (today > until) return refuse(`it had to be accepted by ${until} (${simpleProcedure.source}).`);
  return simpleProcedure;
};
