import { beforeEveryDay, legalDay } from '../../domain/calendar/calendar.ts';
import { defined } from '../../domain/defined.ts';
import { Refusal } from '../../domain/errors.ts';
import { rowErrors } from '../../domain/imports/cells.ts';
import { type Import, importStream, waitingFor } from '../../domain/imports/import.ts';
import { holdsPostOn } from '../../domain/imports/posts.ts';
import type { ImportStore, LineError } from '../../domain/imports/store.ts';
import { type ImportKind, importKinds, templates } from '../../domain/imports/templates.ts';
import type { Clock, EvidenceTransfers, Identifiers, RecordStore } from '../../domain/ports.ts';
import { requireAccess } from '../shared/access.ts';
import { csvFile } from '../shared/csv.ts';
import { filledPage } from '../shared/filled-page.ts';
import { httpApi, on, type Result } from '../shared/http-api.ts';
import { createPlainCommands, type PlainCommandDependencies } from '../shared/plain-commands.ts';
import * as routes from './routes.ts';
import { templateWorkbook } from './template-workbook.ts';

export interface Dependencies extends PlainCommandDependencies {
  readonly records: RecordStore;
  readonly store: Pick<ImportStore, 'progress' | 'errors'>;
  readonly uploads: Pick<EvidenceTransfers, 'upload'>;
  readonly identifiers: Identifiers;
  readonly clock: Clock;
}

const mostInFile = 20_000;

const told = ({ line, column, code }: LineError) => {
  const [messageZh, message] = rowErrors[code];
  return { line, ...(column === undefined ? {} : { column }), code, message, messageZh };
};

const columnsOf = (kind: ImportKind) =>
  Object.entries(templates[kind].columns).map(([key, { header, required, help, example, also = [] }]) => ({
    key,
    header,
    also,
    required: required === true,
    help,
    example,
  }));

const kindNamed = (name: string): ImportKind => {
  const kind = importKinds.find((each) => each === name);
  if (kind === undefined) throw new Refusal('not-found', 'There is no such template.');
  return kind;
};

