/**
 * Why a command is refused. Stable codes: they become the last part of the problem `type` URI (docs/problems.md).
 * Names of refusals are part of the API; never reuse one with another meaning.
 */
export const refusalCodes = {
  'not-found': 404,
  'not-permitted': 403,
  'not-your-unit': 403,
  'not-your-role': 403,
  recused: 403,
  'own-proposal': 403,
  sealed: 403,
  'not-the-step': 409,
  'already-decided': 409,
  'agreement-bars-remedies': 422,
  'rule-violated': 422,
  'unknown-unit': 422,
  'unknown-category': 422,
  'too-many-representatives': 422,
  'out-of-time': 409,
  'day-full': 409,
  'legal-hold': 409,
  erased: 410,
} as const;

export type RefusalCode = keyof typeof refusalCodes;

/** A refusal by the rules. `pointer` (RFC 6901) names the field at fault; `basis` the article it follows. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly pointer: string | undefined;
  readonly basis: string | undefined;

  constructor(code: RefusalCode, message: string, where: { pointer?: string; basis?: string } = {}) {
    super(message);
    this.code = code;
    this.pointer = where.pointer;
    this.basis = where.basis;
  }
}

/** Somebody else wrote first. The caller reads again and decides again; nothing was written. */
export class StaleVersion extends Error {
  override readonly name = 'StaleVersion';
  readonly currentVersion: number;

  constructor(currentVersion: number) {
    super(`The record has moved on to version ${String(currentVersion)}.`);
    this.currentVersion = currentVersion;
  }
}

/** The same idempotency key was committed before, perhaps a moment ago; the stored answer is the answer. */
export class DuplicateRequest extends Error {
  override readonly name = 'DuplicateRequest';
}

/** The store or another service could not answer now (throttling, time-out). Safe to try again. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

/** A list cursor that was altered or belongs to another list. The caller starts over without one. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}
