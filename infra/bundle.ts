import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/**
 * Lambda hands credentials over in the environment, so the SDK never gets to load its other sources of them; they are a
 * third of every bundle. A function without credentials in its environment fails on its first request.
 */
const credentialSourcesOfOtherPlaces = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@aws-sdk/nested-clients/*',
  '@aws-sdk/token-providers',
  '@smithy/credential-provider-imds',
];

/** Loaded by the SDK for answers that are streams of events; nothing here asks for one. */
const eventStreams = '@smithy/core/event-streams';

/**
 * `import … from 'node:http'` evaluates everything that the module exports, `WebSocket` too, and that loads a whole
 * second HTTP client: 25 ms of every cold start. `require` gives what is asked for.
 */
const requireHttp: Plugin = {
  name: 'require-http',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?http$/ }, ({ kind }) =>
      kind === 'import-statement' ? { path: 'node:http', namespace: 'require-http' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'require-http' }, () => ({ contents: "module.exports = require('node:http');" }));
  },
};

/** First year of the calendar that bundles carry: the Regulation is in force since 2022-05-01, no clock starts before. */
const firstYear = '2022';

/** The calendar's data by Chinese name, which is a quarter of its size. */
const compactCalendar: Plugin = {
  name: 'compact-calendar',
  setup({ onLoad }) {
    onLoad({ filter: /chinese-days\.json$/ }, ({ path }) => {
      const data = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, string>>;
      const byName = (kind: string) => {
        const recent = Object.entries(data[kind] ?? {}).filter(([day]) => day >= firstYear);
        const days = Map.groupBy(recent, ([, entry]) => entry.split(',')[1] ?? entry);
        return Object.fromEntries([...days].map(([name, named]) => [name, named.map(([day]) => day).join(' ')]));
      };
      const text = JSON.stringify({ holidays: byName('holidays'), workdays: byName('workdays') });
      return {
        contents: `
          const byDay = (named) => Object.fromEntries(
            Object.entries(named).flatMap(([name, days]) => days.split(' ').map((day) => [day, name])));
          const { holidays, workdays } = JSON.parse(${JSON.stringify(text)});
          export default { holidays: byDay(holidays), workdays: byDay(workdays) };`,
      };
    });
  },
};

/**
 * The SDK's error classes, one like the other but for their names, made by one function: a tenth of their size. Whatever
 * else an error carries, the protocol assigns to it.
 */
const compactErrors: Plugin = {
  name: 'compact-errors',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk\/client-[a-z0-9-]+\/dist-es\/models\/errors\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const [, base] = /import \{ (\w+) as __BaseException \}/.exec(source) ?? [];
      const classes = [
        ...source.matchAll(/^export class (\w+) extends __BaseException \{[^}]*?\$fault = "(client|server)"/gm),
      ];
      const all = source.match(/^export class /gm)?.length;
      if (base === undefined || classes.length !== all) throw new Error(`${path} is not as it was: compactErrors`);
      const made = classes.map(
        ([, name, fault]) => `export const ${name} = make('${name}'${fault === 'server' ? ", 'server'" : ''});`,
      );
      return {
        contents: `
          import { ${base} } from './${base}.js';
          const make = (name, $fault = 'client') => class extends ${base} {
            name = name;
            $fault = $fault;
            constructor(options) { super({ name, $fault, ...options }); Object.setPrototypeOf(this, new.target.prototype); }
          };
          ${made.join('\n')}`,
        resolveDir: dirname(path),
      };
    });
  },
};

/** Of a client's description of itself only the version is ever read, for the user agent. */
const onlyTheVersion: Plugin = {
  name: 'only-the-version',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk\/client-[a-z0-9-]+\/package\.json$/ }, ({ path }) => {
      const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

const root = join(import.meta.dirname, '..');

/**
 * How large a bundle may be: a cold start reads all of it. `documents` carries the library that writes docx (ADR 0012),
 * `evidence-scan` and `erasure-finish` the client of S3, the first also the library that knows types of files (ADR 0018);
 * `import-run` that client and what reads tables (ADR 0028); nobody waits for their start.
 * `spreadsheets` has what writes XLSX (ADR 0022): whoever asks for a file waits longer for its making.
 */
export const budgetKilobytes = (name: string): number =>
  ({ portal: 400, documents: 700, 'evidence-scan': 700, 'erasure-finish': 700, 'import-run': 700, spreadsheets: 500 })[
    name
  ] ?? 450;

/** Where `bundleFunctions` puts the bundle of each function. */
export const bundleFolder = join(root, 'build/functions');

/** Folders of functions/ that deploy: those with an index.ts. */
export const functionNames = (): readonly string[] =>
  readdirSync(join(root, 'functions'))
    .filter((name) => existsSync(join(root, 'functions', name, 'index.ts')))
    .sort();

/** How a function is bundled, whatever its entry point. */
export const bundleOptions = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // Ready-made ES modules first: a quarter less than the CommonJS builds that `platform: node` prefers.
  mainFields: ['module', 'main'],
  external: [...credentialSourcesOfOtherPlaces, eventStreams],
  plugins: [requireHttp, compactCalendar, compactErrors, onlyTheVersion],
  minify: true,
  // No `keepNames`: every error class sets its own `name`, which is all that Step Functions and we look at.
  legalComments: 'none',
  // For CommonJS dependencies that require Node's built-in modules.
  banner: {
    js: "import{createRequire as xfCreateRequire}from'node:module';const require=xfCreateRequire(import.meta.url);",
  },
  logLevel: 'warning',
} satisfies BuildOptions;

/** Bundles every function with one call of esbuild; answers the size of each bundle in bytes. */
export async function bundleFunctions(): Promise<ReadonlyMap<string, number>> {
  const names = functionNames();
  const { outputFiles } = await build({
    ...bundleOptions,
    absWorkingDir: root,
    entryPoints: names.map((name) => ({ in: `functions/${name}/index.ts`, out: `${name}/index` })),
    outdir: bundleFolder,
    outExtension: { '.js': '.mjs' },
    write: false,
  });
  for (const { path, contents } of outputFiles) writeIfNew(path, contents);
  for (const stale of readdirSync(bundleFolder).filter((name) => !names.includes(name))) {
    rmSync(join(bundleFolder, stale), { recursive: true });
  }
  return new Map(outputFiles.map(({ path, contents }) => [basename(dirname(path)), contents.length]));
}

/** In one step, and not at all where nothing changed: whoever reads a bundle meanwhile sees the whole of it. */
function writeIfNew(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const beside = join(bundleFolder, `../${randomUUID()}`);
  writeFileSync(beside, contents);
  renameSync(beside, path);
}

if (import.meta.main) {
  for (const [name, bytes] of await bundleFunctions()) {
    console.log(`${name.padEnd(20)} ${String(Math.ceil(bytes / 1024)).padStart(5)} KB`);
  }
}
