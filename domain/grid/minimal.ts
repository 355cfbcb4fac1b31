import { Refusal } from '../errors.ts';
import { type Petition, type Petitioner, personsOf } from '../petition/state.ts';

/**
 * Texts of the grid and of assemblies say what is needed, not who it is about: a worker writes them on the way, and many
 * read them. The machine finds what has a form, and a name that the same act holds; no others, so the form of a report has no
 * field for them.
 */
const personal: readonly { readonly found: RegExp; readonly what: string; readonly basis: string }[] = [
  // Identity number, 18 characters, also in groups, or of the first generation 15; two dates in a row have as many.
  {
    found: /(?<!\d)(\d{6}[ -]?\d{4}[ -]?\d{4}[ -]?\d{3}[\dXx]|\d{15})(?![\dXx])/,
    what: 'an identity number',
    basis: 'P6',
  },
  { found: /(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)/, what: 'a mobile number', basis: 'P6' },
  // People who petition or need help are no risk; such a mark follows a person and harms him.
  { found: /重点人员|重点稳控|稳控对象|扬言|缠访|闹访|无理访/, what: 'a mark of risk on a person', basis: 'P6' },
];

/** Whom the record knows by name behind a matter: petitioners, representatives, the organisation. */
export const namesOf = (petitioner: Petitioner | undefined): readonly string[] =>
  petitioner === undefined
    ? []
    : [
        ...personsOf(petitioner).map(({ name }) => name),
        ...(petitioner.form === 'organisation' ? [petitioner.organisation] : []),
      ];

/** The same of a petition, with the parties of its mediations. */
export const namesIn = ({ registration, mediations }: Petition): readonly string[] => [
  ...namesOf(registration?.petitioner),
  ...mediations.flatMap(({ parties }) => parties.map(({ name }) => name)),
];

const known = { what: 'the name of somebody whose matter it is', basis: 'P6' };

/**
 * Refuses text that carries what need not be there (PIPL Art. 6: the least that the purpose needs).
 * @param names that the same act holds where names belong; no other name can be told from a word
 * @throws Refusal
 */
export const requireMinimal = (
  texts: Readonly<Record<string, string | undefined>>,
  names: readonly string[] = [],
): void => {
  for (const [field, text] of Object.entries(texts)) {
    if (text === undefined) continue;
    // Wide digits of an input method are digits.
    const plain = text.normalize('NFKC').replaceAll(/[\u2010-\u2015\u2212]/g, '-');
    // One character is a surname, and a word.
    const named = names.some((name) => [...name].length > 1 && plain.includes(name.normalize('NFKC')));
    const hit = named ? known : personal.find(({ found }) => found.test(plain));
    if (hit) {
      throw new Refusal('rule-violated', `This text holds ${hit.what}; it is not needed here. Leave it out.`, {
        pointer: `/${field}`,
        basis: hit.basis,
      });
    }
  }
};
