import { Refusal } from '../../domain/errors.ts';

/** The number of a visit from the path. @throws Refusal when it cannot be one */
export const visitNumber = (text: string): number => {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new Refusal('not-found', `There is no visit "${text}".`);
  return Number(text);
};
