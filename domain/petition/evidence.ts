import { Refusal } from '../errors.ts';
import type { EvidenceType } from './evidence-types.ts';
import { registered } from './guards.ts';
import type { Context, Issued, Petition } from './state.ts';

/** Why a file is refused. */
export const rejectionReasons = [
  'wrong-size',
  'wrong-checksum',
  'wrong-type',
  'active-content',
  'archive',
  'infected',
] as const;
export type RejectionReason = (typeof rejectionReasons)[number];

/** Which scanner judged with which signatures. */
export interface Scanner {
  /** Engine and version, e.g. `ClamAV 1.4.6`. */
  readonly engine: string;
  /** Version of its signature database; absent when it tells none. */
  readonly database?: string;
}

/** What the scan found. `held`: nobody could scan, so the file stays where it is. */
export type Verdict =
  | {
      readonly result: 'cleared';
      readonly sha256: string;
      readonly size: number;
      /** Type that the content shows. */
      readonly mediaType: EvidenceType;
      /** Absent: released without a scan, which only the configuration of a single machine allows. */
      readonly scanner?: Scanner;
    }
  | { readonly result: 'rejected'; readonly reason: RejectionReason; readonly detail?: string }
  | { readonly result: 'held'; readonly reason: 'no-scanner' };

export type EvidenceCommand = Issued &
  (
    | {
        readonly type: 'DeclareEvidence';
        readonly fileName: string;
        /** Bytes. */
        readonly size: number;
        readonly mediaType: EvidenceType;
        /** Hex. */
        readonly sha256: string;
        /** What it is to show. */
        readonly shows: string;
        /** Brought by the petitioner (an officer takes it in for him), or found by the organ itself. */
        readonly from: 'petitioner' | 'organ';
        /** The piece in whose place it comes. */
        readonly replaces?: number;
      }
    | { readonly type: 'WithdrawEvidence'; readonly evidence: number; readonly reason: string }
    | { readonly type: 'JudgeEvidence'; readonly evidence: number; readonly verdict: Verdict }
  );

export type EvidenceEvent =
  | {
      readonly type: 'EvidenceDeclared';
      readonly data: {
        readonly fileName: string;
        readonly size: number;
        readonly mediaType: EvidenceType;
        readonly sha256: string;
        readonly shows: string;
        readonly from: 'petitioner' | 'organ';
        readonly replaces?: number;
        /** Until when it can be uploaded (RFC 3339). */
        readonly uploadUntil: string;
        readonly by: string;
        readonly unit: string;
      };
    }
  | { readonly type: 'EvidenceWithdrawn'; readonly data: { readonly evidence: number; readonly reason: string } }
  | {
      readonly type: 'EvidenceCleared';
      readonly data: { readonly evidence: number } & Omit<Extract<Verdict, { result: 'cleared' }>, 'result'>;
    }
  | {
      readonly type: 'EvidenceRejected';
      readonly data: { readonly evidence: number; readonly reason: RejectionReason; readonly detail?: string };
    }
  | { readonly type: 'EvidenceHeld'; readonly data: { readonly evidence: number; readonly reason: 'no-scanner' } };

/** One piece of evidence (证据材料). Nothing is ever deleted from the record: it is withdrawn or replaced. */
export interface Evidence {
  /** Number of the fact that declared it, by which it is known. */
  readonly evidence: number;
  readonly fileName: string;
  readonly size: number;
  readonly mediaType: EvidenceType;
  readonly sha256: string;
  readonly shows: string;
  readonly from: 'petitioner' | 'organ';
  readonly by: string;
  readonly unit: string;
  readonly uploadUntil: string;
  readonly state: 'declared' | 'held' | 'cleared' | 'rejected';
  readonly reason?: RejectionReason;
  readonly scanner?: Scanner;
  readonly replaces?: number;
  readonly withdrawn?: true;
}

/** The piece of that number. @throws Refusal */
export const evidenceOf = ({ evidence }: Petition, number: number): Evidence => {
  const found = evidence.find((each) => each.evidence === number);
  if (!found) throw new Refusal('not-found', 'There is no such evidence.');
  return found;
};

/** Whether the file was never uploaded in its time: nothing happened, so no fact says it. @param at RFC 3339 */
export const neverUploaded = ({ state, uploadUntil }: Evidence, at: string): boolean =>
  state === 'declared' && at > uploadUntil;

/** Another piece that was cleared stands in its place. */
export const replacedBy = ({ evidence }: Petition, number: number): number | undefined =>
  evidence.findLast((each) => each.replaces === number && each.state === 'cleared' && !each.withdrawn)?.evidence;

/** Takes up room: it is there, or may still come. */
const counts = (each: Evidence, at: string): boolean =>
  each.state !== 'rejected' && !each.withdrawn && !neverUploaded(each, at);

