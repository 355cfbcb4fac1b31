import { DynamoAttempts } from '../../adapters/attempts.ts';
import { statutoryCalendar } from '../../adapters/calendar.ts';
import { kmsClient } from '../../adapters/kms-client.ts';
import { KmsLookupHasher } from '../../adapters/lookup-hasher.ts';
import { decideAsPetitioner } from '../../domain/petition/narrow.ts';
import { readContainer } from '../shared/container.ts';
import { required } from '../shared/environment.ts';
import { limitsOfDeployment } from '../shared/limits.ts';
import { createPetitionerCommands } from '../shared/petitioner-commands.ts';
import { sealing } from '../shared/sealing.ts';
import { createHandler } from './handler.ts';

const hasher = new KmsLookupHasher(kmsClient(), required('LOOKUP_KEY_ID'));
const { client, tables, records, reference, clock } = readContainer(sealing());
const commands = createPetitionerCommands({
  records,
  reference,
  clock,
  calendar: statutoryCalendar,
  decide: decideAsPetitioner,
});

export const handler = createHandler({
  commands,
  records,
  clock,
  hasher,
  attempts: new DynamoAttempts({ client, ...tables }),
  limits: limitsOfDeployment(),
});
