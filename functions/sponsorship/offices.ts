import { beforeEveryDay } from '../../domain/calendar/calendar.ts';
import type { Page, RecordStore, StreamRef } from '../../domain/ports.ts';
import { areaPage } from '../shared/area-page.ts';

/** Offices whose lists one read looks into: most are short, many empty. */
const officesAtOnce = 25;

/** The lists of several petition offices one after the other, each up to a day; bounded work as `areaPage` says. */
export const listOfOffices =
  (records: Pick<RecordStore, 'listed'>, offices: readonly string[], untilDay: string) =>
  async (limit: number, cursor?: string): Promise<Page<StreamRef>> => {
    const days = { from: beforeEveryDay, until: untilDay };
    const { items, ...rest } = await areaPage(
      offices,
      (office, wanted, after) => records.listed('petition', office, days, wanted, after),
      limit,
      cursor,
      { mostUnits: officesAtOnce },
    );
    return { items: items.map(({ stream }) => stream), ...rest };
  };
