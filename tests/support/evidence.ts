import type { Verdict } from '../../domain/petition/evidence.ts';
import type { PetitionCommand } from '../../domain/petition/petition.ts';
import type { EventActor } from '../../domain/ports.ts';
import { firstDay, noon, officers } from './builders.ts';

type Of<T extends PetitionCommand['type']> = Extract<PetitionCommand, { type: T }>;

export const scan: EventActor = { id: 'evidence-scan', unit: '', role: 'system' };

/** A hash that is told apart by its first digits. */
export const hashed = (seed: number): string => seed.toString(16).padStart(64, '0');

export const declare = (over: Partial<Of<'DeclareEvidence'>> = {}): Of<'DeclareEvidence'> => ({
  type: 'DeclareEvidence',
  by: officers.receptionist,
  at: noon(firstDay),
  fileName: '承包合同.pdf',
  size: 1000,
  mediaType: 'application/pdf',
  sha256: hashed(1),
  shows: '承包面积',
  from: 'petitioner',
  ...over,
});

export const cleared: Extract<Verdict, { result: 'cleared' }> = {
  result: 'cleared',
  sha256: hashed(1),
  size: 1000,
  mediaType: 'application/pdf',
  scanner: { engine: 'ClamAV 1.4.6', database: '27123' },
};
export const infected: Verdict = { result: 'rejected', reason: 'infected', detail: 'Eicar-Test' };
export const unscanned: Verdict = { result: 'held', reason: 'no-scanner' };

export const judge = (evidence: number, verdict: Verdict, over: Partial<Of<'JudgeEvidence'>> = {}) =>
  ({ type: 'JudgeEvidence', by: scan, at: noon(firstDay), evidence, verdict, ...over }) satisfies PetitionCommand;

export const withdraw = (evidence: number, over: Partial<Of<'WithdrawEvidence'>> = {}): Of<'WithdrawEvidence'> => ({
  type: 'WithdrawEvidence',
  by: officers.receptionist,
  at: noon(firstDay),
  evidence,
  reason: '误传',
  ...over,
});

/** Right and wrong ones, on pieces that may be there. */
export const evidenceCommands = (): PetitionCommand[] => [
  declare(),
  declare({ sha256: hashed(2), replaces: 2 }),
  declare({ sha256: hashed(3), by: officers.petitioner, size: 10 ** 12 }),
  declare({ sha256: hashed(4), by: officers.handler, from: 'organ' }),
  ...[2, 3, 4, 5].flatMap((evidence) => [
    judge(evidence, cleared),
    judge(evidence, infected),
    judge(evidence, unscanned),
    withdraw(evidence),
    withdraw(evidence, { by: officers.petitioner }),
  ]),
];
