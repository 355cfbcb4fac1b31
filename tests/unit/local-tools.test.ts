import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A system that was started on another folder is not found on this one: the tools say which variable tells them. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xinfang-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const run = (...args: readonly string[]) => {
  const { XINFANG_URL: _url, XINFANG_TOKEN: _token, ...environment } = process.env;
  return spawnSync(process.execPath, args, { env: { ...environment, DATA_DIR: folder }, encoding: 'utf8' });
};

describe.each([
  ['token', ['local/token.ts', 'auditor']],
  ['export', ['local/export.ts', '--all']],
] as const)('npm run %s where nothing runs', (_, args) => {
  const said = () => {
    const { status, stderr } = run(...args);
    expect(status).toBe(1);
    expect(stderr).toContain(folder);
    expect(stderr).toMatch(/give the same DATA_DIR that it was started with/);
    expect(stderr).not.toMatch(/^ {4}at /m);
  };

  it('names the folder and DATA_DIR, without a stack', said);

  it('also when the folder of a machine is there that is gone', () => {
    writeFileSync(join(folder, 'endpoints.json'), JSON.stringify({ baseUrl: 'http://127.0.0.1:1' }));
    said();
    rmSync(join(folder, 'endpoints.json'));
  });
});
