import { Presigner } from '../../adapters/presigned.ts';
import { readContainer } from '../shared/container.ts';
import { required } from '../shared/environment.ts';
import { sealing } from '../shared/sealing.ts';
import { createHandler } from './handler.ts';

export const handler = createHandler({
  ...readContainer(sealing()),
  cleared: new Presigner({ bucket: required('EVIDENCE_BUCKET'), domain: required('EVIDENCE_DOMAIN') }),
});
