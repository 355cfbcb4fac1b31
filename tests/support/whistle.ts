import type { Context } from '../../domain/petition/state.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type { EventActor } from '../../domain/ports.ts';
import type { Whistle, WhistleCommand, WhistleContent, WhistleEvent } from '../../domain/whistle/state.ts';
import { whistleStream } from '../../domain/whistle/whistle.ts';
import { firstDay, rules } from './builders.ts';
import { givenPlain } from './given.ts';

export const centre = '622901007-zx';
export const land = '622901-zrzy';
export const justice = '622901-sfj';
export const housing = '622901-zjj';

export const callers = {
  clerk: { id: 'clerk', unit: centre, role: 'petition-officer' },
  leader: { id: 'street-leader', unit: '622901007', role: 'leader' },
  land: { id: 'land', unit: land, role: 'handler' },
  justice: { id: 'justice', unit: justice, role: 'handler' },
  county: { id: 'county', unit: '622901', role: 'leader' },
  supervisor: { id: 'supervisor', unit: '622901-xfj', role: 'supervisor' },
  clock: { id: 'clock', unit: '', role: 'system' },
} satisfies Record<string, EventActor>;

/** Nine in the morning of the first day, a Monday, in UTC. */
export const blown = `${firstDay}T01:00:00.000Z`;
/** So many hours after the whistle was blown. */
export const after = (hours: number): string => new Date(Date.parse(blown) + hours * 3_600_000).toISOString();

type Without<T> = T extends unknown ? Omit<T, 'by' | 'at' | 'type'> : never;
type Of<T> = Extract<WhistleCommand, { type: T }>;

export const whistleCommand = <T extends WhistleCommand['type']>(
  type: T,
  by: EventActor,
  content: Without<Of<T>>,
  at = blown,
): WhistleCommand => ({ type, ...content, by, at }) as unknown as WhistleCommand;

export const whistleContent: WhistleContent = {
  kind: 'urgent',
  subject: '征地补偿争议会商',
  situation: '中心无权核定补偿标准',
  place: '综治中心',
  contact: 'clerk',
  against: ['622901-jw'],
  calls: [
    { unit: land, ask: '说明补偿标准的依据' },
    { unit: justice, ask: '解答法律问题' },
  ],
};

export const draftWhistle = (changes: Partial<WhistleContent> = {}, more: object = {}): WhistleCommand =>
  whistleCommand('DraftWhistle', callers.clerk, { id: 'W1', content: { ...whistleContent, ...changes }, ...more });
export const approveWhistle = (at = blown): WhistleCommand => whistleCommand('ApproveWhistle', callers.leader, {}, at);

export const foldWhistle = (events: readonly WhistleEvent[]): Whistle =>
  foldPlain<Whistle, WhistleEvent>(whistleStream, events);

/** Facts that commands have made, one after the other. */
export const whistleAfterIn = (context: Context, ...commands: readonly WhistleCommand[]): readonly WhistleEvent[] => {
  const events: WhistleEvent[] = [];
  for (const command of commands) events.push(...whistleStream.decide(command, foldWhistle(events), context));
  return events;
};
export const whistleAfter = (...commands: readonly WhistleCommand[]): readonly WhistleEvent[] =>
  whistleAfterIn(rules, ...commands);

export const object = (unit = land, at = after(2)): WhistleCommand =>
  whistleCommand('ObjectToWhistle', callers.land, { unit, reason: '该片区不归本局' }, at);
export const answer = (agreed: boolean, replacement?: string, at = after(3)): WhistleCommand =>
  whistleCommand(
    'AnswerWhistleObjection',
    callers.leader,
    { unit: land, agreed, reason: '职责分工', ...(replacement === undefined ? {} : { replacement }) },
    at,
  );
export const refer = whistleCommand('ReferWhistleDispute', callers.land, { unit: land, reason: '附批复' }, after(4));
export const sweepAt = (at: string, sealed = false): WhistleCommand =>
  whistleCommand('SweepWhistle', callers.clock, { sealed }, at);

export const calledFacts = whistleAfter(draftWhistle(), approveWhistle());
export const calledWhistle = foldWhistle(calledFacts);
export const disputedFacts = whistleAfter(draftWhistle(), approveWhistle(), object(), answer(false), refer);
export const disputedWhistle = foldWhistle(disputedFacts);
export const lateWhistle = foldWhistle(whistleAfter(draftWhistle(), approveWhistle(), sweepAt(after(1.5))));

const givenIt = givenPlain(whistleStream);
export const givenWhistle = (...facts: readonly WhistleEvent[]) => givenIt(...facts);
