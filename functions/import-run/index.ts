import { S3TableFiles } from '../../adapters/import-files.ts';
import { DynamoImportStore } from '../../adapters/import-store.ts';
import { kmsClient } from '../../adapters/kms-client.ts';
import { KmsLookupHasher } from '../../adapters/lookup-hasher.ts';
import { DynamoReferenceVersions } from '../../adapters/reference-versions.ts';
import { s3Client } from '../../adapters/s3-client.ts';
import { tableRows } from '../../adapters/table-file.ts';
import { DynamoWorkItemStore } from '../../adapters/work-items.ts';
import { readContainer } from '../shared/container.ts';
import { required } from '../shared/environment.ts';
import { sealing } from '../shared/sealing.ts';
import { createHandler } from './handler.ts';

const { client, tables, ...rest } = readContainer(sealing());

export const handler = createHandler({
  ...rest,
  workItems: new DynamoWorkItemStore({ client, ...tables }),
  store: new DynamoImportStore({ client, ...tables }),
  files: new S3TableFiles(s3Client(), required('IMPORT_BUCKET')),
  versions: new DynamoReferenceVersions({ client, ...tables }),
  hasher: new KmsLookupHasher(kmsClient(), required('LOOKUP_KEY_ID')),
  openTable: tableRows,
});
