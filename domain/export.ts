/** Exports of the history (docs/record.md): what was taken out, by whom and for what, is itself a fact. */

import type { NewEvent } from './ports.ts';

/** For what a history is taken out. Codes only: nobody's name can stand in them. */
export const exportPurposes = [
  /** 审计 */
  'audit',
  /** 督查 */
  'supervision',
  /** 复查、复核 */
  'review',
  /** 诉讼、纪检监察 */
  'legal-duty',
  /** 归档 */
  'archive',
  /** 机构改革移交 */
  'hand-over',
] as const;
export type ExportPurpose = (typeof exportPurposes)[number];

/** Legal days are both included. */
export type ExportScope =
  | { readonly kind: 'petition'; readonly petition: string }
  | {
      readonly kind: 'unit';
      readonly unit: string;
      readonly below: boolean;
      readonly from: string;
      readonly to: string;
    }
  | { readonly kind: 'all'; readonly unit: string };

/** A fact of the stream `reads` of the petition, or of the unit whose history it is. */
export interface HistoryExported {
  readonly type: 'HistoryExported';
  readonly data: {
    readonly scope: ExportScope;
    readonly purpose: ExportPurpose;
    /** The checkpoint by which the bundle is proved; absent while there is none. */
    readonly checkpoint?: number;
    /** An earlier checkpoint that somebody keeps, to be proved as well. */
    readonly since?: number;
  };
}

/** In whose history of reads an export stands. */
export const exportedFrom = (scope: ExportScope): string => (scope.kind === 'petition' ? scope.petition : scope.unit);

/** Which fact names parts of a split petition: only the office that split it sees which they are. */
const familyFacts = ['PetitionSplit', 'ChildSettled', 'ChildReopened'];

const petitionNumbers = /\b\d+-\d{8}-[0-9A-Z]{6}\b/g;

/**
 * Other petitions that a fact names; `'family'` when it names parts of a split petition. A session's number has the same
 * form and is none.
 */
export function namedBy({ type, data }: NewEvent, own: string): readonly string[] | 'family' {
  if (familyFacts.includes(type)) return 'family';
  const { registration } = data as { registration?: { visit?: { session?: string } } };
  const numbers = JSON.stringify(data).match(petitionNumbers) ?? [];
  return [...new Set(numbers)].filter((number) => number !== own && number !== registration?.visit?.session);
}
