import * as z from 'zod/mini';
import { satisfactions } from '../../domain/petition/state.ts';
import { itemLists } from '../../domain/whistle/list-item.ts';
import { solutions, whistleStatuses } from '../../domain/whistle/state.ts';
import { route } from '../shared/route.ts';
import {
  Any,
  CommandResult,
  cursor,
  day,
  identifier,
  limit,
  line,
  officerId,
  page,
  petitionNumber,
  text,
  unitId,
} from '../shared/schemas.ts';

const tag = 'whistle 吹哨报到';

const itemIds = (description: string) =>
  z.array(petitionNumber).check(z.minLength(1), z.maxLength(20), z.describe(description));

const content = {
  kind: identifier(/^[0-9a-z-]{1,40}$/, 40, 'Letters, digits and -', 'Code of a configured kind of whistle'),
  subject: line(100, 'One line, without names of persons'),
  situation: text(2000, 'What the centre cannot do itself; no names'),
  place: z.optional(line(200, 'Where to come')),
  contact: z.optional(officerId('To whom the departments turn; me when absent')),
  against: z
    .array(unitId('Unit'))
    .check(
      z.maxLength(20),
      z.describe('Units whose own doing the matter is about, an empty list when none: they are never called in'),
    ),
  calls: z
    .array(z.strictObject({ unit: unitId('Department'), ask: text(1000, 'What it is asked to do; no names') }))
    .check(z.minLength(1), z.maxLength(10), z.describe('The first leads (牵头), the others help')),
  outcomeDue: z.optional(day('Until when the outcome is wanted')),
  joint: z.optional(
    z
      .strictObject({ needs: itemIds('Needs'), resources: itemIds('Resources') })
      .check(z.describe('A project of joint handling (三单联办): whoever is called owns it jointly')),
  ),
};

export const draft = route({
  method: 'POST',
  path: '/whistles',
  actions: ['DraftWhistle'],
  tag,
  summary: 'Draft a whistle (吹哨): which departments are needed, and for what',
  description:
    'With or without a petition behind it. Departments are told what is to be done, never whose matter it is. Nobody is called in on an accusation, nor on a matter against itself.',
  write: 'create',
  body: () => z.strictObject({ ...content, petition: z.optional(petitionNumber) }),
  response: () => CommandResult,
  status: 201,
});

export const redraft = route({
  method: 'POST',
  path: '/whistles/{whistle}/drafts',
  actions: ['RedraftWhistle'],
  tag,
  summary: 'Draft it anew after the leader has returned it',
  write: 'change',
  body: () => z.strictObject(content),
  response: () => CommandResult,
});

export const decide = route({
  method: 'POST',
  path: '/whistles/{whistle}/decision',
  actions: ['ApproveWhistle', 'ReturnWhistle'],
  tag,
  summary: 'The leader approves, which calls the departments, or returns the draft; never the drafter',
  write: 'change',
  body: () =>
    z.discriminatedUnion('approved', [
      z.strictObject({ approved: z.literal(true), note: z.optional(text(1000, 'A note')) }),
      z.strictObject({ approved: z.literal(false), reason: text(1000, 'Why') }),
    ]),
  response: () => CommandResult,
});

export const callOff = route({
  method: 'POST',
  path: '/whistles/{whistle}/calling-off',
  actions: ['CallOffWhistle'],
  tag,
  summary: 'Call it off: nothing is owed any more; what was missed stays missed',
  write: 'change',
  body: () => z.strictObject({ reason: text(1000, 'Why') }),
  response: () => CommandResult,
});

export const acknowledge = route({
  method: 'POST',
  path: '/whistles/{whistle}/legs/{unit}/acknowledgement',
  actions: ['AcknowledgeWhistle'],
  tag,
  summary: 'The department has seen the call (签收)',
  write: 'change',
  body: () => z.strictObject({}),
  response: () => CommandResult,
});

