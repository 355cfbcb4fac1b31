import { isSealed } from '../access/sight.ts';
import { Refusal } from '../errors.ts';
import { type Deadline, setHours } from '../limits.ts';
import { endLimits } from './clocks.ts';
import { registered } from './guards.ts';
import { type UrgentAddressee, urgentAddressees } from './intake-state.ts';
import type { Context, Issued, Petition } from './state.ts';

export type UrgencyCommand = Issued &
  (
    | { readonly type: 'FlagUrgent'; readonly reason: string }
    | {
        readonly type: 'ReportUrgent';
        readonly to: readonly UrgentAddressee[];
        /** When it was reported, if earlier than now. */
        readonly reportedAt?: string;
        readonly measures: string;
      }
  );

export type UrgencyEvent =
  | {
      readonly type: 'UrgentFlagged';
      readonly data: {
        readonly reason: string;
        readonly by: string;
        readonly at: string;
        readonly to: readonly UrgentAddressee[];
        readonly deadlines: readonly Deadline[];
        readonly basis: 'R25';
      };
    }
  | {
      readonly type: 'UrgentReported';
      readonly data: {
        readonly to: readonly UrgentAddressee[];
        readonly at: string;
        readonly measures: string;
        readonly by: string;
        readonly basis: 'R25';
      };
    };

/** Whom a flagged matter has still to be reported to. */
export const stillToReport = ({ intake: { urgent } }: Petition): readonly UrgentAddressee[] =>
  urgent ? urgentAddressees.filter((each) => !urgent.reported.includes(each)) : [];

/**
 * Major and urgent matters (重大、紧急信访事项, Art. 25) are reported at once; the article names no hours, so these are
 * configured. What counts is the instant, not the day.
 */
export const decideUrgency = (
  command: UrgencyCommand,
  petition: Petition,
  { configuration }: Context,
): readonly UrgencyEvent[] => {
  registered(petition);
  const { urgent } = petition.intake;
  const { at, by } = command;
  if (isSealed(petition)) {
    throw new Refusal(
      'sealed',
      'What is reported of an accusation, and to whom, follows its organ’s own rules (Art. 30).',
      {
        basis: 'R30',
      },
    );
  }
  if (command.type === 'FlagUrgent') {
    if (urgent && stillToReport(petition).length > 0)
      throw new Refusal('already-decided', 'The matter is flagged, and its report is owed (Art. 25).', {
        basis: 'R25',
      });
    const deadlines = [setHours('urgent-report', at, configuration.urgentReportHours, 'R25')];
    return [
      {
        type: 'UrgentFlagged',
        data: { reason: command.reason, by: by.id, at, to: urgentAddressees, deadlines, basis: 'R25' },
      },
    ];
  }
  if (!urgent)
    throw new Refusal('not-the-step', 'The matter is not flagged as major or urgent (Art. 25).', { basis: 'R25' });
  const outstanding = stillToReport(petition);
  if (!command.to.some((each) => outstanding.includes(each)))
    throw new Refusal('already-decided', 'That report is recorded already (Art. 25).', {
      pointer: '/to',
      basis: 'R25',
    });
  const reportedAt = command.reportedAt ?? at;
  if (Date.parse(reportedAt) > Date.parse(at) || Date.parse(reportedAt) < Date.parse(urgent.at)) {
    throw new Refusal('rule-violated', 'The report lies between the flag and now (Art. 25).', {
      pointer: '/reportedAt',
      basis: 'R25',
    });
  }
  return [
    {
      type: 'UrgentReported',
      data: { to: command.to, at: reportedAt, measures: command.measures, by: by.id, basis: 'R25' },
    },
  ];
};

export const evolveUrgency = (petition: Petition, event: UrgencyEvent): Petition => {
  const { intake } = petition;
  if (event.type === 'UrgentFlagged') {
    return {
      ...petition,
      intake: { ...intake, urgent: { at: event.data.at, reported: [], flags: (intake.urgent?.flags ?? 0) + 1 } },
      deadlines: [...petition.deadlines, ...event.data.deadlines],
    };
  }
  if (!intake.urgent) return petition;
  const reported = urgentAddressees.filter(
    (each) => intake.urgent?.reported.includes(each) || event.data.to.includes(each),
  );
  const next = { ...petition, intake: { ...intake, urgent: { ...intake.urgent, reported } } };
  return stillToReport(next).length === 0 ? endLimits(next, ['urgent-report'], 'met') : next;
};
