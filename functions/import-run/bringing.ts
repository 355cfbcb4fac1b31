import { accusationFinder } from '../../domain/imports/accusations.ts';
import type { CellError } from '../../domain/imports/cells.ts';
import type { Columns, Values } from '../../domain/imports/columns.ts';
import type { Import } from '../../domain/imports/import.ts';
import { ledgerColumns, ledgerMatter } from '../../domain/imports/ledger.ts';
import {
  initialPost,
  type Post,
  type PostEvent,
  type PostHeld,
  postColumns,
  postStream,
} from '../../domain/imports/posts.ts';
import { decideImporting } from '../../domain/petition/importing.ts';
import { initialPetition, personsOf } from '../../domain/petition/state.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type { Category, EventActor, LookupHasher, RecordStore, StreamRef, StreamWrite } from '../../domain/ports.ts';
import { lookupsOf } from '../shared/lookups.ts';
import type { ExplainedContext } from '../shared/rules-context.ts';
import { petitionWrite, plainWrite } from '../shared/stream-writes.ts';
import { markOf } from './digest.ts';

/** Who writes, when, by which rules, for which import. */
export interface Setting {
  readonly of: Import;
  readonly by: EventActor;
  readonly at: string;
  /** Legal day. */
  readonly today: string;
  readonly context: ExplainedContext;
  readonly categories: readonly Category[];
  readonly hasher: LookupHasher;
  readonly records: Pick<RecordStore, 'load'>;
}

/** A row that makes a stream of its own. */
export interface Item {
  readonly stream: StreamRef;
  /** Everything that the row says, in a fixed order: what its digest covers. */
  readonly says: object;
  /** What it writes where there is nothing yet. @throws Refusal */
  begin(digest: string): Promise<StreamWrite>;
  /** What it adds to what is there and says something else; undefined: nothing may be added. */
  change?(digest: string): Promise<StreamWrite | undefined>;
}

/** How rows of a kind become streams. */
export interface Bringing {
  readonly columns: Columns;
  judge(values: Values<Columns>): { readonly item: Item } | { readonly errors: readonly CellError[] };
}

/** `622901-zrzy` → `622901`: numbers carry the division code alone. */
const division = (unit: string): string => unit.split('-', 1)[0] ?? unit;

/** The code of a category by its code, or by a name that only one has. */
const categoryFinder = (categories: readonly Category[]): ((text: string) => string | undefined) => {
  const codes = new Map<string, string | undefined>();
  for (const { code, name } of categories) codes.set(name, codes.has(name) ? undefined : code);
  for (const { code } of categories) codes.set(code, code);
  return (text) => codes.get(text.normalize('NFKC'));
};

/** A matter of an old ledger is a petition: what it is known by is its unit, ledger and number there. */
export const bringMatters = (setting: Setting): Bringing => {
  const { of, today, categories, hasher, context } = setting;
  const { unit = '', ledger = '' } = of.table ?? {};
  const category = categoryFinder(categories);
  const isAccusation = accusationFinder(categories, context.configuration.accusations.categories);
  return {
    columns: ledgerColumns,
    judge: (values) => {
      const judged = ledgerMatter(values as Values<typeof ledgerColumns>, { today, category, isAccusation });
      if ('errors' in judged) return judged;
      const { number: old, receivedOn, content, ...told } = judged.matter;
      const number = `${division(unit)}-L-${markOf(unit, ledger, old)}`;
      const item: Item = {
        stream: { kind: 'petition', id: number },
        says: { unit, ledger, ...judged.matter },
        begin: async (digest) => {
          const former = { ledger, number: old, ...told, broughtBy: of.id, digest };
          const { by, at } = setting;
          const command = { type: 'ImportPetition', number, unit, receivedOn, content, former, by, at } as const;
          const events = decideImporting(command, initialPetition, context);
          const lookups = await lookupsOf(hasher, personsOf(content.petitioner));
          return { ...petitionWrite(initialPetition, events, number, at, by, context), lookups };
        },
      };
      return { item };
    },
  };
};

/** Somebody in a post is a stream: known by who, where, in which post, from when; leaving it is a fact that is added. */
export const bringPosts = (setting: Setting): Bringing => {
  const { of, context, records } = setting;
  const { unit: area = '' } = of.table ?? {};
  return {
    columns: postColumns,
    judge: (values) => {
      const held: PostHeld = values as Values<typeof postColumns>;
      const { officer, unit, post, from, to } = held;
      const { units } = context;
      if (!units.get(unit)) return { errors: [{ column: postColumns.unit.header, code: 'unknown-unit' }] };
      if (!units.isWithin(unit, units.areaOf(area)))
        return { errors: [{ column: postColumns.unit.header, code: 'outside-area' }] };
      if (to !== undefined && to < from)
        return { errors: [{ column: postColumns.to.header, code: 'ends-before-it-begins' }] };
      const id = `${division(unit)}-Z-${markOf(officer, unit, post, from)}`;
      const broughtBy = of.id;
      const write = (before: Post, command: Parameters<typeof postStream.decide>[0]): StreamWrite => {
        const events = postStream.decide(command, before, context);
        return plainWrite(postStream, before, events, id, setting.at, setting.by, context);
      };
      const issued = { by: setting.by, at: setting.at };
      const item: Item = {
        stream: { kind: 'post', id },
        says: held,
        begin: async (digest) => write(initialPost, { type: 'TakePost', held, broughtBy, digest, ...issued }),
        change: async (digest) => {
          const { events } = await records.load({ kind: 'post', id });
          const before = foldPlain<Post, PostEvent>(postStream, events);
          const { held: known } = before;
          const sameButTo =
            known !== undefined &&
            known.to === undefined &&
            to !== undefined &&
            known.name === held.name &&
            known.portfolio === held.portfolio;
          return sameButTo ? write(before, { type: 'LeavePost', to, broughtBy, digest, ...issued }) : undefined;
        },
      };
      return { item };
    },
  };
};
