import * as z from 'zod/mini';
import { wishes } from '../../domain/centre/placement-history.ts';
import { route } from '../shared/route.ts';
import {
  Any,
  CommandResult,
  cursor,
  day,
  identifier,
  limit,
  line,
  matterFields,
  officerId,
  page,
  petitionNumber,
  text,
  unitId,
} from '../shared/schemas.ts';

const tag = 'centre 综治中心';

const deskCode = identifier(/^[0-9A-Za-z-]{1,40}$/, 40, 'Letters, digits and -', '窗口编号');
const content = {
  name: line(100, '名称'),
  label: line(40, 'What the place calls this level, e.g. 乡镇平台'),
  place: line(200, '地址'),
  hours: line(200, 'When it is open'),
};
const reason = text(500, 'Why');
const against = z
  .array(unitId('Unit'))
  .check(
    z.maxLength(20),
    z.describe(
      'Units that the matter is about, or whose head or people it is about (Art. 30), an empty list when none: it never goes to them',
    ),
  );

export const register = route({
  method: 'POST',
  path: '/centres',
  actions: ['RegisterCentre'],
  tag,
  summary: 'Register the centre (综治中心) that a unit hosts; the centre bears the unit’s id',
  write: 'create',
  body: () => z.strictObject({ unit: unitId('The host'), ...content, from: day('First day') }),
  response: () => CommandResult,
  status: 201,
});

export const amend = route({
  method: 'POST',
  path: '/centres/{centre}/amendments',
  actions: ['AmendCentre'],
  tag,
  summary: 'Name, place or hours have changed',
  write: 'change',
  body: () => z.strictObject({ ...content, reason }),
  response: () => CommandResult,
});

export const close = route({
  method: 'POST',
  path: '/centres/{centre}/closing',
  actions: ['CloseCentre'],
  tag,
  summary: 'Say on which day the centre closes',
  write: 'change',
  body: () => z.strictObject({ lastDay: day('Last day, yesterday or later'), reason }),
  response: () => CommandResult,
});

export const openDesk = route({
  method: 'POST',
  path: '/centres/{centre}/desks',
  actions: ['OpenDesk'],
  tag,
  summary: 'Open a desk (窗口) from a day on: petitions, mediation, legal aid, litigation service …',
  write: 'change',
  body: () => z.strictObject({ code: deskCode, name: line(100, '窗口名称'), from: day('First day') }),
  response: () => CommandResult,
});

export const closeDesk = route({
  method: 'POST',
  path: '/centres/{centre}/desks/{desk}/closing',
  actions: ['CloseDesk'],
  tag,
  summary: 'Say on which day a desk closes',
  write: 'change',
  body: () => z.strictObject({ lastDay: day('Last day, yesterday or later'), reason }),
  response: () => CommandResult,
});

export const assign = route({
  method: 'POST',
  path: '/centres/{centre}/staff',
  actions: ['AssignStaff'],
  tag,
  summary: 'Assign somebody to the centre from day to day (入驻), at a desk or at none',
  write: 'change',
  body: () =>
    z.strictObject({
      officer: officerId('Who'),
      desk: z.optional(deskCode),
      from: day('First day'),
      to: z.optional(day('Last day')),
    }),
  response: () => CommandResult,
});

export const endAssignment = route({
  method: 'POST',
  path: '/centres/{centre}/staff/{assignment}/ending',
  actions: ['EndStaffAssignment'],
  tag,
  summary: 'Say on which day an assignment ends',
  write: 'change',
  body: () => z.strictObject({ to: day('Last day, yesterday or later'), reason }),
  response: () => CommandResult,
});

export const centre = route({
  method: 'GET',
  path: '/centres/{centre}',
  actions: ['ReadCentres'],
  tag,
  summary: 'A centre, with the desks and staff of one day',
  query: () => z.strictObject({ on: z.optional(day('Today when absent')) }),
  response: () => Any,
});

export const overview = route({
  method: 'GET',
  path: '/centres',
  actions: ['ReadCentres'],
  tag,
  summary: 'County view: every unit at and below one, which centre it hosts, and what is placed with it',
  description:
    'Says at which level matters were settled. It does not count what a centre has sent up, because nobody is to be measured by that.',
  query: () => z.strictObject({ unit: z.optional(unitId('Mine when absent')), limit, cursor }),
  response: () => page(Any),
});

