import { legalDay, plusDays } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { knownUnit } from '../petition/guards.ts';
import { promiseAgainstRemedies } from '../petition/remedies.ts';
import type { Context, Issued } from '../petition/state.ts';
import type { PlainStream } from '../plain-stream.ts';

/** A drive for some time with batches of matters (专项行动), or a named way of working (工作机制). */
export const programmeKinds = ['campaign', 'mechanism'] as const;
export type ProgrammeKind = (typeof programmeKinds)[number];

/** A document that says what the programme is, with the days on which it is in force. What is not known has no field. */
export interface ProgrammeDocument {
  readonly title: string;
  /** 文号. */
  readonly order?: string;
  readonly from: string;
  readonly to?: string;
}

/** Matters that are worked on together; the list itself are the petitions that name it. */
export interface Batch {
  readonly name: string;
  /** 文号 of the list. */
  readonly order?: string;
  /** Until when its matters are to be resolved. */
  readonly due?: string;
}

/** Who was appointed as what, for how long. The kinds are the place's own (such as 五聘任): none is invented here. */
export interface ProgrammeAppointment {
  readonly kind: string;
  readonly person: string;
  readonly unit: string;
  readonly from: string;
  readonly to?: string;
}

/** What somebody in office or appointed has pledged (承诺), as it was signed. */
export interface Pledge {
  readonly person: string;
  readonly unit: string;
  readonly text: string;
  readonly signedOn: string;
}

/** A programme of a unit: its documents, batches, appointments and pledges. */
export interface Programme {
  readonly id: string;
  readonly version: number;
  readonly unit?: string;
  readonly kind: ProgrammeKind;
  readonly name: string;
  readonly from: string;
  readonly to?: string;
  /** What can be appointed under it. */
  readonly appointmentKinds: readonly string[];
  readonly documents: readonly ProgrammeDocument[];
  readonly batches: readonly Batch[];
  readonly appointments: readonly ProgrammeAppointment[];
  readonly pledges: readonly Pledge[];
  /** Its key was destroyed on this day: names and pledges are gone, what was published stays. */
  readonly erasedOn?: string;
}

interface Founded {
  readonly id: string;
  readonly unit: string;
  readonly kind: ProgrammeKind;
  readonly name: string;
  readonly from: string;
  readonly to?: string;
  readonly appointmentKinds: readonly string[];
}

export type ProgrammeCommand = Issued &
  (
    | ({ readonly type: 'FoundProgramme' } & Founded)
    | ({ readonly type: 'AttachDocument' } & ProgrammeDocument)
    | { readonly type: 'EndDocument'; readonly document: number; readonly to: string; readonly reason: string }
    | ({ readonly type: 'AddBatch' } & Batch)
    | ({ readonly type: 'AppointInProgramme' } & ProgrammeAppointment)
    | {
        readonly type: 'EndProgrammeAppointment';
        readonly appointment: number;
        readonly to: string;
        readonly reason: string;
      }
    | ({ readonly type: 'RecordPledge' } & Pledge)
    | { readonly type: 'EndProgramme'; readonly to: string; readonly reason: string }
  );

export type ProgrammeEvent =
  | { readonly type: 'ProgrammeFounded'; readonly data: Founded }
  | { readonly type: 'DocumentAttached'; readonly data: { readonly document: number } & ProgrammeDocument }
  | {
      readonly type: 'DocumentEnded';
      readonly data: { readonly document: number; readonly to: string; readonly reason: string };
    }
  | { readonly type: 'BatchAdded'; readonly data: { readonly batch: number } & Batch }
  | { readonly type: 'AppointedInProgramme'; readonly data: { readonly appointment: number } & ProgrammeAppointment }
  | {
      readonly type: 'ProgrammeAppointmentEnded';
      readonly data: { readonly appointment: number; readonly to: string; readonly reason: string };
    }
  | { readonly type: 'PledgeRecorded'; readonly data: { readonly pledge: number } & Pledge }
  | { readonly type: 'ProgrammeEnded'; readonly data: { readonly to: string; readonly reason: string } }
  | { readonly type: 'ProgrammeErased'; readonly data: { readonly on: string; readonly basis: 'P47' } };

