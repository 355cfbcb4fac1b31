import type { Category } from '../ports.ts';

/** Whether a code, or one above it, is configured as one of accusations, by code or by name. */
export const accusationFinder = (
  categories: readonly Category[],
  configured: readonly string[],
): ((code: string) => boolean) => {
  const known = new Map(categories.map((each) => [each.code, each]));
  const among = (code: string, seen: readonly string[]): boolean => {
    const category = known.get(code);
    if (configured.includes(code) || (category !== undefined && configured.includes(category.name))) return true;
    const parent = category?.parent;
    return parent !== undefined && !seen.includes(parent) && among(parent, [...seen, code]);
  };
  return (code) => among(code, []);
};
