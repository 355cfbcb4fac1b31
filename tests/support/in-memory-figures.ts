import { InvalidCursor, StaleVersion } from '../../domain/errors.ts';
import type { Page, StreamRef } from '../../domain/ports.ts';
import { differences } from '../../domain/statistics/counting.ts';
import type { Sheet } from '../../domain/statistics/entries.ts';
import {
  type CountedSheet,
  type FigureStore,
  neverCounted,
  type Replacement,
  type UnitFigures,
} from '../../domain/statistics/store.ts';

const keyOf = ({ kind, id }: StreamRef): string => `${kind}#${id}`;

/** Sheets and counters in memory: the same promises as the adapter. */
export class InMemoryFigures implements FigureStore {
  readonly #sheets = new Map<string, CountedSheet & { readonly stream: StreamRef }>();
  readonly #counters = new Map<string, Map<string, Map<string, number>>>();
  /** How many transactions there were. */
  replaced = 0;

  async counted(stream: StreamRef): Promise<CountedSheet> {
    return structuredClone(this.#sheets.get(keyOf(stream)) ?? neverCounted);
  }

  async replace(replacements: readonly Replacement[]): Promise<void> {
    for (const { stream, before } of replacements) {
      if ((this.#sheets.get(keyOf(stream))?.revision ?? 0) !== before.revision) throw new StaleVersion(0);
    }
    for (const { stream, before, after } of replacements)
      this.#sheets.set(keyOf(stream), structuredClone({ ...after, stream, revision: before.revision + 1 }));
    for (const { unit, period, by } of differences(
      replacements.map(({ before, after }) => ({ before: before.sheet, after: after.sheet })),
    )) {
      const units = this.#counters.get(period) ?? new Map<string, Map<string, number>>();
      this.#counters.set(period, units);
      const figures = units.get(unit) ?? new Map<string, number>();
      units.set(unit, figures);
      for (const [figure, count] of Object.entries(by)) figures.set(figure, (figures.get(figure) ?? 0) + count);
    }
    this.replaced += 1;
  }

  async figures(period: string, units?: readonly string[]): Promise<UnitFigures> {
    return new Map(
      [...(this.#counters.get(period) ?? [])]
        .filter(([unit]) => units === undefined || units.includes(unit))
        .map(([unit, figures]) => [unit, Object.fromEntries([...figures].filter(([, count]) => count !== 0))]),
    );
  }

  async streamsIn(
    unit: string,
    period: string,
    limit: number,
    cursor = '0',
  ): Promise<Page<{ stream: StreamRef; sheet: Sheet }>> {
    const from = Number(cursor);
    if (Number.isNaN(from)) throw new InvalidCursor('No cursor of this list.');
    const all = [...this.#sheets.values()]
      .filter(({ sheet }) => sheet.entries.some((entry) => entry.unit === unit && entry.period === period))
      .sort((a, b) => (a.stream.id < b.stream.id ? -1 : 1))
      .map(({ stream, sheet }) => ({ stream, sheet }));
    const items = structuredClone(all.slice(from, from + limit));
    return { items, ...(from + limit < all.length ? { cursor: String(from + limit) } : {}) };
  }

  /** Every counter that is not zero, by `unit period figure`. */
  all(): ReadonlyMap<string, number> {
    return new Map(
      [...this.#counters].flatMap(([period, units]) =>
        [...units].flatMap(([unit, figures]) =>
          [...figures]
            .filter(([, count]) => count !== 0)
            .map(([figure, count]) => [`${unit} ${period} ${figure}`, count] as const),
        ),
      ),
    );
  }
}
