import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoReferenceData } from '../adapters/reference-data.ts';
import { parseSettingsFile } from '../adapters/reference-file.ts';
import type { Unit } from '../domain/organisation/unit.ts';
import type { Category } from '../domain/ports.ts';

const data = <T>(name: string): T => JSON.parse(readFileSync(join(import.meta.dirname, 'data', name), 'utf8')) as T;

/**
 * Loads the organisation tree, the content classification and the settings when the store has none. What somebody changed since stays.
 */
export async function seed({ petitionsTable, endpoint }: { petitionsTable: string; endpoint: string }): Promise<void> {
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const reference = new DynamoReferenceData({ client, petitionsTable });
  if ((await reference.units()).length === 0) await reference.putUnits(data<Unit[]>('units.json'));
  if ((await reference.categories()).length === 0) await reference.putCategories(data<Category[]>('categories.json'));
  const { calendarDays, configuration } = await reference.settings();
  if (calendarDays.length === 0 && Object.keys(configuration).length === 0)
    await reference.putSettings(parseSettingsFile(data('settings.json')));
  client.destroy();
}
