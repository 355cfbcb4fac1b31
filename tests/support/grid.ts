import {
  type Assembly,
  type AssemblyCommand,
  type AssemblyEvent,
  assemblyStream,
} from '../../domain/assembly/assembly.ts';
import { type Grid, type GridCommand, type GridEvent, gridStream } from '../../domain/grid/grid.ts';
import { needStream } from '../../domain/grid/need.ts';
import type { Need, NeedCommand, NeedEvent } from '../../domain/grid/need-state.ts';
import type { ServicePlan } from '../../domain/grid/services.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type { EventActor } from '../../domain/ports.ts';
import { firstDay, noon, rules } from './builders.ts';
import { givenPlain } from './given.ts';

export const village = '622901007-v1';
export const people = {
  worker: { id: 'liu', unit: village, role: 'grid-worker' },
  colleague: { id: 'ma', unit: village, role: 'grid-worker' },
  village: { id: 'village', unit: village, role: 'village-officer' },
  clock: { id: 'clock', unit: '', role: 'system' },
} satisfies Record<string, EventActor>;

export const boundary = { description: '村口至学校以东', codes: ['03', '04'] };

type Without<T> = T extends unknown ? Omit<T, 'by' | 'at' | 'type'> : never;
type Of<C, T> = Extract<C, { type: T }>;

export const gridCommand = <T extends GridCommand['type']>(
  type: T,
  day: string,
  content: Without<Of<GridCommand, T>>,
): GridCommand => ({ type, ...content, by: people.village, at: noon(day) }) as unknown as GridCommand;

export const assemblyCommand = <T extends AssemblyCommand['type']>(
  type: T,
  day: string,
  content: Without<Of<AssemblyCommand, T>>,
): AssemblyCommand => ({ type, ...content, by: people.village, at: noon(day) }) as unknown as AssemblyCommand;

export const needCommand = <T extends NeedCommand['type']>(
  type: T,
  day: string,
  content: Without<Of<NeedCommand, T>>,
  by: EventActor = people.worker,
): NeedCommand => ({ type, ...content, by, at: noon(day) }) as unknown as NeedCommand;

/** Facts that commands have made, one after the other. @param decide for one history */
export const histories =
  <C, E>(decide: (command: C, events: readonly E[]) => readonly E[]) =>
  (...commands: readonly C[]): readonly E[] => {
    const events: E[] = [];
    for (const command of commands) events.push(...decide(command, events));
    return events;
  };

export const foldGrid = (events: readonly GridEvent[]): Grid => foldPlain<Grid, GridEvent>(gridStream, events);
export const gridAfter = histories<GridCommand, GridEvent>((command, events) =>
  gridStream.decide(command, foldGrid(events), rules),
);

export const foldNeed = (events: readonly NeedEvent[]): Need => foldPlain<Need, NeedEvent>(needStream, events);
export const needAfter = histories<NeedCommand, NeedEvent>((command, events) =>
  needStream.decide(command, foldNeed(events), rules),
);

export const foldAssembly = (events: readonly AssemblyEvent[]): Assembly =>
  foldPlain<Assembly, AssemblyEvent>(assemblyStream, events);
export const assemblyAfter = histories<AssemblyCommand, AssemblyEvent>((command, events) =>
  assemblyStream.decide(command, foldAssembly(events), rules),
);

export const define = (changes: object = {}): GridCommand =>
  gridCommand('DefineGrid', firstDay, {
    code: 'CBXC-01',
    unit: village,
    name: '第一网格',
    boundary,
    validFrom: '2026-01-01',
    ...changes,
  });
export const appointWorker = (officer = people.worker.id, changes: object = {}): GridCommand =>
  gridCommand('AppointGridWorker', firstDay, { officer, post: '专职网格员', from: '2026-01-01', ...changes });

export const grid = foldGrid(gridAfter(define(), appointWorker()));

/** Monday, two weeks after the first day of these stories. */
export const reportDay = '2026-03-16';
export const meals = { domain: '民政', need: '行动不便，到助餐点用餐困难', count: 12, location: '三社' } as const;
export const reportNeed = (changes: object = {}, day = reportDay, by: EventActor = people.worker): NeedCommand =>
  needCommand('ReportNeed', day, { id: 'N1', grid, reportedOn: day, ...meals, ...changes }, by);

export const plan = (household: string, changes: Partial<ServicePlan> = {}): ServicePlan => ({
  household,
  what: '午餐送餐',
  recurrence: { every: 'day' },
  from: '2026-03-17',
  until: '2026-03-31',
  ...changes,
});
export const decideServices = (services: readonly ServicePlan[] = [plan('H1'), plan('H2')], changes: object = {}) =>
  needCommand(
    'DecideServices',
    reportDay,
    { decision: '由网格员送餐', decidedOn: reportDay, services, ...changes },
    people.village,
  );
export const recordServices = (day: string, content: object, on = day): NeedCommand =>
  needCommand('RecordServices', on, { day, done: [], missed: [], ...content });
export const sweepOn = (day: string): NeedCommand => needCommand('SweepServices', day, {}, people.clock);

export const givenGrid = givenPlain(gridStream);
export const givenNeed = givenPlain(needStream);
export const givenAssembly = givenPlain(assemblyStream);
