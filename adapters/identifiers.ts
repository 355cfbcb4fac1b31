import { randomInt } from 'node:crypto';
import { legalDay } from '../domain/calendar/calendar.ts';
import type { Identifiers } from '../domain/ports.ts';

/** Digits and capitals without those that are easily misread: 0/O, 1/I/L, and U (for V). */
const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

const suffix = (): string => Array.from({ length: 6 }, () => alphabet.charAt(randomInt(alphabet.length))).join('');

/** `622901-zrzy` is a department of 622901: numbers carry the division code alone. */
const division = (unit: string): string => unit.split('-', 1)[0] ?? unit;

const numberFor = (unit: string, at: string): string =>
  `${division(unit)}-${legalDay(at).replaceAll('-', '')}-${suffix()}`;

/**
 * Random numbers: 30⁶ (7.3 × 10⁸) per division and day. A collision is refused by the record (`StaleVersion`), never
 * merged.
 */
export const randomIdentifiers: Identifiers = { petitionNumber: numberFor, sessionId: numberFor };
