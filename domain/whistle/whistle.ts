import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import type { Context } from '../petition/state.ts';
import type { PlainStream } from '../plain-stream.ts';
import { requireSound } from './drafting.ts';
import { calledLeg, decideLeg, missedBy, recounted } from './legs.ts';
import { requireMatching } from './list-item.ts';
import { decideObjection, requireSeparateOn } from './objections.ts';
import {
  isLegOver,
  isUnderWay,
  type Whistle,
  type WhistleCommand,
  type WhistleContent,
  type WhistleEvent,
  type WhistleSupervision,
} from './state.ts';
import { whistleHistory } from './whistle-history.ts';

const drafted = (whistle: Whistle): WhistleContent => {
  if (!whistle.content) throw new Refusal('not-found', 'There is no such whistle.');
  return whistle.content;
};

const requireUncalled = ({ calledAt, calledOff }: Whistle): void => {
  if (calledOff) throw new Refusal('already-decided', `It was called off on ${calledOff.on}.`);
  if (calledAt !== undefined) throw new Refusal('already-decided', 'The departments have been called.');
};

const supervisionOf = ({ supervisions }: Whistle, number: number): WhistleSupervision => {
  const one = supervisions[number - 1];
  if (!one) throw new Refusal('not-found', `There is no supervision ${String(number)}.`);
  if (one.closedBy !== undefined) throw new Refusal('already-decided', 'This supervision is closed.');
  return one;
};

/** @throws Refusal when the rules do not allow it. */
export const decideWhistle = (command: WhistleCommand, whistle: Whistle, context: Context): readonly WhistleEvent[] => {
  const { by, at } = command;
  const today = legalDay(at);
  if (command.type === 'DraftWhistle') {
    if (whistle.content) throw new Refusal('already-decided', 'It has been drafted already.');
    const { id, content, petition } = command;
    requireSound(content, by.unit, petition, at, context);
    if (content.joint) requireMatching(content.joint, command.items ?? []);
    return [{ type: 'WhistleDrafted', data: { id, unit: by.unit, content, by: by.id, on: today } }];
  }
  const content = drafted(whistle);
  if (whistle.erasedOn !== undefined) {
    if (command.type === 'SweepWhistle' || command.type === 'RecountWhistle') return [];
    throw new Refusal('erased', `What was written in this whistle was erased on ${whistle.erasedOn}.`);
  }
  const caller = whistle.unit ?? '';
  switch (command.type) {
    case 'RedraftWhistle':
      requireUncalled(whistle);
      if (!whistle.returned) throw new Refusal('not-the-step', 'It waits for the leader.');
      if (command.content.petition !== content.petition) {
        throw new Refusal('rule-violated', 'Another matter is another whistle.', { pointer: '/petition' });
      }
      requireSound(command.content, caller, command.petition, at, context);
      if (command.content.joint) requireMatching(command.content.joint, command.items ?? []);
      return [{ type: 'WhistleRedrafted', data: { content: command.content, by: by.id } }];
    case 'ApproveWhistle': {
      requireUncalled(whistle);
      requireSeparateOn(command, whistle);
      if (whistle.returned) throw new Refusal('not-the-step', 'It was returned and waits to be drafted anew.');
      // What has changed since the draft: a unit abolished, a day passed, a kind given up. The matter itself is read anew.
      const { petition: _, ...without } = content;
      requireSound(without, caller, undefined, at, context);
      const kind = context.configuration.whistles.find(({ code }) => code === content.kind);
      const called = content.calls.flatMap(({ unit }) =>
        kind ? [calledLeg(unit, kind, content.outcomeDue, at, context.calendar)] : [],
      );
      const note = command.note === undefined ? {} : { note: command.note };
      return [{ type: 'WhistleApproved', data: { by: by.id, at, ...note, called } }];
    }
    case 'ReturnWhistle':
      requireUncalled(whistle);
      if (whistle.returned) throw new Refusal('already-decided', 'It was returned already.');
      requireSeparateOn(command, whistle);
      return [{ type: 'WhistleReturned', data: { by: by.id, reason: command.reason } }];
    case 'CallOffWhistle':
      if (whistle.calledOff) throw new Refusal('already-decided', `It was called off on ${whistle.calledOff.on}.`);
      if (whistle.calledAt !== undefined && whistle.legs.every(isLegOver)) {
        throw new Refusal('already-decided', 'Every part of it is over.');
      }
      return [
        // Whoever calls it off does not undo what was missed until then.
        ...whistle.legs.flatMap((leg) => missedBy(whistle, leg, at)),
        { type: 'WhistleCalledOff', data: { by: by.id, reason: command.reason, on: today } },
      ];
    case 'AcknowledgeWhistle':
    case 'ContactCaller':
    case 'AttendWhistle':
    case 'RecordWhistleOutcome':
    case 'RateResponse':
      return decideLeg(command, whistle);
    case 'ObjectToWhistle':
    case 'WithdrawWhistleObjection':
    case 'AnswerWhistleObjection':
    case 'ReferWhistleDispute':
    case 'DecideWhistleDispute':
      return decideObjection(command, whistle, context);
    case 'GiveWhistleFeedback': {
      const { supervision, text } = command;
      if (supervisionOf(whistle, supervision).feedback !== undefined) {
        throw new Refusal('already-decided', 'Feedback has been given.');
      }
      return [{ type: 'WhistleFeedbackGiven', data: { supervision, unit: by.unit, text } }];
    }
    case 'CloseWhistleSupervision': {
      const { supervision, finding } = command;
      if (supervisionOf(whistle, supervision).feedback === undefined) {
        throw new Refusal('not-the-step', 'The supervised unit owes written feedback first.', { basis: 'R40' });
      }
      return [{ type: 'WhistleSupervisionClosed', data: { supervision, by: by.id, finding } }];
    }
    case 'SweepWhistle':
      if (command.sealed) {
        if (!isUnderWay(whistle)) return [];
        return [{ type: 'WhistleCalledOff', data: { by: by.id, because: 'accusation', on: today } }];
      }
      if (whistle.calledOff) return [];
      return whistle.legs.flatMap((leg) => missedBy(whistle, leg, at));
    case 'RecountWhistle': {
      const changes = recounted(whistle, context.calendar);
      return changes.length === 0
        ? []
        : [{ type: 'WhistleLimitsRecounted', data: { calendar: command.calendar, changes } }];
    }
  }
};

export const whistleStream: PlainStream<Whistle, WhistleCommand, WhistleEvent> = {
  ...whistleHistory,
  decide: decideWhistle,
};