/** Tables that administrators bring: declared here, uploaded past here, looked through and written by `import-run`. */
export const createHandler = (dependencies: Dependencies) => {
  const { records, store, uploads, identifiers, clock } = dependencies;
  const commands = createPlainCommands(dependencies, importStream);

  /** The form is signed anew for every answer, repeats too; the record keeps none. */
  const withForm = async (result: Result): Promise<Result> => {
    const { number } = result.body as { number: string };
    const { table, state, until } = await commands.load(number);
    const now = clock.now();
    if (!table || state !== 'declared' || now >= until) return result;
    const file = { key: number, contentType: table.mediaType, size: table.size, sha256: table.sha256 };
    const upload = { ...(await uploads.upload(file, { now, expiresAt: until })), expiresAt: until };
    return { ...result, body: { ...result.body, upload } };
  };

  const readable = async (call: {
    readonly officer: () => Parameters<typeof requireAccess>[0];
    readonly actions: readonly ['ReadImports'];
    readonly params: { readonly import: string };
  }): Promise<Import> => {
    const [{ units }, found] = await Promise.all([commands.context(), commands.load(call.params.import)]);
    requireAccess(call.officer(), call.actions[0], found.table ? { named: found.table.unit } : {}, units);
    return found;
  };

  return httpApi([
    on(routes.templates, async ({ officer, actions: [action] }) => {
      requireAccess(officer(), action, {}, (await commands.context()).units);
      const items = importKinds.map((kind) => {
        const { title, notes } = templates[kind];
        return { kind, title, notes, columns: columnsOf(kind) };
      });
      return { body: { items } };
    }),
    on(routes.template, async ({ officer, actions: [action], params, query }) => {
      requireAccess(officer(), action, {}, (await commands.context()).units);
      const kind = kindNamed(params.kind);
      const { title, notes } = templates[kind];
      const columns = columnsOf(kind);
      const head = columns.map(({ header, required }) => (required ? `${header}*` : header));
      const name = `导入模板 ${title}.${query.format}`;
      if (query.format === 'csv') {
        const content = `\uFEFF${head.join(',')}\r\n`;
        return { file: { contentType: routes.csvType, name, disposition: 'attachment', content } };
      }
      const help = [
        ...columns.map(({ header, required, help: text, example, also }) => [
          header,
          required ? '是' : '否',
          text,
          example,
          also.join('、'),
        ]),
        ...notes.map((note, index) => [`说明${String(index + 1)}`, '', note]),
      ];
      const content = templateWorkbook([
        { name: title, head, rows: [], widths: head.map(() => 18) },
        {
          name: '填写说明',
          head: ['列', '必填', '填写说明', '示例', '也认识的表头'],
          rows: help,
          widths: [18, 6, 70, 24, 30],
        },
      ]);
      return { file: { contentType: routes.xlsxType, name, disposition: 'attachment', content } };
    }),

    on(routes.declare, async (call) => {
      const officer = call.officer();
      const { unit = officer.unit, ...table } = defined(call.body);
      const id = identifiers.petitionNumber(officer.unit, clock.now());
      const intent = { type: 'DeclareImport', id, unit, ...table } as const;
      return withForm(await commands.create(officer, call, id, unit, intent));
    }),
    on(routes.list, async ({ officer, actions: [action], query }) => {
      const { units } = await commands.context();
      const unit = query.unit ?? officer().unit;
      requireAccess(officer(), action, { named: unit }, units);
      const { items, cursor } = await records.listed('import', unit, beforeEveryDay, query.limit, query.cursor);
      return { body: { items: items.map(({ summary }) => summary), ...(cursor === undefined ? {} : { cursor }) } };
    }),
    on(routes.one, async (call) => {
      const found = await readable(call);
      const working = found.state === 'declared' || found.state === 'confirmed';
      const progress = working ? await store.progress(found.id) : undefined;
      return {
        body: { ...found, ...defined({ progress, waitingFor: waitingFor(found.state) }) },
        version: found.version,
      };
    }),
    on(routes.errors, async (call) => {
      const { id, state } = await readable(call);
      const { items, cursor } = await store.errors(id, call.query.limit, call.query.cursor);
      // An empty list says nothing before the file has been looked through.
      const waits = state === 'declared' ? { ready: false, waitingFor: waitingFor(state) } : { ready: true };
      return { body: { items: items.map(told), ...waits, ...(cursor === undefined ? {} : { cursor }) } };
    }),
    on(routes.errorFile, async (call) => {
      const { id } = await readable(call);
      const { items } = await store.errors(id, mostInFile);
      const rows = items.map((each) => {
        const { line, column = '', messageZh, message } = told(each);
        return [line, column, messageZh, message];
      });
      const content = csvFile([{ title: '导入错误', head: ['行', '列', '问题', 'Problem'], rows }]);
      return { file: { contentType: routes.csvType, name: `导入错误 ${id}.csv`, disposition: 'attachment', content } };
    }),
    on(routes.confirm, (call) =>
      commands.change(call.officer(), call, call.params.import, { type: 'ConfirmImport', ...call.body }),
    ),
    on(routes.cancel, (call) =>
      commands.change(call.officer(), call, call.params.import, { type: 'CancelImport', ...call.body }),
    ),

    on(routes.posts, async ({ officer, actions: [action], query }) => {
      const { units } = await commands.context();
      const unit = query.unit ?? officer().unit;
      requireAccess(officer(), action, { named: unit }, units);
      const on = query.on ?? legalDay(clock.now());
      const { items, cursor } = await filledPage(
        (limit, from) => records.listed('post', unit, beforeEveryDay, limit, from),
        ({ summary }) => holdsPostOn(summary as { from: string; to?: string }, on),
        query.limit,
        query.cursor,
      );
      const names = await records.titles(items.map(({ stream }) => stream));
      const held = items.map(({ stream, summary }) => {
        const { former: _, ...post } = summary as { former?: unknown };
        return { ...post, name: names.get(`post/${stream.id}`) };
      });
      return { body: { items: held, ...(cursor === undefined ? {} : { cursor }) } };
    }),
  ]);
};
