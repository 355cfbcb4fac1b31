import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');

/** Where `bundleFunctions` puts the bundle of each function. */
export const bundleFolder = join(root, 'build/functions');

/** Folders of functions/ that deploy: those with an index.ts. */
export const functionNames = (): readonly string[] =>
  readdirSync(join(root, 'functions'))
    .filter((name) => existsSync(join(root, 'functions', name, 'index.ts')))
    .sort();

/** Bundles every function with one call of esbuild; answers the size of each bundle in bytes. */
export async function bundleFunctions(): Promise<ReadonlyMap<string, number>> {
  const names = functionNames();
  rmSync(bundleFolder, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: names.map((name) => ({ in: `functions/${name}/index.ts`, out: `${name}/index` })),
    outdir: bundleFolder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Ready-made ES modules first: a quarter less than the CommonJS builds that `platform: node` prefers.
    mainFields: ['module', 'main'],
    minify: true,
    // No `keepNames`: every error class sets its own `name`, which is all that Step Functions and we look at.
    legalComments: 'none',
    // For CommonJS dependencies that require Node's built-in modules.
    banner: {
      js: "import{createRequire as xfCreateRequire}from'node:module';const require=xfCreateRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  return new Map(names.map((name) => [name, statSync(join(bundleFolder, name, 'index.mjs')).size]));
}

if (import.meta.main) {
  for (const [name, bytes] of await bundleFunctions()) {
    console.log(`${name.padEnd(20)} ${String(Math.ceil(bytes / 1024)).padStart(5)} KB`);
  }
}
