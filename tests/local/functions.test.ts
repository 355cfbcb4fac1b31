import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createFunctions, type Functions } from '../../local/functions.ts';
import { resourcesOf } from '../../local/template.ts';

/** A function whose bundle is `code`. */
function lambda(code: string, properties: Record<string, unknown> = {}): Functions {
  const folder = mkdtempSync(join(tmpdir(), 'xinfang-function-'));
  writeFileSync(join(folder, 'index.mjs'), code);
  const template = {
    Resources: {
      Probe: {
        Type: 'AWS::Lambda::Function',
        Properties: { Code: { S3Key: 'code.zip' }, Handler: 'index.handler', Timeout: 5, ...properties } as never,
      },
    },
  };
  const stack = {
    name: 'App',
    template,
    assets: new Map([['code.zip', folder]]),
    paths: new Map([['Probe', 'App/Probe/Resource']]),
  };
  functions = createFunctions(resourcesOf([stack]), { AWS_ENDPOINT_URL_SFN: 'http://127.0.0.1:1' });
  return functions;
}

let functions: Functions;
afterEach(() => functions.close());

describe('a function', () => {
  it('sees the environment of the template and the local services, nothing of ours', async () => {
    const { invoke } = lambda('export const handler = async () => process.env;', {
      Environment: { Variables: { PETITIONS_TABLE: 'T' } },
    });
    const env = await invoke('probe', {});
    expect(env).toMatchObject({
      PETITIONS_TABLE: 'T',
      AWS_ENDPOINT_URL_SFN: 'http://127.0.0.1:1',
      AWS_LAMBDA_FUNCTION_NAME: 'Probe',
    });
    expect(env).not.toHaveProperty('PATH');
  });

  it('works on several events at once', async () => {
    const { invoke } = lambda(`
      let release; const both = new Promise((resolve) => { release = resolve; });
      let running = 0;
      export const handler = async (n) => { if (++running === 2) release(); await both; return n; };`);
    expect(await Promise.all([invoke('probe', 1), invoke('probe', 2)])).toEqual([1, 2]);
  });

  it('reports an error with its type', async () => {
    const { invoke } = lambda(
      'export const handler = async () => { throw Object.assign(new Error("gone"), { name: "Gone" }); };',
    );
    await expect(invoke('probe', {})).rejects.toMatchObject({ name: 'Gone', message: 'gone' });
  });

  it('that dies fails what it was working on, and is replaced', async () => {
    const { invoke } = lambda(
      'export const handler = async (how) => { if (how === "die") process.exit(3); return how; };',
    );
    await expect(invoke('probe', 'die')).rejects.toMatchObject({ name: 'Runtime.ExitError' });
    expect(await invoke('probe', 'live')).toBe('live');
  });

  it('that cannot be loaded fails its invocations', async () => {
    const { invoke } = lambda('throw new Error("missing variable");');
    await expect(invoke('probe', {})).rejects.toMatchObject({
      name: 'Runtime.ExitError',
      message: expect.stringContaining('missing variable'),
    });
  });

  it('that takes too long is given up and replaced, even if it never lets go', async () => {
    const { invoke } = lambda('export const handler = async (n) => { while (n === "stuck"); return n; };', {
      Timeout: 1,
    });
    await expect(invoke('probe', 'stuck')).rejects.toMatchObject({ timedOut: true });
    expect(await invoke('probe', 'next')).toBe('next');
  });
});
