import * as z from 'zod/mini';
import { backlogReasons } from '../../domain/petition/backlog.ts';
import { resolutionEvidence } from '../../domain/petition/resolution-evidence.ts';
import { planHeadings, sponsorGrounds, visitResults } from '../../domain/petition/sponsorship-state.ts';
import { route } from '../shared/route.ts';
import {
  CommandResult,
  cursor,
  day,
  documentNumber,
  limit,
  line,
  officerId,
  page,
  text,
  unitId,
} from '../shared/schemas.ts';

const tag = 'sponsorship 领导包案';

const measureNumber = z.int().check(z.gte(1), z.lte(99_999), z.describe('Its number in the plan'));

export const propose = route({
  method: 'POST',
  path: '/petitions/{number}/sponsor-proposals',
  actions: ['ProposeSponsor'],
  tag,
  summary:
    'Propose the leader who takes charge of the matter until it is resolved (包案领导), with the units that help him',
  description:
    'For an old case (积案) as the place defines it, or a prominent problem (Art. 18). Also to replace a sponsor. Checked: that he is not recused, did not handle the matter, and stands on the rota or in a post of the unit whose leaders decide, one above it, or one that handles the matter or helps. Where that unit has recorded neither, his name is accepted and answered as `unconfirmed`; until he acts himself it waits for the petition office (`await-sponsor`), due with the plan. Where no leader is left who may decide, those of the government above do.',
  write: 'change',
  body: () =>
    z.strictObject({
      sponsor: officerId('包案领导'),
      team: z._default(z.array(unitId('成员单位')).check(z.maxLength(20)), []),
      ground: z.enum(sponsorGrounds),
      reason: text(2000, 'Why, and why he'),
    }),
  response: () => CommandResult,
});

export const decide = route({
  method: 'POST',
  path: '/petitions/{number}/sponsor-decisions',
  actions: ['ApproveSponsor', 'ReturnSponsor'],
  tag,
  summary: 'Approve or return the proposed sponsor, by a leader who did not propose him; nobody approves himself',
  write: 'change',
  body: () =>
    z.discriminatedUnion('decision', [
      z.strictObject({
        decision: z.literal('approve'),
        until: z.optional(day('Until when it is to be resolved; no rule names a day')),
        note: z.optional(text(1000, 'Note')),
      }),
      z.strictObject({ decision: z.literal('return'), reason: text(1000, 'Reasons') }),
    ]),
  response: () => CommandResult,
});

export const plan = route({
  method: 'POST',
  path: '/petitions/{number}/resolution-plans',
  actions: ['PlanResolution'],
  tag,
  summary: 'Plan how it is resolved, under the five headings facts, feelings, grievance, reasoning, law (事情气理法)',
  description:
    'Four of them can be left out, the law cannot (Art. 32). No score. A later plan takes the place of what has not been done of the earlier one.',
  write: 'change',
  body: () =>
    z.strictObject({
      measures: z
        .array(
          z.strictObject({
            heading: z
              .enum(planHeadings)
              .check(z.describe('事 facts, 情 feelings, 气 grievance, 理 reasoning, 法 law')),
            action: text(1000, 'What is done'),
            unit: unitId('Who does it'),
            due: day('Last day'),
          }),
        )
        .check(z.minLength(1), z.maxLength(30)),
    }),
  response: () => CommandResult,
});

export const report = route({
  method: 'POST',
  path: '/petitions/{number}/progress-reports',
  actions: ['ReportProgress'],
  tag,
  summary: 'Report what has become of the plan; the next report is due after the configured days',
  write: 'change',
  body: () =>
    z.strictObject({
      account: text(5000, 'What has been done, and what has not'),
      done: z._default(
        z
          .array(z.strictObject({ measure: measureNumber, shownBy: text(1000, 'What shows it') }))
          .check(z.maxLength(30), z.describe('Measures that are done')),
        [],
      ),
    }),
  response: () => CommandResult,
});

export const visit = route({
  method: 'POST',
  path: '/petitions/{number}/return-visits',
  actions: ['RecordReturnVisit'],
  tag,
  summary: 'Record a return visit (回访): what the petitioner himself says, asked by nobody who handled the matter',
  description:
    'When he says that it is not resolved, a request to confirm that it is lapses. That he was not reached is recorded near the day (`attemptRecords`); later it is refused.',
  write: 'change',
  body: () =>
    z.strictObject({
      on: day('When'),
      result: z.enum(visitResults),
      method: line(100, 'At home, by phone, at the desk'),
      account: text(5000, 'In his words; that nobody pressed him'),
    }),
  response: () => CommandResult,
});

