import { statutoryCalendar } from '../../adapters/calendar.ts';
import { ClamdScanner, ClamscanScanner } from '../../adapters/clamav.ts';
import { S3EvidenceFiles } from '../../adapters/evidence-files.ts';
import { inspectFile } from '../../adapters/file-inspection.ts';
import { s3Client } from '../../adapters/s3-client.ts';
import { type AssemblyCommand, assemblyStream } from '../../domain/assembly/assembly.ts';
import { decideEvidenceOnly } from '../../domain/petition/narrow.ts';
import type { MalwareScanner } from '../../domain/ports.ts';
import { scanActor } from '../shared/commands.ts';
import { containerWith } from '../shared/container.ts';
import { required } from '../shared/environment.ts';
import { createPlainTick } from '../shared/plain-commands.ts';
import { createHandler } from './handler.ts';

/** `CLAMD_ADDRESS` (`host:port` or a socket), or the program `CLAMSCAN` with the signatures `CLAMSCAN_DATABASE`. */
const scannerThere = (): MalwareScanner | undefined => {
  const { CLAMD_ADDRESS, CLAMSCAN, CLAMSCAN_DATABASE } = process.env;
  if (CLAMD_ADDRESS) return new ClamdScanner(CLAMD_ADDRESS);
  return CLAMSCAN ? new ClamscanScanner(CLAMSCAN, CLAMSCAN_DATABASE || undefined) : undefined;
};

const { records, commands, clock, reference } = containerWith(decideEvidenceOnly);
const rules = { records, clock, reference, calendar: statutoryCalendar };
const scanner = scannerThere();

export const handler = createHandler({
  records,
  commands,
  judgeDisclosure: (assembly, disclosure, verdict) =>
    createPlainTick(
      rules,
      assemblyStream,
      (by, at): AssemblyCommand => ({ type: 'JudgeDisclosure', disclosure, verdict, by, at }),
      scanActor,
    )(assembly),
  clock,
  files: new S3EvidenceFiles(s3Client(), {
    quarantine: required('QUARANTINE_BUCKET'),
    evidence: required('EVIDENCE_BUCKET'),
  }),
  inspect: inspectFile,
  ...(scanner === undefined ? {} : { scanner }),
  releaseUnscanned: process.env.EVIDENCE_RELEASE_UNSCANNED === 'yes',
});
