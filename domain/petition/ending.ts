import { holderFromLedger } from '../access/sight.ts';
import { Refusal } from '../errors.ts';
import { stopStage } from '../workflow/flow.ts';
import { stages } from '../workflow/signals.ts';
import { endLimits } from './clocks.ts';
import type { Incidents } from './incident-state.ts';
import type { Petition } from './state.ts';

/** What can still happen to a matter that ended before it was concluded: nothing that would go on handling it. */
const stillPossible: ReadonlySet<string> = new Set([
  'LinkRepeat',
  'UnlinkRepeat',
  'DeclareRecusal',
  'ProposeRecusal',
  'DecideRecusal',
  'UseEmergencyAccess',
  'ReviewEmergencyAccess',
  'RecordSupport',
  'OpenSupervision',
  'ProposeMeasure',
  'GiveFeedback',
  'CloseSupervision',
  'RecordQualityCheck',
  'SweepClocks',
  'RecountDeadlines',
  'NoteChild',
  'PlaceHold',
  'LiftHold',
  'ProposeErasure',
  'ApproveErasure',
  'ReturnErasure',
  'ServeNotice',
  'ReportUrgent',
  'JudgeEvidence',
]);

/** Refuses what would handle a matter that has ended. The same matter can be brought again at any time. */
export const requireNotEnded = (type: string, petition: Petition): void => {
  const { ended } = petition.incidents;
  if (!ended || stillPossible.has(type)) return;
  // A ledger can be wrong, and what it calls an appeal can be an accusation: neither may stand for ever (Art. 30).
  const afterLedger =
    type === 'AmendRegistration' ||
    (type === 'RoutePetition' && holderFromLedger(petition) !== undefined) ||
    ((type === 'TakeOverAccusation' || type === 'ReturnAccusation') && petition.route !== undefined);
  if (ended.how === 'imported' && afterLedger) return;
  throw new Refusal('not-the-step', `This matter ended on ${ended.on} (${ended.how}); it can be brought again.`);
};

/** Ends a matter where it stands: open rounds are stopped with their executions, and running limits lose their object. */
export const endMatter = (petition: Petition, ended: NonNullable<Incidents['ended']>): Petition => {
  const names = [...new Set(petition.deadlines.map(({ limit }) => limit))];
  const { extensionRequest: _lapsed, ...stopped } = endLimits(petition, names, 'stopped');
  const { withdrawal: _decided, death: _over, ...incidents } = petition.incidents;
  return {
    ...stopped,
    incidents: {
      ...incidents,
      hearings: incidents.hearings.map((each) => (each.heldOn === undefined ? { ...each, cancelled: true } : each)),
      ended,
    },
    progress: stages.reduce((each, stage) => stopStage(each, stage), petition.progress),
  };
};
