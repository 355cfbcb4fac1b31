/**
 * `npm run reference -- [--units FILE] [--categories FILE] [--settings FILE]`: loads reference data into the tables. On
 * one machine into the running system's (DATA_DIR); elsewhere into PETITIONS_TABLE, with the operator's AWS credentials.
 * Everything is checked before anything is written, and loading the same again changes nothing.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { statutoryCalendar } from '../adapters/calendar.ts';
import { dynamoDbClient } from '../adapters/dynamodb-client.ts';
import { DynamoReferenceData } from '../adapters/reference-data.ts';
import { parseSettingsFile } from '../adapters/reference-file.ts';
import { parseCategory, parseUnit } from '../adapters/stored-event.ts';

const { values } = parseArgs({
  options: { units: { type: 'string' }, categories: { type: 'string' }, settings: { type: 'string' } },
});
if (Object.keys(values).length === 0) {
  console.error('npm run reference -- [--units FILE] [--categories FILE] [--settings FILE]');
  process.exit(2);
}

const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
const list = <T>(file: string | undefined, parse: (item: unknown) => T): T[] => {
  if (file === undefined) return [];
  const items = read(file);
  if (!Array.isArray(items)) throw new Error(`${file} holds no list.`);
  return items.map((item, index) => {
    try {
      return parse(item);
    } catch (error) {
      throw new Error(`${file}, item ${String(index + 1)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
};

/** The running local system, unless a table is named. */
const target = (): { petitionsTable: string; endpoint?: string } => {
  const named = process.env.PETITIONS_TABLE;
  if (named !== undefined) return { petitionsTable: named };
  const file = join(process.env.DATA_DIR ?? '.data', 'endpoints.json');
  if (!existsSync(file)) throw new Error(`Set PETITIONS_TABLE, or start the local system (${file} is not there).`);
  const { dynamodb, tables } = read(file) as { dynamodb: string; tables: Record<string, string> };
  return { petitionsTable: tables.PETITIONS_TABLE ?? '', endpoint: dynamodb };
};

try {
  const units = list(values.units, parseUnit);
  const categories = list(values.categories, parseCategory);
  const settings = values.settings === undefined ? {} : parseSettingsFile(read(values.settings));
  const { petitionsTable, endpoint } = target();
  const local = {
    endpoint: endpoint ?? '',
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const reference = new DynamoReferenceData({
    client: dynamoDbClient(endpoint === undefined ? {} : local),
    petitionsTable,
  });
  if (units.length > 0) await reference.putUnits(units);
  if (categories.length > 0) await reference.putCategories(categories);
  if (values.settings !== undefined) await reference.putSettings(settings);
  console.log(
    `${String(units.length)} units, ${String(categories.length)} categories${values.settings === undefined ? '' : `, settings; calendar ${statutoryCalendar(settings.calendarDays ?? []).version}`}`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
