import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { legalDay } from '../domain/calendar/calendar.ts';
import type { Unit } from '../domain/organisation/unit.ts';
import type { CalendarDay, Category, ReferenceData, Settings, UnitHistory } from '../domain/ports.ts';
import { DynamoDb, type RawItem } from './dynamodb.ts';
import type { OnConsumed } from './dynamodb-client.ts';
import { referenceKey } from './keys.ts';
import { parseCalendarDay, parseCategory, parseSetting, parseUnit } from './stored-event.ts';

/** Units and categories change rarely and by administrators: a function may work on a copy of this age. */
export const cacheLifetimeMs = 5 * 60 * 1000;

export const settingsLifetimeMs = 60 * 1000;

export interface ReferenceDataOptions {
  readonly client: DynamoDBClient;
  readonly petitionsTable: string;
  readonly onConsumed?: OnConsumed;
  /** Monotonic milliseconds, for the age of the cache. */
  readonly now?: () => number;
  /** The legal day, on which versions hold. */
  readonly today?: () => string;
}

type Kind = Parameters<typeof referenceKey>[0];

interface Cached<T> {
  readonly at: number;
  readonly values: readonly T[];
}

/**
 * Of everything the version that holds on a day: the latest that has begun, where one without a day is the first. What was
 * loaded is never written over (reference-versions.ts), and what is to come waits here for its day.
 */
const inForce = (items: readonly RawItem[], today: string): readonly RawItem[] => {
  const holding = new Map<string, RawItem>();
  // In the order of the keys, in which later days come later.
  for (const item of items) {
    const [id = '', from = ''] = String(item.sk).split('@');
    if (from <= today) holding.set(id, item);
  }
  return [...holding.values()];
};

/** Reference data in the Petitions table, cached in memory for five minutes. */
export class DynamoReferenceData implements ReferenceData, UnitHistory {
  readonly #db: DynamoDb;
  readonly #table: string;
  readonly #now: () => number;
  readonly #today: () => string;
  #units: Cached<Unit> | undefined;
  #categories: Cached<Category> | undefined;
  #settings: { readonly at: number; readonly settings: Settings } | undefined;

  constructor({
    client,
    petitionsTable,
    onConsumed,
    now = () => performance.now(),
    today = () => legalDay(new Date().toISOString()),
  }: ReferenceDataOptions) {
    this.#db = new DynamoDb(client, onConsumed);
    this.#table = petitionsTable;
    this.#now = now;
    this.#today = today;
  }

  async units(): Promise<readonly Unit[]> {
    this.#units = await this.#fresh(this.#units, 'units', parseUnit);
    return this.#units.values;
  }

  /** Not cached: who asks for a day that is over asks seldom. @throws Unavailable */
  async unitsOn(day: string): ReturnType<UnitHistory['unitsOn']> {
    const items = inForce(await this.#items('units'), day);
    return { units: items.map(parseUnit), withoutDay: items.filter(({ sk }) => !String(sk).includes('@')).length };
  }

  async categories(): Promise<readonly Category[]> {
    this.#categories = await this.#fresh(this.#categories, 'categories', parseCategory);
    return this.#categories.values;
  }

  /** Writes units over those of the same id. Other processes see them when their cache has aged. @throws Unavailable */
  async putUnits(units: readonly Unit[]): Promise<void> {
    await this.#db.batchPut(
      this.#table,
      units.map((unit) => ({ ...referenceKey('units', unit.id), ...unit })),
    );
    this.#units = undefined;
  }

  /** Writes categories over those of the same code. @throws Unavailable */
  async putCategories(categories: readonly Category[]): Promise<void> {
    await this.#db.batchPut(
      this.#table,
      categories.map((category) => ({ ...referenceKey('categories', category.code), ...category })),
    );
    this.#categories = undefined;
  }

  /** A new holiday calendar must not wait long: kept for a minute only, but also when there is none. */
  async settings(): Promise<Settings> {
    if (this.#settings === undefined || this.#now() - this.#settings.at >= settingsLifetimeMs) {
      const [{ values }, { values: imported }] = await Promise.all([
        this.#fresh(undefined, 'settings', parseSetting),
        this.#fresh(undefined, 'calendar', parseCalendarDay),
      ]);
      const named = new Map(values.map(({ name, value }) => [name, value]));
      const calendar = named.get('calendar') as { readonly days?: readonly CalendarDay[] } | undefined;
      // What was imported with its day stands over what was loaded as one list.
      const days = new Map([...(calendar?.days ?? []), ...imported].map((each) => [each.day, each]));
      const settings = { calendarDays: [...days.values()], configuration: named.get('configuration') ?? {} };
      this.#settings = { at: this.#now(), settings };
    }
    return this.#settings.settings;
  }

  /** Replaces what this place has set. @throws Unavailable */
  async putSettings({ calendarDays, configuration }: Partial<Settings>): Promise<void> {
    const items = {
      ...(calendarDays ? { calendar: { days: calendarDays } } : {}),
      ...(configuration ? { configuration } : {}),
    };
    await this.#db.batchPut(
      this.#table,
      Object.entries(items).map(([name, value]) => ({
        ...referenceKey('settings', name),
        value: JSON.stringify(value),
      })),
    );
    this.#settings = undefined;
  }

  async #fresh<T>(cached: Cached<T> | undefined, kind: Kind, parse: (item: unknown) => T): Promise<Cached<T>> {
    if (cached !== undefined && this.#now() - cached.at < cacheLifetimeMs) return cached;
    const values = inForce(await this.#items(kind), this.#today()).map(parse);
    // An empty answer is not kept: a machine that is being set up must see its units as soon as they are there.
    return { at: values.length === 0 ? Number.NEGATIVE_INFINITY : this.#now(), values };
  }
  async #items(kind: Kind): Promise<readonly RawItem[]> {
    const values = { ':pk': referenceKey(kind, '').pk };
    return this.#db.query({ table: this.#table, where: 'pk = :pk', values });
  }
}
