import { legalDay, plusDays, timeOfDay } from '../calendar/calendar.ts';
import { defined } from '../defined.ts';
import { Refusal } from '../errors.ts';
import { knownUnit } from '../petition/guards.ts';
import type { Context } from '../petition/state.ts';
import { decisionAt } from '../workflow/progress.ts';
import { lateOn, requireCome } from './lateness.ts';
import {
  type Appointed,
  checkInOf,
  type DayCommand,
  type Session,
  type SessionContent,
  type SessionEvent,
} from './session-state.ts';
import { receivedBy } from './summary.ts';

/** What is published of a reception day and what becomes of that: another leader, another time, none at all, and who was there. */
export type AnnouncementCommand = Extract<
  DayCommand,
  { readonly type: 'ReplaceLeader' | 'ConfirmReception' | 'RescheduleSession' | 'CancelSession' | 'NoteAttendance' }
>;

/** @throws Refusal for a time that ends before it begins, or a day that comes too soon to be announced */
const requireAnnounced = (
  { date, from, to }: Appointed,
  at: string,
  { configuration }: Pick<Context, 'configuration'>,
): void => {
  if (to <= from) throw new Refusal('rule-violated', 'The session ends after it begins.', { pointer: '/to' });
  const { receptionPublication } = configuration;
  const today = legalDay(at);
  if (date < today || (date === today && to <= timeOfDay(at))) {
    throw new Refusal('rule-violated', 'A reception day is published before it is over.', {
      pointer: '/date',
      basis: 'R18',
    });
  }
  if (receptionPublication && date < plusDays(today, receptionPublication.days)) {
    const days = String(receptionPublication.days);
    throw new Refusal(
      'rule-violated',
      `A reception day is published ${days} days ahead (${receptionPublication.source}).`,
      {
        pointer: '/date',
      },
    );
  }
};

/** @throws Refusal */
export const publish = (
  { id, content, unconfirmed, by, at }: Extract<DayCommand, { type: 'PublishSession' }>,
  context: Pick<Context, 'units' | 'configuration'>,
): readonly SessionEvent[] => {
  requireAnnounced(content, at, context);
  for (const [index, { departments }] of (content.rooms ?? []).entries())
    for (const [position, unit] of departments.entries())
      knownUnit(context.units, unit, `/rooms/${String(index)}/departments/${String(position)}`);
  return [
    { type: 'SessionPublished', data: { id, unit: by.unit, content, ...defined({ unconfirmed }), basis: 'R18' } },
  ];
};

/** Once for a leader; a second time it corrects, with a reason, and both are kept. */
const noteAttendance = (
  { attended, remark, reason, at }: Extract<DayCommand, { type: 'NoteAttendance' }>,
  session: Session,
  content: SessionContent,
  context: Pick<Context, 'configuration'>,
): readonly SessionEvent[] => {
  const today = legalDay(at);
  requireCome(content, today);
  // Nobody can have been there yet; that he will not come can be known.
  if (attended && today === content.date && timeOfDay(at) < content.from) {
    throw new Refusal('not-the-step', `The reception day begins at ${content.from}.`);
  }
  const { leader } = content;
  const before = session.attendance.findLast((each) => each.leader === leader);
  if (before?.attended === attended || (before && reason === undefined)) {
    throw new Refusal('already-decided', 'It is noted whether this leader was there. A correction says why.', {
      pointer: before?.attended === attended ? '/attended' : '/reason',
    });
  }
  const [other] = receivedBy(session);
  if (attended && other !== undefined && other !== leader) {
    throw new Refusal('already-decided', 'Another leader has received on this day: it is done by one.');
  }
  // That he was not there can be found out at any time.
  const notedOn = attended || !before ? lateOn(content, today, context) : today > content.date ? today : undefined;
  return [
    {
      type: 'AttendanceNoted',
      data: { leader, attended, ...defined({ remark, notedOn }), ...(before ? defined({ reason }) : {}) },
    },
  ];
};

/** @throws Refusal when the rules do not allow it. */
export const decideAnnouncement = (
  command: AnnouncementCommand,
  session: Session,
  content: SessionContent,
  context: Pick<Context, 'configuration'>,
): readonly SessionEvent[] => {
  const on = legalDay(command.at);
  switch (command.type) {
    case 'ReplaceLeader': {
      const { leader, leaderName, post, portfolio, reason, unconfirmed } = command;
      if (leader === content.leader) {
        throw new Refusal('rule-violated', 'This leader is the one who receives.', { pointer: '/leader' });
      }
      if (on > content.date) throw new Refusal('not-the-step', `The reception day was ${content.date}.`);
      if (session.attendance.findLast((each) => each.leader === content.leader)?.attended === true) {
        throw new Refusal('already-decided', 'It is noted that the leader who receives is there.');
      }
      return [
        {
          type: 'LeaderReplaced',
          data: { leader, leaderName, post, portfolio, reason, on, ...defined({ unconfirmed }) },
        },
      ];
    }
    case 'ConfirmReception':
      if (!session.unconfirmed) throw new Refusal('already-decided', 'It is confirmed that this leader receives.');
      if (on > content.date) throw new Refusal('not-the-step', `The reception day was ${content.date}.`);
      return [{ type: 'ReceptionConfirmed', data: { leader: content.leader, on } }];
    case 'RescheduleSession': {
      if (on > content.date) throw new Refusal('not-the-step', `The reception day was ${content.date}.`);
      if (
        session.attendance.length > 0 ||
        // A visit that was moved away, or is withheld, says nothing of the day.
        session.visits.some(
          ({ outcome }, index) =>
            outcome === 'absent' || decisionAt(session.progress, checkInOf(index))?.outcome === 'arrived',
        )
      ) {
        throw new Refusal('not-the-step', 'The reception day has begun.');
      }
      const { place, date, from, to, reason } = command;
      // To move it away is then to cancel it: what has come and is not held is owed. Other hours of the day are free.
      if (on === content.date && date !== content.date) {
        throw new Refusal('not-the-step', `The reception day is ${content.date}.`, { pointer: '/date' });
      }
      requireAnnounced(command, command.at, context);
      return [{ type: 'SessionRescheduled', data: { place, date, from, to, reason, on } }];
    }
    case 'CancelSession':
      // A day that has come and is not held is owed, and not taken back.
      if (on >= content.date) throw new Refusal('not-the-step', `The reception day is ${content.date}.`);
      return [{ type: 'SessionCancelled', data: { reason: command.reason, on } }];
    case 'NoteAttendance':
      return noteAttendance(command, session, content, context);
  }
};
