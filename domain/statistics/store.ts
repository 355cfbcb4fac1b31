import type { Page, StreamRef } from '../ports.ts';
import { emptySheet, type Sheet } from './entries.ts';
import type { BroughtAgain } from './sheet.ts';

/** A stream that was never counted. */
export const neverCounted: CountedSheet = { sheet: emptySheet, broughtAgain: {}, tell: [], revision: 0 };

/** A sheet as it was counted last. */
export interface CountedSheet {
  readonly sheet: Sheet;
  readonly broughtAgain: BroughtAgain;
  /** Later petitions that have not been counted anew since this one began or ceased to count. */
  readonly tell: readonly string[];
  /** Grows by one with each count; 0: never counted. */
  readonly revision: number;
}

/** One sheet that is to replace the one counted last. */
export interface Replacement {
  readonly stream: StreamRef;
  readonly before: CountedSheet;
  readonly after: Omit<CountedSheet, 'revision'>;
}

/** Figures by unit. */
export type UnitFigures = ReadonlyMap<string, Readonly<Record<string, number>>>;

/** The counters and the sheets that they are the sum of. */
export interface FigureStore {
  /** Consistent. */
  counted(stream: StreamRef): Promise<CountedSheet>;
  /** Replaces the sheets and moves the counters, in one transaction. @throws StaleVersion when another count came first */
  replace(replacements: readonly Replacement[]): Promise<void>;
  /** The counters of a period, of these units only if they are named. Eventually consistent. */
  figures(period: string, units?: readonly string[]): Promise<UnitFigures>;
  /** Streams of which something counts for this unit in this period. Eventually consistent. */
  streamsIn(
    unit: string,
    period: string,
    limit: number,
    cursor?: string,
  ): Promise<Page<{ readonly stream: StreamRef; readonly sheet: Sheet }>>;
}
