import { decideSupervising } from '../../domain/petition/narrow.ts';
import { decideCommitmentsOnly } from '../../domain/reception/commitments.ts';
import { receptionContainer } from '../shared/container.ts';
import { sealing } from '../shared/sealing.ts';
import { createHandler } from './handler.ts';

export const handler = createHandler(receptionContainer(decideSupervising, decideCommitmentsOnly, sealing()));
