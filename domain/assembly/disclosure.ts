import { Refusal } from '../errors.ts';
import type { RejectionReason, Scanner, Verdict } from '../petition/evidence.ts';
import { type EvidenceType, endings } from '../petition/evidence-types.ts';
import type { Context } from '../petition/state.ts';

/** What is disclosed: affairs of the village, of government, of money (村务公开、政务公开、财务公开). */
export const disclosureKinds = ['村务', '政务', '财务'] as const;

/** The document itself, where it is put here. It is known by its disclosure's number and digest, and has no name of its own. */
export interface DisclosureFile {
  /** Bytes. */
  readonly size: number;
  readonly mediaType: EvidenceType;
}

/** A document laid open, by what identifies it: the digest of the file, or where it hangs or can be read. */
export interface Disclosure {
  readonly kind: (typeof disclosureKinds)[number];
  readonly title: string;
  /** Hex SHA-256 of the document. */
  readonly sha256?: string;
  readonly link?: string;
  readonly file?: DisclosureFile;
}

/** As the record has it: what was put here is in quarantine until the scan has let it out. */
export interface PublishedDisclosure extends Disclosure {
  readonly file?: DisclosureFile & {
    /** Until when it can be uploaded (RFC 3339). */
    readonly uploadUntil: string;
    readonly state?: 'held' | 'cleared' | 'rejected';
    readonly scanned?: boolean;
  };
}

export type DisclosureEvent =
  | { readonly type: 'DisclosurePublished'; readonly data: { readonly disclosure: PublishedDisclosure } }
  | {
      /** What the scan found, as of evidence. */
      readonly type: 'DisclosureJudged';
      readonly data: {
        readonly disclosure: number;
        readonly result: Verdict['result'];
        readonly reason?: RejectionReason | 'no-scanner';
        readonly detail?: string;
        readonly sha256?: string;
        readonly size?: number;
        readonly mediaType?: EvidenceType;
        readonly scanner?: Scanner;
      };
    };

/** The file of that number, for whoever signs for it. @throws Refusal */
export const fileOf = (disclosures: readonly PublishedDisclosure[], number: number) => {
  const { file, sha256 = '' } = disclosures[number - 1] ?? {};
  if (!file) throw new Refusal('not-found', `There is no file of a disclosure ${String(number)}.`);
  return { ...file, sha256 };
};

/** Where it lies: apart from the files of petitions, which are numbered alike. */
export const disclosureKey = (assembly: string, number: number): string =>
  `${disclosuresOf(assembly)}/${String(number)}`;

/** Below which all of them lie. */
export const disclosuresOf = (assembly: string): string => `assemblies/${assembly}`;

/** The assembly and the number of the disclosure; undefined for what is no such key. */
export const partsOfDisclosureKey = (
  key: string,
): { readonly assembly: string; readonly disclosure: number } | undefined => {
  const [, assembly, disclosure] = /^assemblies\/([0-9A-Z-]{10,40})\/([1-9]\d{0,5})$/.exec(key) ?? [];
  return assembly === undefined ? undefined : { assembly, disclosure: Number(disclosure) };
};

/** Name under which it is saved. */
export const savedDisclosure = (assembly: string, number: number, { mediaType }: DisclosureFile): string =>
  `${assembly}-${String(number)}.${endings[mediaType]}`;

/** As anybody reads it. `not-uploaded`: its time passed without it; `erased`: with its assembly. @param at RFC 3339 */
export const disclosureView = (disclosures: readonly PublishedDisclosure[], at: string, erasedOn?: string) =>
  disclosures.map(({ file, ...disclosure }, index) => {
    if (!file) return { number: index + 1, ...disclosure };
    const { uploadUntil, state, ...rest } = file;
    if (erasedOn !== undefined) return { number: index + 1, ...disclosure, file: { ...rest, state: 'erased' } };
    const shown = state === 'held' ? 'not-scanned' : (state ?? (at > uploadUntil ? 'not-uploaded' : 'waiting'));
    return { number: index + 1, ...disclosure, file: { ...rest, state: shown } };
  });

/** @throws Refusal */
export const publish = (
  disclosure: Disclosure,
  there: readonly PublishedDisclosure[],
  at: string,
  { configuration: { evidence: limits } }: Pick<Context, 'configuration'>,
): DisclosureEvent => {
  const { file, ...named } = disclosure;
  if (disclosure.sha256 === undefined && (disclosure.link === undefined || file)) {
    throw new Refusal('rule-violated', 'Name the digest of the document, or where it can be read.', {
      pointer: '/sha256',
    });
  }
  if (!file) return { type: 'DisclosurePublished', data: { disclosure: named } };
  if (file.size > limits.maximumBytes) {
    throw new Refusal('rule-violated', `A file has at most ${String(limits.maximumBytes)} bytes.`, {
      pointer: '/file/size',
    });
  }
  const files = there.flatMap((each) => (each.file ? [each.file] : []));
  const open = files.filter(({ state, uploadUntil }) => state === 'held' || (state === undefined && at <= uploadUntil));
  if (open.length >= limits.waiting) {
    throw new Refusal('not-the-step', 'Too many files wait to be uploaded and scanned; wait until they are.');
  }
  if (files.filter(({ state }) => state === 'cleared').length + open.length >= limits.perPetition) {
    throw new Refusal('rule-violated', `There are at most ${String(limits.perPetition)} files.`, { pointer: '/file' });
  }
  const uploadUntil = new Date(Date.parse(at) + limits.uploadMinutes * 60_000).toISOString();
  return { type: 'DisclosurePublished', data: { disclosure: { ...named, file: { ...file, uploadUntil } } } };
};

/** A repeat says nothing new; a verdict once given stands. @throws Refusal */
export const judgeDisclosure = (
  disclosures: readonly PublishedDisclosure[],
  disclosure: number,
  verdict: Verdict,
): readonly DisclosureEvent[] => {
  const { state, sha256, size } = fileOf(disclosures, disclosure);
  if (state === 'cleared' || state === 'rejected' || verdict.result === state) return [];
  if (verdict.result === 'cleared' && (verdict.sha256 !== sha256 || verdict.size !== size))
    throw new Refusal('rule-violated', 'What was scanned is not what was declared.');
  return [{ type: 'DisclosureJudged', data: { disclosure, ...verdict } }];
};

export const evolveDisclosures = (
  disclosures: readonly PublishedDisclosure[],
  event: DisclosureEvent,
): readonly PublishedDisclosure[] => {
  if (event.type === 'DisclosurePublished') return [...disclosures, event.data.disclosure];
  const { disclosure, result, scanner } = event.data;
  return disclosures.map((each, index) =>
    index === disclosure - 1 && each.file
      ? {
          ...each,
          file: {
            ...each.file,
            state: result,
            ...(result === 'cleared' ? { scanned: scanner !== undefined } : {}),
          },
        }
      : each,
  );
};
