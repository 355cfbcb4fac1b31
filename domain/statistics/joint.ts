import { legalDay } from '../calendar/calendar.ts';
import { foldPlacement } from '../centre/placement-history.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import { foldPlain } from '../plain-stream.ts';
import type { NewEvent } from '../ports.ts';
import { type LegStep, limitAt } from '../whistle/legs.ts';
import { type ListItem, type ListItemEvent, listItemStream } from '../whistle/list-item.ts';
import type { WhistleLeg } from '../whistle/state.ts';
import { kept } from '../whistle/waiting.ts';
import { foldWhistle } from '../whistle/whistle-history.ts';
import { Entries, emptySheet, linkedStream, linkTo, type Sheet } from './entries.ts';

type Facts = readonly Pick<NewEvent, 'type' | 'data'>[];

/** Whether a petition counts: one that has not been triaged, or is an accusation, counts nowhere, nor does what stands for it (Art. 30). */
type Counts = (petition: string) => boolean;

const steps = [
  ['acknowledge', 'acknowledgements'],
  ['contact', 'contacts'],
  ['attend', 'attendances'],
] as const satisfies readonly (readonly [LegStep, string])[];

/**
 * A whistle, from the day on which departments are called. Each department's part counts for the department in the month of its
 * call, as a roll-call (点名) does; of a wrong one nothing but that it was called wrongly. It is linked to the petition behind it,
 * with which it counts and ceases to count, and to the list items that it brings together.
 */
export const whistleSheet = (events: Facts, counts: Counts): Sheet => {
  const whistle = foldWhistle(events);
  const { unit, content, draftedOn, calledAt, calledOff, legs } = whistle;
  if (unit === undefined || !content || draftedOn === undefined) return emptySheet;
  const { petition, joint } = content;
  const behind = petition === undefined ? [] : [petition];
  const known = calledOff?.because !== 'accusation' && (petition === undefined || counts(petition));
  if (calledAt === undefined || !known) return { entries: [], repeats: behind, receivedOn: draftedOn };
  const sheet = new Entries();
  const day = legalDay(calledAt);
  sheet.add(unit, day, 'whistles');
  if (joint) sheet.add(unit, day, 'joint-projects');
  for (const leg of legs) addLeg(leg, sheet);
  const items = [...(joint?.needs ?? []), ...(joint?.resources ?? [])];
  const links = [...behind, ...new Set(items.map((id) => linkTo({ kind: 'list-item', id })))];
  return { entries: sheet.all(), repeats: links, receivedOn: draftedOn };
};

const addLeg = (leg: WhistleLeg, sheet: Entries): void => {
  const { unit, returned, outcome, rating } = leg;
  const day = legalDay(leg.calledAt);
  if (returned) {
    sheet.add(unit, day, 'wrong-calls');
    return;
  }
  sheet.add(unit, day, 'calls');
  for (const [step, figure] of steps) {
    const limit = limitAt(leg, step);
    const how = limit && kept(limit);
    if (how === undefined || how === 'not-owed') continue;
    sheet.add(unit, day, how === 'running' ? `${figure}-pending` : `${figure}-due`);
    if (how === 'in-time') sheet.add(unit, day, `${figure}-in-time`);
  }
  if (outcome) sheet.add(unit, day, 'responses');
  if (outcome?.solution === 'solved') sheet.add(unit, day, 'responses-solved');
  if (rating) sheet.add(unit, day, 'responses-rated');
  if (rating && rating.satisfaction !== 'dissatisfied') sheet.add(unit, day, 'responses-satisfied');
};

/**
 * Where a matter is worked on. Every move counts where it arrived, so that no number stands against whoever sent a matter up,
 * and `placed` counts it where it is: what went on is in no ratio of the centre that it left (Art. 15).
 */
export const placementSheet = (events: Facts, counts: Counts, units: UnitDirectory): Sheet => {
  const { petition, at, moves, resolved } = foldPlacement(events);
  const [first] = moves;
  if (!first || at === undefined) return emptySheet;
  const linked = { repeats: [petition], receivedOn: first.on };
  if (!counts(petition)) return { entries: [], ...linked };
  const sheet = new Entries();
  const level = (unit: string) => ({ level: units.get(unit)?.level });
  // What a centre takes back was never below as far as anybody is measured.
  const figures = { 'taken-in': 'taken-in', down: 'sent-down', up: 'come-up', recalled: undefined } as const;
  for (const { way, to, on } of moves) {
    const figure = figures[way];
    if (figure !== undefined) sheet.add(to, on, figure, 1, level(to));
  }
  const since = moves.at(-1)?.on ?? first.on;
  sheet.add(at, since, 'placed', 1, level(at));
  if (resolved) sheet.add(at, since, 'placed-settled', 1, level(at));
  return { entries: sheet.all(), ...linked };
};

/** A need or a resource; matched once a whistle that counts names it. @param broughtAgain what is linked to it */
export const listItemSheet = (events: Facts, broughtAgain: Readonly<Record<string, string>>): Sheet => {
  const { unit, list, listedOn } = foldPlain<ListItem, ListItemEvent>(listItemStream, events);
  if (unit === undefined || list === undefined || listedOn === undefined) return emptySheet;
  const sheet = new Entries();
  sheet.add(unit, listedOn, `${list}s-listed`);
  const matched = Object.keys(broughtAgain).some((link) => linkedStream(link).kind === 'whistle');
  if (matched) sheet.add(unit, listedOn, `${list}s-matched`);
  return { entries: sheet.all(), repeats: [] };
};