export const initialProgramme: Programme = {
  id: '',
  version: 0,
  kind: 'mechanism',
  name: '',
  from: '',
  appointmentKinds: [],
  documents: [],
  batches: [],
  appointments: [],
  pledges: [],
};

/** Whether something that has a first and perhaps a last day holds on a legal day. */
export const holdsOn = ({ from, to }: { readonly from: string; readonly to?: string }, day: string): boolean =>
  from <= day && (to === undefined || day <= to);

const requireOrder = (from: string, to: string | undefined, pointer = '/to'): void => {
  if (to !== undefined && to < from)
    throw new Refusal('rule-violated', `It ends before it begins (${from}).`, { pointer });
};

/** What has held stays as it held: an end is yesterday at the earliest. @throws Refusal */
const requireEndable = (each: { readonly from: string; readonly to?: string }, to: string, today: string): void => {
  requireOrder(each.from, to);
  if (to < plusDays(today, -1))
    throw new Refusal('rule-violated', 'It ends yesterday at the earliest.', { pointer: '/to' });
  if (each.to !== undefined && each.to <= to)
    throw new Refusal('already-decided', `It ends on ${each.to}.`, { pointer: '/to' });
};

const numbered = <T>(list: readonly T[], number: number, what: string): T => {
  const found = list[number - 1];
  if (!found) throw new Refusal('not-found', `There is no ${what} ${String(number)}.`);
  return found;
};

/** @throws Refusal when the rules do not allow it. */
export const decideProgramme = (
  command: ProgrammeCommand,
  programme: Programme,
  { units }: Context,
): readonly ProgrammeEvent[] => {
  const today = legalDay(command.at);
  if (command.type === 'FoundProgramme') {
    if (programme.unit !== undefined) throw new Refusal('already-decided', 'The programme is there already.');
    const { type: _, by: _who, at: _when, ...founded } = command;
    knownUnit(units, founded.unit, '/unit');
    requireOrder(founded.from, founded.to);
    if (founded.kind === 'campaign' && founded.to === undefined)
      throw new Refusal('rule-violated', 'A campaign has an end; name it.', { pointer: '/to' });
    return [{ type: 'ProgrammeFounded', data: founded }];
  }
  if (programme.unit === undefined) throw new Refusal('not-found', 'There is no such programme.');
  if (programme.erasedOn !== undefined) throw new Refusal('erased', `Its names were erased on ${programme.erasedOn}.`);
  if (command.type !== 'EndDocument' && command.type !== 'EndProgrammeAppointment' && programme.to !== undefined) {
    if (today > programme.to) throw new Refusal('out-of-time', `The programme ended on ${programme.to}.`);
  }
  switch (command.type) {
    case 'AttachDocument': {
      const { type: _, by: _who, at: _when, ...document } = command;
      requireOrder(document.from, document.to);
      return [{ type: 'DocumentAttached', data: { document: programme.documents.length + 1, ...document } }];
    }
    case 'EndDocument': {
      const { document, to, reason } = command;
      requireEndable(numbered(programme.documents, document, 'document'), to, today);
      return [{ type: 'DocumentEnded', data: { document, to, reason } }];
    }
    case 'AddBatch': {
      const { type: _, by: _who, at: _when, ...batch } = command;
      if (batch.due !== undefined && batch.due < today)
        throw new Refusal('rule-violated', 'It is due today or later.', { pointer: '/due' });
      if (programme.batches.some(({ name }) => name === batch.name))
        throw new Refusal('already-decided', `There is a batch ${batch.name}.`, { pointer: '/name' });
      return [{ type: 'BatchAdded', data: { batch: programme.batches.length + 1, ...batch } }];
    }
    case 'AppointInProgramme': {
      const { type: _, by: _who, at: _when, ...appointment } = command;
      if (!programme.appointmentKinds.includes(appointment.kind))
        throw new Refusal(
          'rule-violated',
          `Under this programme are appointed: ${programme.appointmentKinds.join('、') || 'nobody'}.`,
          {
            pointer: '/kind',
          },
        );
      knownUnit(units, appointment.unit, '/unit');
      requireOrder(appointment.from, appointment.to);
      return [
        { type: 'AppointedInProgramme', data: { appointment: programme.appointments.length + 1, ...appointment } },
      ];
    }
    case 'EndProgrammeAppointment': {
      const { appointment, to, reason } = command;
      requireEndable(numbered(programme.appointments, appointment, 'appointment'), to, today);
      return [{ type: 'ProgrammeAppointmentEnded', data: { appointment, to, reason } }];
    }
    case 'RecordPledge': {
      const { type: _, by: _who, at: _when, ...pledge } = command;
      knownUnit(units, pledge.unit, '/unit');
      if (pledge.signedOn > today)
        throw new Refusal('rule-violated', 'A pledge is recorded after it was signed.', { pointer: '/signedOn' });
      // A pledge binds whoever is to serve. Nobody pledges here not to petition (Art. 18; M3).
      if (promiseAgainstRemedies(pledge.text) !== undefined)
        throw new Refusal('rule-violated', 'Nobody pledges not to petition or to sue.', { pointer: '/text' });
      return [{ type: 'PledgeRecorded', data: { pledge: programme.pledges.length + 1, ...pledge } }];
    }
    case 'EndProgramme': {
      const { to, reason } = command;
      requireEndable(programme, to, today);
      return [{ type: 'ProgrammeEnded', data: { to, reason } }];
    }
  }
};

