/** The scanner of this machine, if it has one: ClamAV as Debian installs it, or what the operator names. */

import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where Debian's clamav-daemon listens. */
const DAEMON = '/run/clamav/clamd.ctl';
/** Where freshclam keeps signatures; without any, the program refuses to scan. */
const SIGNATURES = '/var/lib/clamav';

/** What the operator may say himself, as variables of `npm start`. */
const NAMES = ['CLAMD_ADDRESS', 'CLAMSCAN', 'CLAMSCAN_DATABASE', 'EVIDENCE_RELEASE_UNSCANNED'] as const;

/** Variables of the function that scans; the template knows no scanner of this machine. */
export function scannerVariables(own: NodeJS.ProcessEnv = process.env): Readonly<Record<string, string>> {
  const said = Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = own[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  if (said.CLAMD_ADDRESS !== undefined || said.CLAMSCAN !== undefined) return said;
  if (existsSync(DAEMON)) return { ...said, CLAMD_ADDRESS: DAEMON };
  const program = (own.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'clamscan'))
    .find(existsSync);
  const signatures = said.CLAMSCAN_DATABASE ?? SIGNATURES;
  if (program === undefined || !holdsSignatures(signatures)) return said;
  return { ...said, CLAMSCAN: program };
}

function holdsSignatures(path: string): boolean {
  try {
    return /\.[chn]db$/.test(path) || readdirSync(path).some((file) => /\.(?:c[vl]d|[hn]db)$/.test(file));
  } catch {
    return false;
  }
}