export const intake = route({
  method: 'POST',
  path: '/centres/{centre}/intakes',
  actions: ['TakeInMatter', 'RegisterPetition'],
  tag,
  summary: 'One window (一窗受理): one form, one number, one query code, whatever way the matter goes from here',
  description:
    'Registers the petition and places it in the centre, in one transaction. Nobody is asked twice. An accusation (`accused`) is registered and placed in no centre.',
  write: 'create',
  body: () => z.strictObject(matterFields),
  response: () =>
    z.object({
      ...CommandResult.shape,
      petition: z.string().check(z.describe('信访件编号')),
      queryCode: z.string().check(z.describe('查询码: for the petitioner alone')),
    }),
  status: 201,
});

export const takeIn = route({
  method: 'POST',
  path: '/centres/{centre}/matters',
  actions: ['TakeInMatter'],
  tag,
  summary: 'Take a petition that is registered already into the centre',
  write: 'create',
  body: () => z.strictObject({ petition: petitionNumber }),
  response: () => CommandResult,
  status: 201,
});

export const inbox = route({
  method: 'GET',
  path: '/centres/{centre}/matters',
  actions: ['ReadCentres'],
  tag,
  summary: 'Centre inbox: what is placed with it, by the day since when',
  query: () => z.strictObject({ status: z.optional(z.enum(['open', 'resolved'])), limit, cursor }),
  response: () => page(Any),
});

export const placement = route({
  method: 'GET',
  path: '/placements/{number}',
  actions: ['ReadPlacement'],
  tag,
  summary: 'Where a petition is worked on, and the way it has gone; a centre reads what it was asked and said itself',
  response: () => Any,
});

export const transferDown = route({
  method: 'POST',
  path: '/placements/{number}/transfers',
  actions: ['TransferDown'],
  tag,
  summary: 'Transfer down (下转) to the centre of a lower unit, with what it is asked to do; no names',
  description: 'Moves neither competence nor a limit, and opens no door to the petition.',
  write: 'change',
  body: () =>
    z.strictObject({
      to: unitId('A lower unit of the area'),
      ask: text(1000, 'What it is asked; no names'),
      against,
    }),
  response: () => CommandResult,
});

export const escalate = route({
  method: 'POST',
  path: '/placements/{number}/escalations',
  actions: ['EscalateUp'],
  tag,
  summary: 'Escalate up (上报) to the next higher level: at any time, in any state, also what was settled',
  write: 'change',
  body: () =>
    z.strictObject({
      wish: z.enum(wishes),
      reason: z.optional(text(1000, 'Why, if somebody says')),
      against: z.optional(against),
    }),
  response: () => CommandResult,
});

export const recall = route({
  method: 'POST',
  path: '/placements/{number}/recalls',
  actions: ['RecallMatter'],
  tag,
  summary: 'Take it back (收回) from a lower centre: it turned out to be about those who have it (Art. 30)',
  description: 'Whom it is about reads nothing of it from then on, and it does not go to them again.',
  write: 'change',
  body: () => z.strictObject({ against, reason: text(1000, 'Why; no names') }),
  response: () => CommandResult,
});

export const report = route({
  method: 'POST',
  path: '/placements/{number}/reports',
  actions: ['ReportOnMatter'],
  tag,
  summary: 'The centre that has it says what it has done',
  write: 'change',
  body: () => z.strictObject({ account: text(2000, 'What was done; no names') }),
  response: () => CommandResult,
});

export const resolve = route({
  method: 'POST',
  path: '/placements/{number}/resolution',
  actions: ['ResolveAtLevel'],
  tag,
  summary: 'It was settled at this level (就地化解); the petition itself ends as its own procedure says',
  write: 'change',
  body: () => z.strictObject({ how: text(2000, 'How; no names') }),
  response: () => CommandResult,
});

export const routes = [
  register,
  amend,
  close,
  openDesk,
  closeDesk,
  assign,
  endAssignment,
  overview,
  centre,
  intake,
  takeIn,
  inbox,
  placement,
  transferDown,
  escalate,
  recall,
  report,
  resolve,
];
