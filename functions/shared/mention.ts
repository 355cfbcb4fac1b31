import type { Officer } from '../../domain/access/roles.ts';
import { isOutOfSight } from '../../domain/access/sight.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import type { RecordStore } from '../../domain/ports.ts';

/** Nothing personal is asked for. */
type Records = Pick<RecordStore, 'stored'>;

/**
 * Whether a petition may be mentioned to an officer in what is not about it: not one that is sealed from him, nor one that
 * he is recused from. Asks once for each petition.
 */
export const mentionable = (records: Records, officer: Officer) => {
  const known = new Map<string, Promise<boolean>>();
  const ask = async (number: string): Promise<boolean> => {
    const { events } = await records.stored({ kind: 'petition', id: number });
    return !isOutOfSight(officer, foldPetition(events));
  };
  return (number: string): Promise<boolean> => {
    const answer = known.get(number) ?? ask(number);
    known.set(number, answer);
    return answer;
  };
};

/** Petitions and sessions are numbered alike: division code, day, six characters. */
const looksLikeNumber = /^\d{6,12}-\d{8}-[0-9A-Z]{6}$/;

const mentions = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return looksLikeNumber.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(mentions) : [];
};

const without = (value: unknown, hidden: ReadonlySet<unknown>): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  const keep = (each: unknown): boolean =>
    !hidden.has(each) && !hidden.has((each as { number?: unknown } | null)?.number);
  if (Array.isArray(value)) return value.filter(keep).map((each) => without(each, hidden));
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (keep(each) ? [[key, without(each, hidden)] as const] : [])),
  );
};

/**
 * An answer about one petition without the numbers of others that may not be mentioned: repeats, the matter that a refusal
 * rests on, the petition that it was split from. @param own the petition that it is about, which has been asked for
 */
export const withoutHidden = async <T extends object>(
  answer: T,
  own: string,
  mayMention: (number: string) => Promise<boolean>,
): Promise<T> => {
  const others = [...new Set(mentions(answer))].filter((number) => number !== own);
  const asked = await Promise.all(others.map(async (number) => ((await mayMention(number)) ? undefined : number)));
  const hidden = new Set(asked.filter((number) => number !== undefined));
  return hidden.size === 0 ? answer : (without(answer, hidden) as T);
};
