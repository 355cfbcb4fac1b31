/** `npm run token -- <identity>`: prints an access token for the machine that runs on this computer. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder, type Endpoints } from './endpoints.ts';
import { readIdentities } from './identities.ts';
import { signIn } from './sign-in.ts';

const [identity] = process.argv.slice(2);
const known = readIdentities().map(({ id }) => id);
if (identity === undefined || !known.includes(identity)) {
  console.error(`用法 Usage: npm run token -- <identity>\n${known.join('\n')}`);
  process.exit(2);
}
try {
  const { baseUrl } = JSON.parse(readFileSync(join(dataFolder(), 'endpoints.json'), 'utf8')) as Endpoints;
  console.log(await signIn(baseUrl, identity));
} catch (error) {
  console.error(`没有运行中的系统，请先执行 npm start。 Nothing is running: npm start first. (${error})`);
  process.exit(1);
}
