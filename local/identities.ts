/** The demonstration's officers. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Identity {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly roles: readonly string[];
  /** What the person does, for the login page. */
  readonly post?: string;
}

/** Reads them from `local/data/identities.json`, or from the file that `XINFANG_IDENTITIES` names. */
export function readIdentities(
  file = process.env.XINFANG_IDENTITIES || join(import.meta.dirname, 'data/identities.json'),
): readonly Identity[] {
  const list = JSON.parse(readFileSync(file, 'utf8')) as Partial<Identity>[];
  if (!Array.isArray(list)) throw new Error(`${file}: expected a list of identities`);
  return list.map(({ id, name, unit, roles, post }) => {
    if (!id || !name || !unit || !Array.isArray(roles))
      throw new Error(
        `${file}: an identity has id, name, unit and roles: ${JSON.stringify({ id, name, unit, roles })}`,
      );
    return { id, name, unit, roles, ...(post && { post }) };
  });
}
