import { decideSponsoring } from '../../domain/petition/narrow.ts';
import { containerWith } from '../shared/container.ts';
import { sealing } from '../shared/sealing.ts';
import { createHandler } from './handler.ts';

export const handler = createHandler(containerWith(decideSponsoring, sealing()));
