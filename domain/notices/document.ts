import type { UnitDirectory } from '../organisation/unit.ts';
import { evolve, type PetitionEvent } from '../petition/petition.ts';
import { initialPetition, type Petition } from '../petition/state.ts';
import type { NewEvent } from '../ports.ts';
import type { Notice, NoticeKind } from './notice.ts';
import { unitOwing } from './record.ts';
import { remedies } from './remedies.ts';
import { noticeRules } from './rules.ts';
import { templates } from './templates.ts';
import { addresseeOf, citations, methodNames, officialDay, pronounFor } from './words.ts';

/** A piece of a document's body, in reading order. */
export type Block =
  | { readonly block: 'heading'; readonly text: string }
  | { readonly block: 'paragraph'; readonly text: string }
  | { readonly block: 'table'; readonly head?: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** A document as data: a page and an editable file are made from it, and they say the same. */
export interface PrintedDocument {
  readonly title: string;
  /** 文号 */
  readonly number: string;
  readonly organ: string;
  /** Absent where the document names its parties itself. */
  readonly addressee?: string;
  readonly body: readonly Block[];
  /** Cited articles and other provisions. */
  readonly basis: readonly string[];
  /** 落款日期 */
  readonly date: string;
  /** Lines at which somebody signs or seals. */
  readonly signatures: readonly string[];
  /** What its reader can do against it; absent where it decides nothing. */
  readonly remedy?: string;
  /** 送达情况: label and value; values are blank until it is served. Absent where nothing is served. */
  readonly service?: readonly (readonly [label: string, value: string])[];
}

/** A notice (告知) to a petitioner: it always tells the remedy, and how it was served. */
export interface NoticeDocument extends PrintedDocument {
  readonly kind: NoticeKind;
  readonly remedy: string;
  readonly service: NonNullable<PrintedDocument['service']>;
}

/** What a template is made from: the record as it was when the fact made the notice due. */
export interface Source {
  readonly notice: Notice;
  /** Without and with the fact. */
  readonly before: Petition;
  readonly petition: Petition;
  /** Up to and with the fact. */
  readonly events: readonly PetitionEvent[];
  readonly units: UnitDirectory;
  /** How the document speaks to the petitioner. */
  readonly you: string;
  /** Only for the registering unit's own eyes. */
  readonly queryCode?: string;
  readonly nameOf: (unit: string | undefined) => string;
  readonly organ: string;
}

/** What a template says of its kind; the rest follows from the table. */
export interface Content {
  readonly body: readonly Block[];
  /** Besides the articles of the table. */
  readonly basis?: readonly string[];
  /** Instead of the table's, where the case differs. */
  readonly remedy?: string;
  readonly addressed?: false;
  readonly signatures?: readonly string[];
}

const serviceOf = ({ method, servedOn, witness, reason }: Notice): NoticeDocument['service'] => [
  ['送达方式', method === undefined ? '' : methodNames[method]],
  ['送达日期', servedOn === undefined ? '' : officialDay(servedOn)],
  ['受送达人', method === undefined || method === 'in-person' ? '（签名）' : ''],
  ...(method === 'left-with-witness' || method === undefined ? ([['见证人', witness ?? '']] as const) : []),
  ...(reason === undefined ? [] : ([['留置事由', reason]] as const)),
];

/**
 * The document of a notice, made from the record alone: of the same record it is always the same document, whatever has
 * happened since. Only the service record is of today.
 */
export const noticeDocument = (
  events: readonly Pick<NewEvent, 'type' | 'data'>[],
  notice: Notice,
  units: UnitDirectory,
  { queryCode }: { readonly queryCode?: string } = {},
): NoticeDocument => {
  const facts = events as readonly PetitionEvent[];
  let petition = initialPetition;
  for (const [index, event] of facts.entries()) {
    const before = petition;
    petition = evolve(petition, event);
    if (!petition.notices.some(({ id }) => id === notice.id)) continue;
    const petitioner = petition.registration?.petitioner;
    const nameOf = (unit: string | undefined) => (unit === undefined ? '' : (units.get(unit)?.name ?? unit));
    const organ = nameOf(unitOwing(notice, petition, units));
    const you = pronounFor(petitioner);
    const { title, basis, remedy } = noticeRules[notice.kind];
    const content = templates[notice.kind]({
      notice,
      before,
      petition,
      events: facts.slice(0, index + 1),
      units,
      you,
      nameOf,
      organ,
      ...(queryCode === undefined ? {} : { queryCode }),
    });
    return {
      kind: notice.kind,
      title,
      number: notice.number,
      organ,
      ...(content.addressed === false ? {} : { addressee: addresseeOf(petitioner) }),
      body: content.body,
      basis: citations([...basis, ...(content.basis ?? [])]),
      remedy: (content.remedy ?? remedies[remedy].text).replaceAll('您', you),
      date: officialDay(notice.owedSince),
      signatures: content.signatures ?? [`${organ}（印章）`],
      service: serviceOf(notice),
    };
  }
  throw new Error(`The record does not owe the notice ${notice.id}.`);
};
