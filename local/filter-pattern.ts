/** Event patterns, as an event source mapping's filter criteria state them. */

import type { Json, JsonObject } from './intrinsics.ts';

/** Whether a record matches a pattern: every key of the pattern, and any of the tests listed under it. */
export function matches(pattern: JsonObject, record: Json | undefined): boolean {
  return Object.entries(pattern).every(([key, expected]) => {
    if (key === '$or') return (expected as readonly JsonObject[]).some((one) => matches(one, record));
    const found = isObject(record) ? record[key] : undefined;
    if (!Array.isArray(expected)) return matches(expected as JsonObject, found);
    return (expected as readonly Json[]).some((one) => passes(one, found));
  });
}

function passes(test: Json, found: Json | undefined): boolean {
  if (isObject(test) && 'exists' in test) return (found !== undefined && !isObject(found)) === test.exists;
  if (Array.isArray(found)) return found.some((item) => passes(test, item));
  if (!isObject(test)) return found === test;
  const [[operator = '', operand = null] = []] = Object.entries(test);
  switch (operator) {
    case 'prefix':
      return typeof found === 'string' && found.startsWith(String(operand));
    case 'suffix':
      return typeof found === 'string' && found.endsWith(String(operand));
    case 'equals-ignore-case':
      return typeof found === 'string' && found.toLowerCase() === String(operand).toLowerCase();
    case 'anything-but':
      return found !== undefined && !(Array.isArray(operand) ? operand : [operand]).some((one) => passes(one, found));
    default:
      throw new Error(`The local machine does not know the filter ${operator}`);
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