export const contact = route({
  method: 'POST',
  path: '/whistles/{whistle}/legs/{unit}/contact',
  actions: ['ContactCaller'],
  tag,
  summary: 'The department has spoken with the caller (联系)',
  write: 'change',
  body: () => z.strictObject({ account: text(1000, 'What was agreed; no names') }),
  response: () => CommandResult,
});

export const reportIn = route({
  method: 'POST',
  path: '/whistles/{whistle}/legs/{unit}/report-in',
  actions: ['AttendWhistle'],
  tag,
  summary: 'The department’s people are there (报到); includes what comes before',
  write: 'change',
  body: () => z.strictObject({ officer: z.optional(officerId('Who came; me when absent')) }),
  response: () => CommandResult,
});

export const recordOutcome = route({
  method: 'POST',
  path: '/whistles/{whistle}/legs/{unit}/outcome',
  actions: ['RecordWhistleOutcome'],
  tag,
  summary: 'What the department has done: its own part alone',
  write: 'change',
  body: () => z.strictObject({ solution: z.enum(solutions), account: text(2000, 'What was done; no names') }),
  response: () => CommandResult,
});

export const rate = route({
  method: 'POST',
  path: '/whistles/{whistle}/legs/{unit}/rating',
  actions: ['RateResponse'],
  tag,
  summary: 'The caller judges how the department responded; the whistle closes when every part is over',
  write: 'change',
  body: () => z.strictObject({ satisfaction: z.enum(satisfactions), comment: z.optional(text(1000, 'Why; no names')) }),
  response: () => CommandResult,
});

export const object = route({
  method: 'POST',
  path: '/whistles/{whistle}/legs/{unit}/objection',
  actions: ['ObjectToWhistle'],
  tag,
  summary: 'The department is the wrong one, with reasons, within 5 working days (after Art. 23)',
  description: 'The limits run on: a return counts only once the caller’s leader, or a superior, has agreed to it.',
  write: 'change',
  body: () => z.strictObject({ reason: text(2000, 'Why it is not its own, by which rule') }),
  response: () => CommandResult,
});

export const withdrawObjection = route({
  method: 'POST',
  path: '/whistles/{whistle}/legs/{unit}/objection-withdrawal',
  actions: ['WithdrawWhistleObjection'],
  tag,
  summary: 'The department takes its objection back',
  write: 'change',
  body: () => z.strictObject({}),
  response: () => CommandResult,
});

const replacement = z.optional(unitId('The department that is called instead'));

export const answerObjection = route({
  method: 'POST',
  path: '/whistles/{whistle}/legs/{unit}/objection-answer',
  actions: ['AnswerWhistleObjection'],
  tag,
  summary: 'The caller’s leader agrees that it was the wrong department, and can call another, or does not agree',
  write: 'change',
  body: () => z.strictObject({ agreed: z.boolean(), reason: text(2000, 'Why'), replacement }),
  response: () => CommandResult,
});

export const dispute = route({
  method: 'POST',
  path: '/whistles/{whistle}/legs/{unit}/dispute',
  actions: ['ReferWhistleDispute'],
  tag,
  summary: 'They stay of two minds: the common superior decides (Art. 24)',
  write: 'change',
  body: () => z.strictObject({ reason: text(2000, 'Why') }),
  response: () => CommandResult,
});

export const decideDispute = route({
  method: 'POST',
  path: '/whistles/{whistle}/legs/{unit}/dispute-decision',
  actions: ['DecideWhistleDispute'],
  tag,
  summary: 'The superior rules: it keeps the matter, or does not, and who is called instead (Art. 24)',
  write: 'change',
  body: () => z.strictObject({ keeps: z.boolean(), reason: text(2000, 'Why'), replacement }),
  response: () => CommandResult,
});

export const feedback = route({
  method: 'POST',
  path: '/whistles/{whistle}/supervisions/{supervision}/feedback',
  actions: ['GiveWhistleFeedback'],
  tag,
  summary: 'The department answers in writing for what it has missed',
  write: 'change',
  body: () => z.strictObject({ text: text(2000, 'Why, and what follows') }),
  response: () => CommandResult,
});

