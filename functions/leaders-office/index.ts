import { decideLeading } from '../../domain/petition/narrow.ts';
import { decideSession } from '../../domain/reception/session.ts';
import { receptionContainer } from '../shared/container.ts';
import { sealing } from '../shared/sealing.ts';
import { createHandler } from './handler.ts';

export const handler = createHandler(receptionContainer(decideLeading, decideSession, sealing()));
