/**
 * 《信访工作条例》 Art. 17 to 41 as this software takes them: what each demands, in our own words, and the rules that
 * implement it, or why it binds no software. The tests cite it, and docs/regulation.md is generated from it.
 */
export type Article = {
  readonly number: number;
  /** One sentence. */
  readonly demands: string;
} & (
  | {
      readonly binds: true;
      /** `file#symbol` of what implements it. */
      readonly rules: readonly string[];
    }
  | { readonly binds: false; readonly why: string }
);

export const articles: readonly Article[] = [
  {
    number: 17,
    demands: 'Anybody may petition by network, letter, telephone, fax or visit.',
    binds: true,
    rules: [
      'domain/petition/state.ts#channels',
      'domain/petition/state.ts#Petitioner',
      'domain/petition/registration.ts#decideRegistration',
    ],
  },
  {
    number: 18,
    demands: 'Reception days of leaders are published; leaders receive, instruct and take charge of cases themselves.',
    binds: true,
    rules: [
      'domain/reception/session.ts#decideSession',
      'domain/reception/rota.ts#decideRota',
      'domain/reception/commitment.ts#decideCommitment',
      'domain/petition/sponsorship.ts#decideSponsorship',
    ],
  },
  {
    number: 19,
    demands:
      'What is told orally is written down faithfully; a matter in process below is not accepted above within the limit.',
    binds: true,
    rules: [
      'domain/petition/state.ts#RegistrationContent',
      'domain/petition/refusal-grounds.ts#checkGround',
      'domain/petition/refusal-grounds.ts#linkedMatter',
    ],
  },
  {
    number: 20,
    demands:
      'A visit goes to the competent organ’s level or the next higher one; joint visitors elect at most five representatives.',
    binds: true,
    rules: [
      'domain/petition/registration.ts#maximumRepresentatives',
      'domain/petition/registration.ts#checkPetitioner',
      'domain/petition/refusal-grounds.ts#checkGround',
      'domain/petition/direct-receipt.ts#decideDirectReceipt',
    ],
  },
  {
    number: 21,
    demands: 'Every matter of every channel goes into one system, where the petitioner can query and rate it.',
    binds: true,
    rules: [
      'domain/notices/rules.ts#noticeRules',
      'domain/petition/closing.ts#ratableUntil',
      'domain/petition/closing.ts#decideClosing',
    ],
  },
  {
    number: 22,
    demands:
      'The petition office registers and, within 15 days, forwards or hands over with a day for the report; accusations go to the discipline organ.',
    binds: true,
    rules: [
      'domain/limits.ts#forward',
      'domain/petition/route-rules.ts#checkRoute',
      'domain/petition/routing.ts#decideRouting',
    ],
  },
  {
    number: 23,
    demands:
      'An organ tells the petitioner in writing within 15 days; it objects within five working days, and only with the sender’s agreement does the matter go back.',
    binds: true,
    rules: [
      'domain/limits.ts#notify',
      'domain/limits.ts#objection',
      'domain/petition/direct-receipt.ts#decideDirectReceipt',
      'domain/petition/route-rules.ts#routeLimits',
      'domain/notices/record.ts#limitsMetByNotice',
      'domain/whistle/objections.ts#decideObjection',
    ],
  },
  {
    number: 24,
    demands:
      'Organs negotiate who accepts; the common superior or else the joint meeting decides; a successor takes over from an organ that is no more.',
    binds: true,
    rules: [
      'domain/petition/competence.ts#decideCompetence',
      'domain/organisation/unit.ts#disputeDecider',
      'domain/organisation/unit.ts#successorOf',
      'domain/petition/unit-move.ts#moveUnit',
      'domain/petition/splitting.ts#decideSplitting',
      'domain/whistle/objections.ts#decideObjection',
      'domain/access/separation.ts#whistleSeparations',
    ],
  },
  {
    number: 25,
    demands:
      'Major and urgent matters are reported at once to party and government, the joint meeting’s office, the superior office and the national one.',
    binds: true,
    rules: ['domain/petition/urgency.ts#decideUrgency', 'domain/limits.ts#setHours', 'domain/limits.ts#isOver'],
  },
  {
    number: 26,
    demands: 'Petitioners keep to the law and to public order.',
    binds: false,
    why: 'It binds the conduct of persons at the place; a matter is registered and handled whatever happened there, so no rule of this software may depend on it.',
  },
  {
    number: 27,
    demands:
      'Reasonable requests are solved, unreasonable ones explained, hardship is helped, unlawful acts are dealt with.',
    binds: false,
    why: 'It is the standard for the organs’ judgement in each matter, which no program makes; what it leads to is recorded under Art. 32 (opinions) and Art. 37 (help).',
  },
  {
    number: 28,
    demands:
      'No shirking or delay; litigation is kept apart from petitions; an officer with a direct interest withdraws.',
    binds: true,
    rules: [
      'domain/access/policy.ts#decideAccess',
      'domain/petition/registration.ts#decideRegistration',
      'domain/petition/routes.ts#handlings',
    ],
  },
  {
    number: 29,
    demands: 'Suggestions are studied, adopted in full or in part where they are sound, and replied to.',
    binds: true,
    rules: ['domain/petition/routes.ts#handlings', 'domain/petition/routes.ts#acceptanceLimits'],
  },
  {
    number: 30,
    demands: 'Accusations follow the discipline organ’s own rules; nothing of them reaches the accused.',
    binds: true,
    rules: [
      'domain/petition/route-rules.ts#checkRoute',
      'domain/access/sight.ts#isSealed',
      'domain/petition/splitting.ts#requireNoAccusation',
      'domain/notices/record.ts#evolveNotices',
      'domain/whistle/drafting.ts#requireOpenMatter',
      'domain/whistle/state.ts#isUnderWay',
      'domain/centre/placement.ts#requireOpenMatter',
    ],
  },
  {
    number: 31,
    demands:
      'An appeal goes one of six ways: four procedures of other laws, a duty to perform or answer, and otherwise the petition procedure with a written opinion.',
    binds: true,
    rules: [
      'domain/petition/routes.ts#handlings',
      'domain/petition/routes.ts#acceptanceLimits',
      'domain/petition/routing.ts#decideRouting',
      'domain/petition/hearing.ts#decideHearing',
    ],
  },
  {
    number: 32,
    demands:
      'The written opinion states requests, facts, reasons, result and legal basis: support, explanation or no support.',
    binds: true,
    rules: [
      'domain/petition/opinion.ts#decideOpinion',
      'domain/petition/opinion.ts#checkService',
      'domain/petition/routes.ts#opinionResults',
    ],
  },
  {
    number: 33,
    demands: 'Appeals may be mediated when both sides agree; an agreement is written down.',
    binds: true,
    rules: [
      'domain/petition/mediation.ts#decideMediation',
      'domain/petition/remedies.ts#promiseAgainstRemedies',
      'domain/limits.ts#judicial-confirmation',
    ],
  },
  {
    number: 34,
    demands:
      'A matter of the petition procedure is concluded within 60 days of acceptance; the head of the organ may extend that by at most 30 days and tells the petitioner why.',
    binds: true,
    rules: [
      'domain/limits.ts#handling',
      'domain/limits.ts#maximumExtensionDays',
      'domain/petition/clocks.ts#decideClock',
      'domain/petition/route-rules.ts#continuedLimits',
    ],
  },
  {
    number: 35,
    demands:
      'The petitioner may ask the next higher organ for review within 30 days of receiving the opinion; it answers in writing within 30 days.',
    binds: true,
    rules: [
      'domain/limits.ts#review-request',
      'domain/limits.ts#review',
      'domain/petition/review.ts#decideReview',
      'domain/petition/review-admission.ts#nextLevel',
      'domain/organisation/unit.ts#reviewerOf',
    ],
  },
  {
    number: 36,
    demands:
      'Recheck is asked for within 30 days and given within 30, not counting a hearing; the same facts and reasons are not accepted again after it.',
    binds: true,
    rules: [
      'domain/limits.ts#recheck-request',
      'domain/limits.ts#recheck',
      'domain/petition/hearing.ts#decideHearing',
      'domain/petition/finality.ts#finalityOf',
      'domain/petition/refusal.ts#decideRefusal',
    ],
  },
  {
    number: 37,
    demands:
      'Help, counselling and the settling of disputes are owed during the procedure and go on after it is final.',
    binds: true,
    rules: ['domain/petition/support.ts#decideSupport', 'domain/petition/ending.ts#requireNotEnded'],
  },
  {
    number: 38,
    demands: 'Party and government, the joint meeting and the petition offices inspect how petition work is done.',
    binds: false,
    why: 'Inspections of a place or a department are work of their own outside any petition; what they look at is the record (audit, Art. 40, 41).',
  },
  {
    number: 39,
    demands: 'Petition work is assessed every year by whether matters are settled lawfully, in time and on the spot.',
    binds: true,
    rules: ['domain/petition/petition.ts#summaryOf', 'domain/petition/clocks.ts#endLimits'],
  },
  {
    number: 40,
    demands:
      'Unlawful, late or perfunctory handling is supervised at once; what is proposed to improve is answered in writing.',
    binds: true,
    rules: [
      'domain/petition/supervision.ts#decideSupervision',
      'domain/petition/clocks.ts#decideClock',
      'domain/petition/clocks.ts#dutyOf',
      'domain/access/policy.ts#policy',
    ],
  },
  {
    number: 41,
    demands:
      'A yearly report gives the statistics, what was forwarded, handed over and supervised, and which proposals were adopted; inspection bodies are told what they need.',
    binds: true,
    rules: [
      'domain/petition/repeats.ts#countsOf',
      'domain/petition/supervision.ts#SupervisionEvent',
      'domain/petition/petition.ts#summaryOf',
      'domain/statistics/figures.ts#figures',
      'domain/statistics/sheet.ts#sheetOf',
      'domain/statistics/annual-report.ts#annualReport',
      'domain/briefing/briefing.ts#briefingStream',
    ],
  },
];

const digits = ['', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/** @example chineseNumber(34) // 第三十四条 */
export const chineseNumber = (number: number): string => {
  const tens = Math.floor(number / 10);
  return `第${tens > 1 ? (digits[tens] ?? '') : ''}${tens > 0 ? '十' : ''}${digits[number % 10] ?? ''}条`;
};

/** How a test names its article. @example cite(17) // 第十七条 Anybody may petition by … */
export const cite = (number: number): string => {
  const article = articles.find((each) => each.number === number);
  if (!article) throw new Error(`Art. ${String(number)} is none of those that are listed.`);
  return `${chineseNumber(number)} ${article.demands}`;
};

export const testFile = (number: number): string => `tests/regulation/article-${String(number)}.test.ts`;
