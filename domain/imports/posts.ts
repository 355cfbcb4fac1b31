import { Refusal } from '../errors.ts';
import { knownUnit } from '../petition/guards.ts';
import type { Issued } from '../petition/state.ts';
import type { PlainStream } from '../plain-stream.ts';
import { codeCell, dayCell, textCell } from './cells.ts';
import type { Columns, Values } from './columns.ts';

export const postColumns = {
  officer: {
    header: '人员编号',
    also: ['工号', '账号'],
    required: true,
    parse: codeCell(/^[\w.@:|-]{1,100}$/),
    help: '统一身份认证中的人员标识，不填身份证号。',
    example: 'ls-0012',
  },
  name: { header: '姓名', required: true, parse: textCell(50), help: '姓名。', example: '某甲' },
  unit: {
    header: '机构编码',
    required: true,
    parse: codeCell(/^[0-9A-Za-z-]{1,40}$/),
    help: '任职机构的编码，须在组织树中。',
    example: '622901-zrzy',
  },
  post: { header: '职务', required: true, parse: textCell(60), help: '职务名称。', example: '副局长' },
  portfolio: { header: '分管工作', parse: textCell(200), help: '分管工作，用于公布接访领导。', example: '土地征收' },
  from: { header: '任职日期', required: true, parse: dayCell, help: '自何日起任职。', example: '2024-03-01' },
  to: { header: '离任日期', parse: dayCell, help: '任职的最后一日；在任留空。', example: '' },
} as const satisfies Columns;

export type PostValues = Values<typeof postColumns>;

/** Somebody in a post (任职) of a unit, from one legal day to another, both included. */
export interface PostHeld {
  readonly officer: string;
  readonly name: string;
  readonly unit: string;
  readonly post: string;
  readonly portfolio?: string;
  readonly from: string;
  readonly to?: string;
}

export interface Post {
  readonly version: number;
  readonly held?: PostHeld;
  readonly digest?: string;
  readonly broughtBy?: string;
}

/** What a later row about the same post says is added as a fact; who was in which post on a day that has passed stays told. */
export type PostCommand = Issued &
  (
    | { readonly type: 'TakePost'; readonly held: PostHeld; readonly broughtBy: string; readonly digest: string }
    | { readonly type: 'LeavePost'; readonly to: string; readonly broughtBy: string; readonly digest: string }
  );

export type PostEvent =
  | {
      readonly type: 'PostTaken';
      readonly data: { readonly held: PostHeld; readonly broughtBy: string; readonly digest: string };
    }
  | {
      readonly type: 'PostLeft';
      readonly data: { readonly to: string; readonly broughtBy: string; readonly digest: string };
    };

export const initialPost: Post = { version: 0 };

const decide: PlainStream<Post, PostCommand, PostEvent>['decide'] = (command, { held }, { units }) => {
  const { broughtBy, digest } = command;
  if (command.type === 'TakePost') {
    if (held) throw new Refusal('already-decided', 'This post is in the record already.');
    knownUnit(units, command.held.unit, '/unit');
    return [{ type: 'PostTaken', data: { held: command.held, broughtBy, digest } }];
  }
  if (!held) throw new Refusal('not-found', 'There is no such post.');
  if (held.to !== undefined) throw new Refusal('already-decided', `The post was left on ${held.to}.`);
  if (command.to < held.from)
    throw new Refusal('rule-violated', `The post was taken on ${held.from}.`, { pointer: '/to' });
  return [{ type: 'PostLeft', data: { to: command.to, broughtBy, digest } }];
};

const evolve = (post: Post, event: PostEvent): Post => {
  const { broughtBy, digest } = event.data;
  const { version, held } = post;
  const moved = { version: version + 1, broughtBy, digest };
  if (event.type === 'PostTaken') return { ...moved, held: event.data.held };
  return held === undefined ? moved : { ...moved, held: { ...held, to: event.data.to } };
};

/** A post waits for nobody. Its holder's name is the title, which stands sealed. */
export const postStream: PlainStream<Post, PostCommand, PostEvent> = {
  kind: 'post',
  initial: initialPost,
  decide,
  evolve,
  head: ({ held, digest, broughtBy }) => ({
    summary: {
      officer: held?.officer,
      unit: held?.unit,
      post: held?.post,
      portfolio: held?.portfolio,
      from: held?.from,
      to: held?.to,
      former: { broughtBy, digest },
    },
    ...(held === undefined ? {} : { title: held.name, listed: { unit: held.unit, day: held.from } }),
  }),
  tasks: () => [],
  unitOf: ({ held }) => held?.unit,
};

/** Whether somebody is in the post on a legal day. */
export const holdsPostOn = ({ from, to }: Pick<PostHeld, 'from' | 'to'>, day: string): boolean =>
  from <= day && (to === undefined || day <= to);
