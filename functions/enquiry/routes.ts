import * as z from 'zod/mini';
import { roles } from '../../domain/access/roles.ts';
import { streamKinds } from '../../domain/ports.ts';
import { disclosurePurposes } from '../../domain/privacy/reads.ts';
import { route } from '../shared/route.ts';
import { Any, account, cursor, day, limit, officerId, page, unitId } from '../shared/schemas.ts';

const tag = 'enquiry 查询';

export const me = route({
  method: 'GET',
  path: '/me',
  actions: ['ReadOwnIdentity'],
  tag,
  summary: 'Who the token says you are',
  response: () => Any,
});

export const units = route({
  method: 'GET',
  path: '/units',
  actions: ['ReadReferenceData'],
  tag,
  summary: 'The organisation tree (机构)',
  response: () => z.object({ items: z.array(Any) }),
});

export const categories = route({
  method: 'GET',
  path: '/categories',
  actions: ['ReadReferenceData'],
  tag,
  summary: 'The content classification (内容分类)',
  response: () => z.object({ items: z.array(Any) }),
});

const WorklistItem = z.object({
  kind: z.enum(streamKinds),
  number: z.string(),
  stage: z.string(),
  round: z.int(),
  step: z.string(),
  leg: z.optional(z.string()),
  due: z.optional(z.string().check(z.describe('Last legal day in time. Absent where no limit runs'))),
  title: z.string().check(z.describe('What it is, never in words of anybody: those are read with the matter itself')),
  audience: z.string(),
  routes: z.array(z.string()).check(z.describe('What takes it further')),
});

export const worklist = route({
  method: 'GET',
  path: '/worklist',
  actions: ['ReadWorklist'],
  tag,
  summary: 'What waits for me (待办), oldest due first; what no limit runs for comes last',
  query: () =>
    z.strictObject({
      role: z.optional(z.enum(roles).check(z.describe('Only this one of my roles'))),
      limit,
      cursor,
    }),
  response: () => page(WorklistItem),
});

export const petition = route({
  method: 'GET',
  path: '/petitions/{number}',
  actions: ['ReadPetition'],
  tag,
  summary: 'A petition as it stands, with what it waits for; its version is the ETag',
  response: () => Any,
});

export const clocks = route({
  method: 'GET',
  path: '/petitions/{number}/clocks',
  actions: ['ReadPetition'],
  tag,
  summary: 'Every limit of a petition explained: each day counted, excluded or added, with its article or holiday',
  response: () => z.object({ items: z.array(Any) }),
});

export const sessions = route({
  method: 'GET',
  path: '/reception-sessions',
  actions: ['ReadSessions'],
  tag,
  summary: "Published reception days of a unit's leaders",
  query: () =>
    z.strictObject({
      unit: z.optional(unitId('Mine when absent')),
      from: z.optional(day('From this day on; today when absent')),
      limit,
      cursor,
    }),
  response: () => page(Any),
});

export const session = route({
  method: 'GET',
  path: '/reception-sessions/{id}',
  actions: ['ReadSessions'],
  tag,
  summary: 'A reception day with its visits, batches (批次) and persons (人次)',
  response: () => Any,
});

/** Of which days and visits: the same for the ledger and its file. */
export const ledgerQuestion = {
  unit: z.optional(unitId('Mine when absent')),
  from: day('First day'),
  to: z.optional(day('Last day')),
  leader: z.optional(officerId('Only days that this leader received, or is to')),
  open: z.optional(z.literal('true').check(z.describe('Only visits of which something is still to be done'))),
};

export const ledger = route({
  method: 'GET',
  path: '/reception-ledger',
  actions: ['ReadLedger'],
  tag,
  summary:
    'The ledger (接访台账): who came, with what, what the leader instructed, who does it until when, what became of it',
  description:
    'Day by day, at most 20 days a page. Of an open visit something is still to be done by somebody; with `open` or `leader` a page can be short although more follows: the cursor says so. Names are masked, and that they were read is recorded.',
  query: () => z.strictObject({ ...ledgerQuestion, limit, cursor }),
  response: () => page(Any),
});

export const disclose = route({
  method: 'POST',
  path: '/petitions/{number}/disclosures',
  actions: ['DisclosePersons'],
  tag,
  summary: 'The persons of a petition unmasked, for a purpose; that they were read, by whom and for what, is recorded',
  body: () =>
    z.strictObject({
      purpose: z.enum(disclosurePurposes),
      explanation: account(500, 'What for, in your own words'),
    }),
  response: () => z.object({ number: z.string(), petitioner: z.optional(Any), parties: z.array(Any) }),
});

export const routes = [me, units, categories, worklist, petition, clocks, sessions, session, ledger, disclose];
