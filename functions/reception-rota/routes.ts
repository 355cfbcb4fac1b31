import * as z from 'zod/mini';
import { route } from '../shared/route.ts';
import { Any, CommandResult, cursor, day, limit, line, officerId, page, text, unitId } from '../shared/schemas.ts';

const tag = 'reception rota 接访轮值';

const entry = {
  leader: officerId('The leader who takes turns'),
  leaderName: line(50, 'Name as published'),
  post: line(100, '职务'),
  portfolio: line(200, '分管工作'),
  from: day('From this day on'),
  to: z.optional(day('Until this day')),
};

export const defineRota = route({
  method: 'POST',
  path: '/reception-rotas',
  actions: ['DefineRota'],
  tag,
  summary: "Begin the rota of a unit's receiving leaders (接访轮值表, Art. 18)",
  description:
    'One for each unit that has leaders of its own; an office below it keeps it for them. Its name is the unit. Where the unit has recorded posts (任职), each is in one on his first day; where it has not, the answer names them as `unconfirmed`.',
  write: 'create',
  body: () =>
    z.strictObject({
      unit: unitId('Whose leaders receive'),
      leaders: z.array(z.strictObject(entry)).check(z.minLength(1), z.maxLength(40)),
    }),
  response: () => CommandResult,
  status: 201,
});

export const enrolLeader = route({
  method: 'POST',
  path: '/reception-rotas/{rota}/leaders',
  actions: ['EnrolLeader'],
  tag,
  summary: 'Add a leader to the rota, or an old one with a new post',
  description: 'In a post of the unit, where it has recorded any; else answered as `unconfirmed`.',
  write: 'change',
  body: () => z.strictObject(entry),
  response: () => CommandResult,
});

export const releaseLeader = route({
  method: 'POST',
  path: '/reception-rotas/{rota}/leaders/{entry}/end',
  actions: ['ReleaseLeader'],
  tag,
  summary: 'End the turns of a leader; what he owed before stays owed. Somebody else than he does it',
  write: 'change',
  body: () => z.strictObject({ to: day('Last day'), reason: text(500, 'Why') }),
  response: () => CommandResult,
});

export const rota = route({
  method: 'GET',
  path: '/reception-rotas/{rota}',
  actions: ['ReadDuties'],
  tag,
  summary: 'The rota of a unit, with everybody who has been on it',
  response: () => Any,
});

export const duties = route({
  method: 'GET',
  path: '/reception-duties',
  actions: ['ReadDuties'],
  tag,
  summary: 'Who owes a reception day in the period of a day: the unit itself, then the units right below it',
  description:
    'How often is configuration by level, with its source; the Regulation names no figure. A day counts for the leader who was there, not for the one who was announced. Who came to the rota after the period had begun, or left it before its end, is asked for none; who left and came back within it is asked all the same. `noRota` names the unit itself where it has none: then nobody knows who owes.',
  query: () =>
    z.strictObject({
      unit: z.optional(unitId('Mine when absent')),
      on: z.optional(day('A day of the period; today when absent')),
      limit,
      cursor,
    }),
  response: () => z.extend(page(Any), { noRota: z.optional(z.string()) }),
});

export const routes = [defineRota, enrolLeader, releaseLeader, rota, duties];