/** @throws Refusal */
export const decideEvidence = (
  command: EvidenceCommand,
  petition: Petition,
  { configuration }: Pick<Context, 'configuration'>,
): readonly EvidenceEvent[] => {
  registered(petition);
  const { evidence: limits } = configuration;
  switch (command.type) {
    case 'DeclareEvidence': {
      const { fileName, size, mediaType, sha256, shows, replaces, by, at } = command;
      const from = by.role === 'petitioner' ? 'petitioner' : command.from;
      if (size > limits.maximumBytes) {
        throw new Refusal('rule-violated', `A file has at most ${String(limits.maximumBytes)} bytes.`, {
          pointer: '/size',
        });
      }
      const there = petition.evidence.filter((each) => counts(each, at));
      if (there.length >= limits.perPetition) {
        throw new Refusal('rule-violated', `A petition has at most ${String(limits.perPetition)} pieces of evidence.`);
      }
      if (there.filter(({ state }) => state !== 'cleared').length >= limits.waiting) {
        throw new Refusal('not-the-step', 'Too many files wait to be uploaded and scanned; wait until they are.');
      }
      const same = there.find((each) => each.sha256 === sha256);
      if (same) {
        throw new Refusal('already-decided', `This very file is there as evidence ${String(same.evidence)}.`, {
          pointer: '/sha256',
        });
      }
      if (replaces !== undefined) {
        const old = petition.evidence.find((each) => each.evidence === replaces);
        if (!old || !isOwn(old, by)) {
          throw new Refusal('rule-violated', 'There is no such evidence of yours to replace.', {
            pointer: '/replaces',
          });
        }
      }
      const uploadUntil = new Date(Date.parse(at) + limits.uploadMinutes * 60_000).toISOString();
      const content = { fileName, size, mediaType, sha256, shows, from, uploadUntil, by: by.id, unit: by.unit };
      return [{ type: 'EvidenceDeclared', data: { ...content, ...(replaces === undefined ? {} : { replaces }) } }];
    }
    case 'WithdrawEvidence': {
      const piece = evidenceOf(petition, command.evidence);
      if (!isOwn(piece, command.by)) {
        throw new Refusal(
          'not-permitted',
          'Whoever brought it withdraws it: the petitioner, or the unit that took it in.',
        );
      }
      if (piece.withdrawn) throw new Refusal('already-decided', 'It is withdrawn.');
      return [{ type: 'EvidenceWithdrawn', data: { evidence: command.evidence, reason: command.reason } }];
    }
    case 'JudgeEvidence':
      return judge(command.evidence, command.verdict, evidenceOf(petition, command.evidence));
  }
};

/** The petitioner's own is his; what officers bring is their unit's, so that colleagues can stand in. */
const isOwn = (piece: Evidence, by: { readonly role: string; readonly unit: string }): boolean =>
  by.role === 'petitioner' ? piece.from === 'petitioner' : piece.unit === by.unit;

/** A repeat says nothing new; a verdict once given stands. */
const judge = (evidence: number, verdict: Verdict, { state, sha256, size }: Evidence): readonly EvidenceEvent[] => {
  if (state === 'cleared' || state === 'rejected') return [];
  switch (verdict.result) {
    case 'held':
      return state === 'held' ? [] : [{ type: 'EvidenceHeld', data: { evidence, reason: verdict.reason } }];
    case 'rejected': {
      const { result: _, ...why } = verdict;
      return [{ type: 'EvidenceRejected', data: { evidence, ...why } }];
    }
    case 'cleared': {
      if (verdict.sha256 !== sha256 || verdict.size !== size)
        throw new Refusal('rule-violated', 'What was scanned is not what was declared.');
      const { result: _, ...found } = verdict;
      return [{ type: 'EvidenceCleared', data: { evidence, ...found } }];
    }
  }
};

export const evolveEvidence = (petition: Petition, event: EvidenceEvent): Petition => {
  const changed = (number: number, change: Partial<Evidence>): Petition => ({
    ...petition,
    evidence: petition.evidence.map((each) => (each.evidence === number ? { ...each, ...change } : each)),
  });
  switch (event.type) {
    case 'EvidenceDeclared':
      return {
        ...petition,
        evidence: [...petition.evidence, { ...event.data, evidence: petition.version + 1, state: 'declared' }],
      };
    case 'EvidenceWithdrawn':
      return changed(event.data.evidence, { withdrawn: true });
    case 'EvidenceHeld':
      return changed(event.data.evidence, { state: 'held' });
    case 'EvidenceRejected':
      return changed(event.data.evidence, { state: 'rejected', reason: event.data.reason });
    case 'EvidenceCleared': {
      const { evidence, mediaType, scanner } = event.data;
      return changed(evidence, { state: 'cleared', mediaType, ...(scanner === undefined ? {} : { scanner }) });
    }
  }
};
