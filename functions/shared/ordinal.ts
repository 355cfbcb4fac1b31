import { Refusal } from '../../domain/errors.ts';

/** A number in a list, from the path. @param what names it in the refusal. @throws Refusal when it cannot be one */
export const ordinal = (what: string, text: string): number => {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new Refusal('not-found', `There is no ${what} "${text}".`);
  return Number(text);
};
