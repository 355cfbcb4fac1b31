import type { NewEvent } from '../ports.ts';
import { changePersonal, type Kind } from './personal-fields.ts';

/** What stands in the place of a text whose key was destroyed. */
export const erasedText = '已依法删除';

/** All but the last four characters, and never more than the last half. */
const ending = (value: string): string => {
  const shown = Math.min(4, Math.floor(value.length / 2));
  return '*'.repeat(value.length - shown) + value.slice(value.length - shown);
};

/** The first characters tell the surname; how long the name is stays hidden. */
const surname = (value: string): string => `${[...value][0] ?? ''}**`;

/** The place, without house and room: half of it, at most the first six characters. */
const locality = (value: string): string => {
  const characters = [...value];
  return `${characters.slice(0, Math.min(6, Math.floor(characters.length / 2))).join('')}****`;
};

/** How each kind is shown to those who have not asked for more. Texts are what the work is about: they are shown whole. */
const masks: Readonly<Record<Kind, (value: string) => string>> = {
  name: surname,
  'identity-number': ending,
  phone: ending,
  address: locality,
  text: (value) => value,
};

export const maskText = (kind: Kind, value: string): string => (value === erasedText ? value : masks[kind](value));

/** What stands in the place of a text in lists that lead across petitions. */
export const withheldText = '〔略〕';

/** A fact without any personal text, as a list across petitions shows it: it need not be opened for that. */
export const withheldFact = <E extends NewEvent>(event: E): E => ({
  ...event,
  data: changePersonal(event.type, event.data, () => withheldText),
});

/** A fact with its persons masked. */
export const maskedFact = <E extends NewEvent>(event: E): E => ({
  ...event,
  data: changePersonal(event.type, event.data, maskText),
});
