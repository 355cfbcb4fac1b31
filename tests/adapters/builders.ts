import type { Answer, NewEvent, StreamRef, StreamWrite } from '../../domain/ports.ts';

let count = 0;

/** A petition that no other test writes. */
export const aPetition = (): StreamRef => {
  count += 1;
  return { kind: 'petition', id: `622901007-20261124-T${String(count).padStart(5, '0')}` };
};

/** A session that no other test writes. */
export const aSession = (): StreamRef => ({ ...aPetition(), kind: 'session' });

export const anEvent = (changes: Partial<NewEvent> = {}): NewEvent => ({
  type: 'PetitionRegistered',
  at: '2026-11-24T01:02:03.004Z',
  actor: { id: 'officer-1', unit: '622901007', role: 'receptionist' },
  data: { topic: '道路', persons: 3 },
  ...changes,
});

/** One event onto a new stream, nothing else. */
export const aWrite = (stream: StreamRef, changes: Partial<StreamWrite> = {}): StreamWrite => ({
  stream,
  expectedVersion: 0,
  events: [anEvent()],
  head: { summary: { title: '道路' }, openStages: [] },
  signals: [],
  decisions: [],
  ...changes,
});

export const anAnswer = (changes: Partial<Answer> = {}): Answer => ({
  fingerprint: 'f'.repeat(64),
  status: 201,
  body: { id: '622901007-20261124-7K3QXA' },
  ...changes,
});
