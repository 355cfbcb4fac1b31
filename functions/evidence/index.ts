import { DynamoAttempts } from '../../adapters/attempts.ts';
import { statutoryCalendar } from '../../adapters/calendar.ts';
import { kmsClient } from '../../adapters/kms-client.ts';
import { KmsLookupHasher } from '../../adapters/lookup-hasher.ts';
import { Presigner } from '../../adapters/presigned.ts';
import { decideEvidenceOnly } from '../../domain/petition/narrow.ts';
import { containerWith } from '../shared/container.ts';
import { required } from '../shared/environment.ts';
import { limitsOfDeployment } from '../shared/limits.ts';
import { createPetitionerCommands } from '../shared/petitioner-commands.ts';
import { sealing } from '../shared/sealing.ts';
import { createHandler } from './handler.ts';

const { client, tables, records, reference, clock, commands } = containerWith(decideEvidenceOnly, sealing());
const rules = { records, reference, clock, calendar: statutoryCalendar, decide: decideEvidenceOnly };

export const handler = createHandler({
  records,
  commands,
  clock,
  petitionerCommands: createPetitionerCommands(rules),
  hasher: new KmsLookupHasher(kmsClient(), required('LOOKUP_KEY_ID')),
  attempts: new DynamoAttempts({ client, ...tables }),
  limits: limitsOfDeployment(),
  quarantine: new Presigner({ bucket: required('QUARANTINE_BUCKET'), domain: required('QUARANTINE_DOMAIN') }),
  cleared: new Presigner({ bucket: required('EVIDENCE_BUCKET'), domain: required('EVIDENCE_DOMAIN') }),
});