export const closeSupervision = route({
  method: 'POST',
  path: '/whistles/{whistle}/supervisions/{supervision}/closing',
  actions: ['CloseWhistleSupervision'],
  tag,
  summary: 'The supervising office closes the supervision',
  write: 'change',
  body: () => z.strictObject({ finding: text(2000, 'What was found') }),
  response: () => CommandResult,
});

export const whistles = route({
  method: 'GET',
  path: '/whistles',
  actions: ['ReadWhistles'],
  tag,
  summary: 'Whistle board: what a unit has blown, by the day of the draft, without texts',
  query: () =>
    z.strictObject({
      unit: z.optional(unitId('The caller; mine when absent')),
      from: z.optional(day('Drafted from this day on')),
      status: z.optional(z.enum(whistleStatuses)),
      joint: z.optional(z.literal('true').check(z.describe('Projects of joint handling alone: 项目清单'))),
      limit,
      cursor,
    }),
  response: () => page(Any),
});

export const whistle = route({
  method: 'GET',
  path: '/whistles/{whistle}',
  actions: ['ReadWhistle'],
  tag,
  summary: 'A whistle with its legs; a department sees its own part, and of the others who was called and who came',
  response: () => Any,
});

export const rollCall = route({
  method: 'GET',
  path: '/roll-calls',
  actions: ['ReadWhistles'],
  tag,
  summary: 'Roll-call (点名): of each department, how often a unit called it in a period, and whether it came in time',
  description:
    'Counts up to 2,000 whistles. Where there are more, a cursor leads to the counts of the next ones: each whistle is counted in one answer, so the sums of all of them are the roll-call. A call that was not the department’s counts as `wrong`, and in nothing else; `state` counts a part that was open when its whistle was called off as `called-off`.',
  query: () =>
    z.strictObject({
      unit: z.optional(unitId('The caller; mine when absent')),
      from: day('Drafted from this day on'),
      to: day('Until this day'),
      cursor,
    }),
  response: () => page(Any),
});

export const addItem = route({
  method: 'POST',
  path: '/list-items',
  actions: ['AddListItem'],
  tag,
  summary: 'Add a line to the list of resources or of needs (三单联办); no names',
  write: 'create',
  body: () =>
    z.strictObject({
      list: z.enum(itemLists),
      subject: line(100, 'One line'),
      details: text(1000, 'What, how much, until when'),
    }),
  response: () => CommandResult,
  status: 201,
});

export const closeItem = route({
  method: 'POST',
  path: '/list-items/{item}/closing',
  actions: ['CloseListItem'],
  tag,
  summary: 'The need is met, the resource is spent or taken back (销号)',
  write: 'change',
  body: () => z.strictObject({ how: text(1000, 'How') }),
  response: () => CommandResult,
});

export const item = route({
  method: 'GET',
  path: '/list-items/{item}',
  actions: ['ReadListItems'],
  tag,
  summary: 'One line of a list',
  response: () => Any,
});

export const items = route({
  method: 'GET',
  path: '/list-items',
  actions: ['ReadListItems'],
  tag,
  summary: 'What a unit has listed, under the labels of the place; its projects are `GET /whistles?joint=true`',
  query: () =>
    z.strictObject({
      unit: z.optional(unitId('Mine when absent')),
      list: z.optional(z.enum(itemLists)),
      status: z.optional(z.enum(['open', 'closed'])),
      limit,
      cursor,
    }),
  response: () => z.object({ ...page(Any).shape, labels: Any }),
});

export const routes = [
  addItem,
  closeItem,
  item,
  items,
  draft,
  redraft,
  decide,
  callOff,
  acknowledge,
  contact,
  reportIn,
  recordOutcome,
  rate,
  object,
  withdrawObjection,
  answerObjection,
  dispute,
  decideDispute,
  feedback,
  closeSupervision,
  whistles,
  whistle,
  rollCall,
];
