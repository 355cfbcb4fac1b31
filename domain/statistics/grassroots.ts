import { type AssemblyEvent, type AssemblyQuestion, assemblyStream, questionOutcome } from '../assembly/assembly.ts';
import { type Centre, type CentreEvent, centreStream } from '../centre/centre.ts';
import { type GridEvent, gridStream } from '../grid/grid.ts';
import { needStream } from '../grid/need.ts';
import type { NeedEvent } from '../grid/need-state.ts';
import { foldPlain } from '../plain-stream.ts';
import type { NewEvent } from '../ports.ts';
import { Entries, emptySheet, type Sheet } from './entries.ts';
import type { Figure } from './figures.ts';

type Facts = readonly Pick<NewEvent, 'type' | 'data'>[];

const sheetFrom = (entries: Entries): Sheet => ({ entries: entries.all(), repeats: [] });

/** A centre, from the day on which it opens to the last one. */
export const centreSheet = (events: Facts): Sheet => {
  const { unit, openedOn, closedOn } = foldPlain<Centre, CentreEvent>(centreStream, events);
  if (unit === undefined || openedOn === undefined) return emptySheet;
  const sheet = new Entries();
  // One that is closed before it opens never was.
  if (closedOn === undefined || openedOn <= closedOn) sheet.addStanding(unit, 'centres', openedOn, closedOn);
  return sheetFrom(sheet);
};

/** Grids, and who works in them, for as long as they are there. */
export const gridSheet = (events: Facts): Sheet => {
  const { unit, versions, appointments } = foldPlain<typeof gridStream.initial, GridEvent>(gridStream, events);
  const [first] = versions;
  if (unit === undefined || !first) return emptySheet;
  const sheet = new Entries();
  const end = versions.at(-1)?.validTo;
  sheet.addStanding(unit, 'grids', first.validFrom, end);
  for (const { from, to } of appointments) {
    const last = [to, end].filter((day) => day !== undefined).sort()[0];
    if (last === undefined || from <= last) sheet.addStanding(unit, 'grid-workers', from, last);
  }
  return sheetFrom(sheet);
};

/** What was reported in a grid, and what became of it. Services count on their day, as it stands now. */
export const needSheet = (events: Facts): Sheet => {
  const { unit, report, resolved, promoted, services } = foldPlain<typeof needStream.initial, NeedEvent>(
    needStream,
    events,
  );
  if (unit === undefined || !report) return emptySheet;
  const sheet = new Entries();
  sheet.add(unit, report.reportedOn, 'needs', 1, { domain: report.domain });
  if (resolved) sheet.add(unit, resolved.on, 'needs-met-on-the-spot');
  if (promoted) sheet.add(unit, promoted.on, 'needs-promoted');
  for (const { days } of services)
    for (const [day, outcome] of Object.entries(days))
      sheet.add(unit, day, outcome === 'missed' ? 'services-missed' : 'services-done');
  return sheetFrom(sheet);
};

const outcomes: Readonly<Record<ReturnType<typeof questionOutcome>, Figure | undefined>> = {
  'answered-on-the-spot': 'questions-answered-on-the-spot',
  'answered-later': 'questions-answered-later',
  promoted: 'questions-promoted',
  open: undefined,
};

/** An assembly counts when it has taken place, which its minutes say; all its figures in the month of its day. */
export const assemblySheet = (events: Facts): Sheet => {
  const { unit, notice, minutes, questions } = foldPlain<typeof assemblyStream.initial, AssemblyEvent>(
    assemblyStream,
    events,
  );
  if (unit === undefined || !notice || !minutes) return emptySheet;
  const sheet = new Entries();
  sheet.add(unit, notice.date, 'assemblies');
  sheet.add(unit, notice.date, 'assembly-attendance', minutes.attendance);
  sheet.add(unit, notice.date, 'questions-asked', questions.length);
  questions.forEach((question: AssemblyQuestion) => {
    const figure = outcomes[questionOutcome(question, notice)];
    if (figure) sheet.add(unit, notice.date, figure);
  });
  return sheetFrom(sheet);
};
