import { ClamdScanner, ClamscanScanner } from '../../adapters/clamav.ts';
import { S3EvidenceFiles } from '../../adapters/evidence-files.ts';
import { inspectFile } from '../../adapters/file-inspection.ts';
import { s3Client } from '../../adapters/s3-client.ts';
import { decideEvidenceOnly } from '../../domain/petition/narrow.ts';
import type { MalwareScanner } from '../../domain/ports.ts';
import { containerWith } from '../shared/container.ts';
import { required } from '../shared/environment.ts';
import { createHandler } from './handler.ts';

/** `CLAMD_ADDRESS` (`host:port` or a socket), or the program `CLAMSCAN` with the signatures `CLAMSCAN_DATABASE`. */
const scannerThere = (): MalwareScanner | undefined => {
  const { CLAMD_ADDRESS, CLAMSCAN, CLAMSCAN_DATABASE } = process.env;
  if (CLAMD_ADDRESS) return new ClamdScanner(CLAMD_ADDRESS);
  return CLAMSCAN ? new ClamscanScanner(CLAMSCAN, CLAMSCAN_DATABASE || undefined) : undefined;
};

const { records, commands, clock } = containerWith(decideEvidenceOnly);
const scanner = scannerThere();

export const handler = createHandler({
  records,
  commands,
  clock,
  files: new S3EvidenceFiles(s3Client(), {
    quarantine: required('QUARANTINE_BUCKET'),
    evidence: required('EVIDENCE_BUCKET'),
  }),
  inspect: inspectFile,
  ...(scanner === undefined ? {} : { scanner }),
  releaseUnscanned: process.env.EVIDENCE_RELEASE_UNSCANNED === 'yes',
});
