/**
 * By `stage/step`: the routes that take a waiting step further. A worklist that names a step and not what to do with it
 * makes people guess.
 */
export const stepRoutes: Readonly<Record<string, readonly string[]>> = {
  'reception/check-in': ['/reception-sessions/{id}/visits/{visit}/check-in'],
  'reception/record-visit': ['/reception-sessions/{id}/visits/{visit}/record'],
  'reception/instruct': ['/reception-sessions/{id}/visits/{visit}/instruction'],
  'reception/follow-up': [
    '/reception-sessions/{id}/visits/{visit}/follow-up',
    '/reception-sessions/{id}/visits/{visit}/progress',
  ],
  'intake/triage': [
    '/petitions/{number}/routing',
    '/petitions/{number}/redirection',
    '/petitions/{number}/refusal-proposals',
  ],
  'intake/organ-answer': [
    '/petitions/{number}/acceptance',
    '/petitions/{number}/diversion',
    '/petitions/{number}/objections',
    '/petitions/{number}/refusal-proposals',
  ],
  'intake/decide-objection': ['/petitions/{number}/objection-decisions', '/petitions/{number}/disputes'],
  'assignment/propose': ['/petitions/{number}/assignment-proposals'],
  'assignment/approve': ['/petitions/{number}/assignment-decisions'],
  'assignment/report-in': [
    '/petitions/{number}/legs/{unit}/acknowledgement',
    '/petitions/{number}/legs/{unit}/report-in',
  ],
  'mediation/consent': ['/petitions/{number}/mediation-consents', '/petitions/{number}/mediation-endings'],
  'mediation/session': ['/petitions/{number}/mediation-sessions', '/petitions/{number}/mediation-endings'],
  'mediation/sign': [
    '/petitions/{number}/agreements',
    '/petitions/{number}/agreement-marks',
    '/petitions/{number}/mediation-endings',
  ],
  'mediation/perform': ['/petitions/{number}/performances', '/petitions/{number}/mediation-endings'],
  'closure/outcome': ['/petitions/{number}/legs/{unit}/outcome'],
  'closure/draft': ['/petitions/{number}/opinions'],
  'closure/approve-opinion': ['/petitions/{number}/opinion-decisions'],
  'closure/serve': ['/petitions/{number}/opinion-service'],
  'closure/request-closing': ['/petitions/{number}/closing-requests', '/petitions/{number}/hand-over-reports'],
  'closure/confirm-closing': ['/petitions/{number}/closing-decisions'],
  'review/admit': ['/petitions/{number}/review-admissions'],
  'review/decide': ['/petitions/{number}/review-decisions', '/petitions/{number}/hearings'],
  'review/serve-review': ['/petitions/{number}/review-service'],
  'whistle/approve': ['/whistles/{whistle}/decision'],
  'whistle/acknowledge': [
    '/whistles/{whistle}/legs/{unit}/acknowledgement',
    '/whistles/{whistle}/legs/{unit}/objection',
  ],
  'whistle/contact': ['/whistles/{whistle}/legs/{unit}/contact', '/whistles/{whistle}/legs/{unit}/objection'],
  'whistle/attend': ['/whistles/{whistle}/legs/{unit}/report-in', '/whistles/{whistle}/legs/{unit}/objection'],
  'whistle/outcome': ['/whistles/{whistle}/legs/{unit}/outcome'],
  'whistle/rate': ['/whistles/{whistle}/legs/{unit}/rating'],
  'task/answer-question': [
    '/assemblies/{assembly}/questions/{question}/answer',
    '/assemblies/{assembly}/questions/{question}/promotion',
  ],
  'task/answer-proposal': ['/petitions/{number}/supervisions/{supervision}/feedback'],
  'task/check-quality': ['/petitions/{number}/quality-checks'],
  'task/answer-whistle-objection': ['/whistles/{whistle}/legs/{unit}/objection-answer'],
  'task/close-supervision': [
    '/petitions/{number}/supervisions/{supervision}/closing',
    '/whistles/{whistle}/supervisions/{supervision}/closing',
  ],
  'task/arrange-reception-day': ['/reception-sessions', '/reception-duties'],
  // Done when the desk notes that he was there.
  'task/hold-reception-day': ['/reception-duties'],
  'task/carry-out-commitment': [
    '/reception-sessions/{id}/visits/{visit}/follow-up',
    '/reception-sessions/{id}/visits/{visit}/progress',
  ],
  // A warning to whoever answers for the unit that is committed.
  'task/commitment-due-soon': [],
  'task/confirm-reception': ['/reception-sessions/{id}/confirmation'],
  'task/confirm-commitment': ['/reception-sessions/{id}/visits/{visit}/result-decisions'],
  'task/confirm-import': ['/imports/{import}/confirmations', '/imports/{import}/cancellations'],
  'task/decide-booking': ['/reception-sessions/{id}/bookings/{booking}/decision'],
  'task/end-booked-visit': ['/reception-sessions/{id}/visits/{visit}/check-in'],
  'task/decide-after-death': ['/petitions/{number}/death-decisions', '/petitions/{number}/heirs'],
  'task/decide-dispute': ['/petitions/{number}/dispute-decisions'],
  'task/decide-kept-erasure': ['/kept/{thing}/erasure-decisions'],
  'task/decide-erasure': ['/petitions/{number}/erasure-decisions'],
  'task/decide-extension': ['/petitions/{number}/extension-decisions'],
  'task/decide-recusal': ['/petitions/{number}/recusal-proposals/{proposal}/decision'],
  'task/decide-refusal': ['/petitions/{number}/refusal-decisions'],
  'task/decide-whistle-dispute': ['/whistles/{whistle}/legs/{unit}/dispute-decision'],
  'task/decide-withdrawal': ['/petitions/{number}/withdrawal-decisions'],
  'task/confirm-resolution': [
    '/petitions/{number}/return-visits',
    '/petitions/{number}/resolutions',
    '/petitions/{number}/resolution-signatures',
  ],
  'task/decide-sponsor': ['/petitions/{number}/sponsor-decisions'],
  'task/designate-successor': ['/petitions/{number}/successor-designations'],
  // A warning to whoever answers for the unit: what is due is the unit's own step.
  'task/due-soon': [],
  'task/explain-missed': ['/needs/{need}/missed-days'],
  'task/follow-supervision': ['/petitions/{number}/supervisions/{supervision}/proposals', '/whistles/{whistle}'],
  'task/give-feedback': [
    '/petitions/{number}/supervisions/{supervision}/feedback',
    '/whistles/{whistle}/supervisions/{supervision}/feedback',
  ],
  'task/follow-sponsorship': ['/petitions/{number}/resolution-plans', '/petitions/{number}/progress-reports'],
  'task/handle-need': ['/needs/{need}/resolution', '/needs/{need}/services', '/needs/{need}/promotion'],
  'task/hold-assembly': ['/assemblies/{assembly}/questions', '/assemblies/{assembly}/minutes'],
  'task/hold-hearing': [
    '/petitions/{number}/hearings/{hearing}/record',
    '/petitions/{number}/hearings/{hearing}/cancellation',
  ],
  'task/plan-resolution': ['/petitions/{number}/resolution-plans'],
  'task/provide-services': ['/needs/{need}/service-records'],
  'task/redraft-whistle': ['/whistles/{whistle}/drafts'],
  // Only he himself can end it; who never acts is replaced.
  'task/await-sponsor': ['/petitions/{number}/sponsor-proposals'],
  'task/replace-sponsor': ['/petitions/{number}/sponsor-proposals'],
  'task/report-progress': ['/petitions/{number}/progress-reports', '/petitions/{number}/resolution-requests'],
  'task/report-urgent': ['/petitions/{number}/urgent-reports'],
  'task/review-emergency-access': ['/petitions/{number}/emergency-access/{access}/review'],
  // Waits for the machine.
  'task/run-import': [],
  'task/serve-notice': ['/petitions/{number}/notices', '/petitions/{number}/notices/{id}/service'],
  'task/sign-resolution': ['/petitions/{number}/resolution-signatures'],
  'task/urge-commitment': ['/reception-sessions/{id}/visits/{visit}/urgings'],
  'task/hand-over-accusation': ['/petitions/{number}/routing', '/petitions/{number}/amendments'],
  'task/take-over-accusation': ['/petitions/{number}/accusation-receipts', '/petitions/{number}/accusation-returns'],
  'task/take-whistle-answer': [
    '/whistles/{whistle}/legs/{unit}/objection-withdrawal',
    '/whistles/{whistle}/legs/{unit}/dispute',
  ],
  'task/work-on-matter': [
    '/placements/{number}/reports',
    '/placements/{number}/transfers',
    '/placements/{number}/escalations',
    '/placements/{number}/resolution',
  ],
};

/**
 * The routes that take a step of a stream further: supervisions wait alike for petitions and whistles, and nobody is offered
 * the routes of the other. @param step `stage/step`
 */
export const routesOf = (kind: string, step: string): readonly string[] => {
  const foreign = kind === 'petition' ? '/whistles/' : kind === 'whistle' ? '/petitions/' : undefined;
  return (stepRoutes[step] ?? []).filter((path) => foreign === undefined || !path.startsWith(foreign));
};
