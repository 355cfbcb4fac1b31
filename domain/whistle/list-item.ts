import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { requireMinimal } from '../grid/minimal.ts';
import type { Issued } from '../petition/state.ts';
import type { PlainStream } from '../plain-stream.ts';

/**
 * Two of the three lists of joint handling (三单联办): what units can give, and what is needed. The third, the projects, is the list
 * of whistles that bring them together: their legs are the joint owners.
 */
export const itemLists = ['resource', 'need'] as const;

/** One line of a list, without names of persons. */
export interface ListItem {
  readonly id: string;
  readonly version: number;
  readonly unit?: string;
  readonly list?: (typeof itemLists)[number];
  readonly subject?: string;
  readonly details?: string;
  readonly listedOn?: string;
  /** A need that is met, a resource that is spent or taken back. */
  readonly closed?: { readonly how: string; readonly on: string };
  /** Its key was destroyed on this day. */
  readonly erasedOn?: string;
}

export type ListItemCommand = Issued &
  (
    | {
        readonly type: 'AddListItem';
        readonly id: string;
        readonly list: (typeof itemLists)[number];
        readonly subject: string;
        readonly details: string;
      }
    | { readonly type: 'CloseListItem'; readonly how: string }
  );

export type ListItemEvent =
  | {
      readonly type: 'ListItemAdded';
      readonly data: {
        readonly id: string;
        readonly unit: string;
        readonly list: (typeof itemLists)[number];
        readonly subject: string;
        readonly details: string;
        readonly on: string;
      };
    }
  | { readonly type: 'ListItemClosed'; readonly data: { readonly how: string; readonly on: string } }
  | { readonly type: 'ListItemErased'; readonly data: { readonly on: string; readonly basis: 'P47' } };

const apply = (item: ListItem, event: ListItemEvent): ListItem => {
  switch (event.type) {
    case 'ListItemAdded': {
      const { on, ...content } = event.data;
      return { ...item, ...content, listedOn: on };
    }
    case 'ListItemErased':
      return { ...item, erasedOn: event.data.on };
    case 'ListItemClosed':
      return { ...item, closed: event.data };
  }
};

export const listItemStream: PlainStream<ListItem, ListItemCommand, ListItemEvent> = {
  kind: 'list-item',
  initial: { id: '', version: 0 },
  decide: (command, item) => {
    const on = legalDay(command.at);
    if (command.type === 'AddListItem') {
      const { id, list, subject, details, by } = command;
      requireMinimal({ subject, details });
      return [{ type: 'ListItemAdded', data: { id, unit: by.unit, list, subject, details, on } }];
    }
    if (item.unit === undefined) throw new Refusal('not-found', 'There is no such item.');
    if (item.closed) throw new Refusal('already-decided', `It was closed on ${item.closed.on}.`);
    requireMinimal({ how: command.how });
    return [{ type: 'ListItemClosed', data: { how: command.how, on } }];
  },
  evolve: (item, event) => ({ ...apply(item, event), version: item.version + 1 }),
  head: ({ unit = '', list, listedOn = '', closed }) => ({
    summary: { status: closed ? 'closed' : 'open', unit, list, listedOn },
    listed: { unit, day: listedOn },
  }),
  tasks: () => [],
  unitOf: ({ unit }) => unit,
};

/** What a whistle brings together, as it is named in it. */
export interface Joint {
  readonly needs: readonly string[];
  readonly resources: readonly string[];
}

/** Refuses what is not there, stands in the other list or is closed. @param items as the record has them. @throws Refusal */
export const requireMatching = (joint: Joint, items: readonly ListItem[]): void => {
  for (const [list, field] of [
    ['need', 'needs'],
    ['resource', 'resources'],
  ] as const)
    for (const [index, id] of joint[field].entries()) {
      const pointer = `/joint/${field}/${String(index)}`;
      const item = items.find((each) => each.id === id);
      if (item?.list !== list) throw new Refusal('not-found', `There is no ${list} ${id}.`, { pointer });
      if (item.closed) throw new Refusal('already-decided', `${id} was closed on ${item.closed.on}.`, { pointer });
    }
};
