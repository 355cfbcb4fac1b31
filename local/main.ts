/** `npm start`: runs the synthesized template on this machine. */

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { dataFolder } from './endpoints.ts';
import { readIdentities } from './identities.ts';
import { InUse, lock } from './lock.ts';
import { type Machine, type MachineOptions, startMachine } from './machine.ts';
import { freePort, portFrom } from './ports.ts';
import { writeWhole } from './whole-file.ts';

// As in Lambda: nothing may depend on where this machine stands.
process.env.TZ = 'UTC';
// What is kept here is of nobody else on this machine.
process.umask(0o077);

const wanted = portFrom(process.env.PORT);
if (wanted === undefined) {
  console.error(`PORT 应为 0 至 65535 的整数（0 为任选空闲端口），不能是“${process.env.PORT ?? ''}”。`);
  console.error(`PORT is a whole number from 0 to 65535 (0: any that is free), not “${process.env.PORT ?? ''}”.`);
  process.exit(1);
}

const folder = dataFolder();
const endpointsFile = join(folder, 'endpoints.json');

let unlock: () => void;
try {
  unlock = lock(folder);
} catch (error) {
  if (isFull(error)) process.exit(sayFull());
  if (!(error instanceof InUse)) throw error;
  console.error(`数据目录已被进程 ${error.pid} 使用：${folder}`);
  console.error(`Process ${error.pid} already runs on this data folder. Stop it, or set DATA_DIR to another one.`);
  process.exit(1);
}

let machine: Machine | undefined;
let stopping = false;

async function stop(code: number): Promise<never> {
  if (stopping) process.exit(code); // a second signal does not wait
  stopping = true;
  rmSync(endpointsFile, { force: true });
  await machine?.stop();
  unlock();
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));

try {
  rmSync(endpointsFile, { force: true });
  const started = await startMachine({
    folder,
    port: wanted === 0 ? await freePort() : wanted,
    seed: seeding(),
    onStoreExit: (code) => {
      console.error(
        `数据存储意外退出（${code}），系统停止。 The store ended unexpectedly; see ${join(folder, 'store.log')}.`,
      );
      void stop(1);
    },
  });
  machine = started;
  writeWhole(endpointsFile, JSON.stringify(started.endpoints, null, 2));
  greet(started.endpoints.baseUrl);
  void recover(started);
} catch (error) {
  const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  if (isFull(error)) sayFull();
  else console.error(taken ? `端口 ${wanted} 已被占用。 Port ${wanted} is taken: set PORT to another one.` : error);
  await stop(1);
}

function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
}

function sayFull(): number {
  console.error(`磁盘已满，无法启动：${folder}`);
  console.error('The disk of the data folder is full: make room, then start again. Nothing was changed.');
  return 1;
}

/**
 * Executions live in memory only, and limits may have passed while the machine stood still: a start begins with what the
 * schedules do every few minutes.
 */
async function recover({ functions }: Machine): Promise<void> {
  for (const name of ['reconcile', 'sweep']) await persistently(name, () => functions.invoke(name, {}));
  if (process.env.WARM !== 'off') await functions.warm();
}

/** What fails now would otherwise wait for the schedule, and everybody's worklist with it. */
async function persistently(name: string, work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; !stopping; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      console.error(`[${name}] ${error}`);
      if (attempt === 5) return;
      await delay(attempt * 1000);
    }
  }
}

/** Loads beside everything else; there may be nothing to seed with. */
function seeding(): MachineOptions['seed'] {
  const file = join(import.meta.dirname, 'seed.ts');
  if (!existsSync(file)) return async () => {};
  const loading = import(file) as Promise<{ seed: MachineOptions['seed'] }>;
  loading.catch(() => {}); // told when it is used
  return async (tables) => (await loading).seed(tables);
}

function greet(baseUrl: string): void {
  const ids = readIdentities().map(({ id, name }) => `${id} ${name}`);
  console.log(`
信访系统已启动（演示环境） · Xinfang is running (demonstration)

  接口 API             ${baseUrl}
  接口文档 API docs     ${baseUrl}/docs/
  登录 Sign-in (OIDC)   ${baseUrl}/oidc
  令牌 Token            npm run token -- ${ids[0]?.split(' ')[0] ?? '<identity>'}
  演示身份 Identities   ${ids.slice(0, 6).join('、')}${ids.length > 6 ? ` … (${ids.length})` : ''}
  数据 Data             ${folder}

  按 Ctrl+C 停止 · Ctrl+C stops`);
}