const ended = <T extends { readonly to?: string }>(list: readonly T[], number: number, to: string): readonly T[] =>
  list.map((each, index) => (index === number - 1 ? { ...each, to } : each));

const apply = (programme: Programme, event: ProgrammeEvent): Programme => {
  switch (event.type) {
    case 'ProgrammeFounded':
      return { ...programme, ...event.data };
    case 'DocumentAttached': {
      const { document: _, ...document } = event.data;
      return { ...programme, documents: [...programme.documents, document] };
    }
    case 'DocumentEnded':
      return { ...programme, documents: ended(programme.documents, event.data.document, event.data.to) };
    case 'BatchAdded': {
      const { batch: _, ...batch } = event.data;
      return { ...programme, batches: [...programme.batches, batch] };
    }
    case 'AppointedInProgramme': {
      const { appointment: _, ...appointment } = event.data;
      return { ...programme, appointments: [...programme.appointments, appointment] };
    }
    case 'ProgrammeAppointmentEnded':
      return { ...programme, appointments: ended(programme.appointments, event.data.appointment, event.data.to) };
    case 'PledgeRecorded': {
      const { pledge: _, ...pledge } = event.data;
      return { ...programme, pledges: [...programme.pledges, pledge] };
    }
    case 'ProgrammeErased':
      return { ...programme, erasedOn: event.data.on };
    case 'ProgrammeEnded':
      return { ...programme, to: event.data.to };
  }
};

/** A programme waits for nobody: what is to be done stands with its matters. */
export const programmeStream: PlainStream<Programme, ProgrammeCommand, ProgrammeEvent> = {
  kind: 'programme',
  initial: initialProgramme,
  decide: decideProgramme,
  evolve: (programme, event) => ({ ...apply(programme, event), version: programme.version + 1 }),
  head: ({ id, unit = '', kind, name, from, to, batches, documents }) => ({
    summary: { number: id, unit, kind, name, from, to, batches: batches.length, documents: documents.length },
    listed: { unit, day: from },
  }),
  tasks: () => [],
  unitOf: ({ unit }) => unit,
};
