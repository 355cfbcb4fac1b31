import type { Deadline } from '../limits.ts';
import type { PetitionEvent } from './petition.ts';
import { sponsorshipLimits } from './sponsorship-state.ts';

/**
 * Which facts end which limits: what the limit asked for has been done, or it has lost its object. Where it asked for a
 * written notice, service ends it (domain/notices).
 */
export const limitsEndedBy: Partial<
  Record<
    PetitionEvent['type'],
    { readonly met?: readonly Deadline['limit'][]; readonly stopped?: readonly Deadline['limit'][] }
  >
> = {
  PetitionRouted: { met: ['forward'] },
  PetitionAccepted: { stopped: ['objection', 'dispute'] },
  PetitionDiverted: { stopped: ['objection', 'dispute', 'hand-over-report'] },
  PetitionRedirected: { met: ['forward'] },
  DisputeDecided: { met: ['dispute'], stopped: ['notify', 'objection', 'hand-over-report'] },
  RefusalApproved: { met: ['forward'], stopped: ['objection', 'hand-over-report'] },
  RoutingObjected: { met: ['objection'] },
  OpinionServed: { met: ['handling', 'reply', 'simple-answer', 'perform-or-answer'] },
  ReviewRequested: { met: ['review-request', 'recheck-request'] },
  ReviewServed: { met: ['review', 'recheck'] },
  ConfirmationRequested: { met: ['judicial-confirmation'] },
  ReportSubmitted: { met: ['hand-over-report'] },
  ClosingRequested: { met: ['hand-over-report'] },
  SponsorApproved: { stopped: sponsorshipLimits },
  SponsorResumed: { stopped: sponsorshipLimits },
  SponsorshipDropped: { stopped: sponsorshipLimits },
  ResolutionPlanned: { met: ['sponsor-plan'] },
  ProgressReported: { met: ['sponsor-progress'] },
  DisputeResolved: { met: ['sponsorship'], stopped: ['sponsor-plan', 'sponsor-progress'] },
};
