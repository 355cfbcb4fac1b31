/** `npm run token -- <identity>`: prints an access token for the machine that runs on this computer. */

import { nothingRuns, readEndpoints } from './endpoints.ts';
import { readIdentities } from './identities.ts';
import { signIn } from './sign-in.ts';

const [identity] = process.argv.slice(2);
const known = readIdentities().map(({ id }) => id);
if (identity === undefined || !known.includes(identity)) {
  console.error(`用法 Usage: npm run token -- <identity>\n${known.join('\n')}`);
  process.exit(2);
}
try {
  console.log(await signIn(readEndpoints().baseUrl, identity));
} catch (error) {
  // The folder can be there still when the machine is gone.
  console.error(error instanceof TypeError ? nothingRuns(error) : error instanceof Error ? error.message : error);
  process.exit(1);
}
