import { isSealed, isUnderAccused } from '../access/sight.ts';
import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { namesIn, requireMinimal } from '../grid/minimal.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import { existingUnit, knownUnit } from '../petition/guards.ts';
import type { Context, Petition } from '../petition/state.ts';
import { requireNotErased } from '../privacy/erasure.ts';
import { isAgainst, type WhistleContent } from './state.ts';

/** Refuses a unit that cannot be called by this caller on this matter. @param day legal day. @throws Refusal */
export const requireCallable = (
  content: Pick<WhistleContent, 'against'>,
  caller: string,
  unit: string,
  pointer: string,
  day: string,
  units: UnitDirectory,
): void => {
  existingUnit(units, unit, pointer, day);
  if (unit === caller) {
    throw new Refusal('rule-violated', 'Nobody is called in by himself.', { pointer });
  }
  if (units.get(unit)?.kind === 'village-committee') {
    throw new Refusal('rule-violated', 'Departments are called in, not villages.', { pointer });
  }
  if (units.isWithin(caller, unit) || units.leadershipOf(caller) === unit) {
    throw new Refusal('rule-violated', 'Departments are called in, not the government above nor one’s own leaders.', {
      pointer,
    });
  }
  if (!units.isSameTree(unit, caller)) {
    throw new Refusal('rule-violated', `"${unit}" answers for another area.`, { pointer, basis: 'R5' });
  }
  if (isAgainst(content, unit, units)) {
    throw new Refusal('rule-violated', 'The matter would come into the hands of those whom it is about.', {
      pointer,
      basis: 'R30',
    });
  }
};

/** An accusation is nobody's to be called in on; before triage nobody knows whether the matter is one. @throws Refusal */
const requireOpenMatter = (petition: Petition | undefined): void => {
  if (!petition) throw new Refusal('not-found', 'There is no such petition.', { pointer: '/petition' });
  if (!petition.route) {
    throw new Refusal('not-the-step', 'The petition has not been triaged: it could be an accusation (Art. 30).', {
      pointer: '/petition',
      basis: 'R30',
    });
  }
  if (isSealed(petition)) {
    throw new Refusal('sealed', 'Nobody is called in on an accusation (检举控告).', {
      pointer: '/petition',
      basis: 'R30',
    });
  }
  requireNotErased('DraftWhistle', petition);
};

/** Checks what is drafted. @throws Refusal */
export const requireSound = (
  content: WhistleContent,
  caller: string,
  petition: Petition | undefined,
  at: string,
  { units, configuration }: Context,
): void => {
  const day = legalDay(at);
  // A centre, or the petition office that does its work, blows; whoever has the power itself has nobody to call.
  if (!units.isPetitionOffice(caller)) {
    throw new Refusal('not-your-unit', 'A centre (综治中心) or petition office calls departments in.');
  }
  const kinds = configuration.whistles;
  if (!kinds.some(({ code }) => code === content.kind)) {
    throw new Refusal('rule-violated', `The kinds of this place are: ${kinds.map(({ code }) => code).join(', ')}.`, {
      pointer: '/kind',
    });
  }
  if (content.petition !== undefined) requireOpenMatter(petition);
  const names = petition === undefined ? [] : namesIn(petition);
  for (const [index, unit] of content.against.entries()) knownUnit(units, unit, `/against/${String(index)}`);
  // Its own leaders read and approve it.
  if (isUnderAccused(caller, content.against, units)) {
    throw new Refusal(
      'rule-violated',
      'The matter is about those who would approve the whistle: send it up to the centre above, or hand it to the discipline organ (纪检监察机关).',
      { pointer: '/against', basis: 'R30' },
    );
  }
  for (const [index, { unit, ask }] of content.calls.entries()) {
    requireCallable(content, caller, unit, `/calls/${String(index)}/unit`, day, units);
    requireMinimal({ [`calls/${String(index)}/ask`]: ask }, names);
  }
  if (new Set(content.calls.map(({ unit }) => unit)).size < content.calls.length) {
    throw new Refusal('rule-violated', 'Each department is called once.', { pointer: '/calls' });
  }
  if (content.outcomeDue !== undefined && content.outcomeDue < day) {
    throw new Refusal('rule-violated', 'The day for the outcome has passed.', { pointer: '/outcomeDue' });
  }
  const { subject, situation, place } = content;
  requireMinimal({ subject, situation, place }, names);
};
