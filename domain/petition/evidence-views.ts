import { type Evidence, neverUploaded, replacedBy } from './evidence.ts';
import { endings } from './evidence-types.ts';
import type { Petition } from './state.ts';

/** `not-uploaded`: its time passed without it. `not-scanned`: it is there, and nothing could scan it yet. */
export type EvidenceState =
  | 'waiting'
  | 'not-uploaded'
  | 'not-scanned'
  | 'cleared'
  | 'released-unscanned'
  | 'rejected'
  | 'withdrawn';

const stateOf = (piece: Evidence, at: string): EvidenceState => {
  if (piece.withdrawn) return 'withdrawn';
  switch (piece.state) {
    case 'declared':
      return neverUploaded(piece, at) ? 'not-uploaded' : 'waiting';
    case 'held':
      return 'not-scanned';
    case 'rejected':
      return 'rejected';
    case 'cleared':
      return piece.scanner === undefined ? 'released-unscanned' : 'cleared';
  }
};

/** What was brought, for an officer who is concerned with the matter. @param at RFC 3339 */
export const evidenceView = (petition: Petition, at: string) =>
  petition.evidence.map((piece) => {
    const { state: _, withdrawn: __, ...rest } = piece;
    const replaced = replacedBy(petition, piece.evidence);
    return { ...rest, state: stateOf(piece, at), ...(replaced === undefined ? {} : { replacedBy: replaced }) };
  });

/** What the petitioner brought, as he may see it: not which officer took it in. */
export const ownEvidenceView = (petition: Petition, at: string) =>
  evidenceView(petition, at)
    .filter(({ from }) => from === 'petitioner')
    .map(({ by: _, unit: __, scanner: ___, ...piece }) => piece);

/** Where a file lies: says nothing but which petition and which fact. */
export const evidenceKey = (number: string, evidence: number): string => `${number}/${String(evidence)}`;

/** The number of the petition and of the piece; undefined for what is no key of ours. */
export const partsOfKey = (key: string): { readonly number: string; readonly evidence: number } | undefined => {
  const [, number, evidence] = /^([0-9A-Z-]{10,40})\/([1-9]\d{0,8})$/.exec(key) ?? [];
  return number === undefined ? undefined : { number, evidence: Number(evidence) };
};

/** Name under which it is saved: nothing personal, since addresses of downloads stand in logs. */
export const savedName = (number: string, { evidence, mediaType }: Evidence): string =>
  `${number}-${String(evidence)}.${endings[mediaType]}`;
