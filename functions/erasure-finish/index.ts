import { S3EvidenceFiles } from '../../adapters/evidence-files.ts';
import { DynamoPendingErasures } from '../../adapters/pending-erasures.ts';
import { s3Client } from '../../adapters/s3-client.ts';
import { readContainer } from '../shared/container.ts';
import { required } from '../shared/environment.ts';
import { createErasure } from '../shared/erasure.ts';
import { createHandler } from './handler.ts';

const { client, tables, records, clock, context } = readContainer();

export const handler = createHandler({
  records,
  clock,
  erasure: createErasure({ records, clock, context }),
  pending: new DynamoPendingErasures({ client, ...tables }),
  files: new S3EvidenceFiles(s3Client(), {
    quarantine: required('QUARANTINE_BUCKET'),
    evidence: required('EVIDENCE_BUCKET'),
  }),
});