export const request = route({
  method: 'POST',
  path: '/petitions/{number}/resolution-requests',
  actions: ['RequestResolution'],
  tag,
  summary: 'The handling unit requests that the dispute is confirmed as resolved (化解), with evidence',
  description:
    'Apart from the closing of the matter (办结), before or after it. A promise not to petition or to sue shows nothing. Signed by the sponsor, then confirmed by the petition office through `resolutions`.',
  write: 'change',
  body: () =>
    z.strictObject({
      evidence: z.array(z.enum(resolutionEvidence)).check(z.minLength(1), z.maxLength(3)),
      account: text(5000, 'What has been performed, and what shows it'),
    }),
  response: () => CommandResult,
});

export const sign = route({
  method: 'POST',
  path: '/petitions/{number}/resolution-signatures',
  actions: ['SignResolution', 'ReturnResolution'],
  tag,
  summary: 'The sponsor signs the request, or sponsor or petition office return it with reasons',
  write: 'change',
  body: () =>
    z.discriminatedUnion('decision', [
      z.strictObject({ decision: z.literal('sign'), note: z.optional(text(1000, 'Note')) }),
      z.strictObject({ decision: z.literal('return'), reason: text(1000, 'Reasons') }),
    ]),
  response: () => CommandResult,
});

export const designate = route({
  method: 'POST',
  path: '/petitions/{number}/backlog-listing',
  actions: ['DesignateBacklog'],
  tag,
  summary:
    'Put the matter on the list of old cases (列入积案), whatever its age; also one that is concluded and not resolved',
  write: 'change',
  body: () =>
    z.strictObject({ list: z.optional(documentNumber('Number of the list (文号)')), reason: text(1000, 'Why') }),
  response: () => CommandResult,
});

export const lift = route({
  method: 'POST',
  path: '/petitions/{number}/backlog-lifting',
  actions: ['LiftBacklog'],
  tag,
  summary: 'Take it from the list; age and repeats count on',
  write: 'change',
  body: () => z.strictObject({ reason: text(1000, 'Why') }),
  response: () => CommandResult,
});

const Sponsored = z.object({
  sponsor: z.optional(z.string()),
  since: z.optional(z.string()),
  proposed: z.optional(z.string()).check(z.describe('A leader who is proposed and waits for the decision')),
  sponsorRecused: z
    .optional(z.literal(true))
    .check(z.describe('He must not act (Art. 28): somebody else is to be proposed')),
  resumedFrom: z.optional(z.string()),
  measures: z.object({ planned: z.int(), done: z.int(), late: z.int() }),
  reports: z.int(),
  nextDue: z.optional(z.string()).check(z.describe('Next day for plan, report or end')),
  overdue: z.boolean(),
  requested: z.boolean(),
  signed: z.boolean(),
});

const Matter = z.object({
  number: z.string(),
  title: z.string().check(z.describe('As on worklists: no words of anybody')),
  status: z.string(),
  unit: z.string().check(z.describe('Petition office in charge')),
  handledBy: z.optional(z.string()),
  receivedOn: z.string(),
  concludedOn: z.optional(z.string()),
  reasons: z.array(z.enum(backlogReasons)),
  timesBrought: z
    .int()
    .check(z.describe('This petition and all that are linked with it as repeats, through one another')),
  sponsorship: z.optional(Sponsored),
});

const scope = {
  unit: z.optional(unitId('Mine when absent')),
  below: z.optional(z.literal('true').check(z.describe('Also those of every petition office below'))),
};

export const backlog = route({
  method: 'GET',
  path: '/backlog',
  actions: ['ReadBacklog'],
  tag,
  summary: 'Old cases (积案) of a unit by the configured definition, with why each is one and who has charge of it',
  description:
    'First what was brought again, put on the list or has a sponsor, then by age, the oldest first. Shows what you may read.',
  query: () =>
    z.strictObject({
      ...scope,
      reason: z.optional(z.enum(backlogReasons)),
      sponsored: z.optional(z.enum(['true', 'false'])),
      limit,
      cursor,
    }),
  response: () => page(Matter),
});

export const board = route({
  method: 'GET',
  path: '/sponsorships',
  actions: ['ReadBacklog'],
  tag,
  summary: 'Sponsor board (包案台账): who has charge of what, plan, reports, what is due or overdue',
  query: () =>
    z.strictObject({
      ...scope,
      sponsor: z.optional(officerId('Only of this leader')),
      overdue: z.optional(z.literal('true')),
      limit,
      cursor,
    }),
  response: () => page(Matter),
});

export const routes = [propose, decide, plan, report, visit, request, sign, designate, lift, backlog, board];
