import * as z from 'zod/mini';
import { evidenceTypes } from '../../domain/petition/evidence-types.ts';
import { route } from '../shared/route.ts';
import { CommandResult, credentials, evidenceNumber, fileName, text } from '../shared/schemas.ts';

const tag = 'evidence 证据材料';

const declaration = {
  fileName: fileName(255, 'As the person named it, without slashes'),
  size: z.int().check(z.gte(1), z.lte(1_000_000_000), z.describe('Bytes; the limit is configured')),
  mediaType: z.enum(evidenceTypes).check(z.describe('Checked against the content')),
  sha256: z
    .string()
    .check(z.regex(/^[0-9a-f]{64}$/, '64 hex digits'), z.meta({ description: 'Of the file', maxLength: 64 })),
  shows: text(1000, '证明对象: what it is to show'),
  replaces: z.optional(evidenceNumber('Stands in the place of this earlier piece, which stays in the record')),
};

const withdrawal = { evidence: evidenceNumber('Piece'), reason: text(1000, 'Why') };

/** A form to send as multipart/form-data, with the file as its last field `file`; absent when its time is over. */
const Declared = () =>
  z.object({
    ...CommandResult.shape,
    evidence: z.int().check(z.describe('Number of the piece: of the fact that declared it')),
    upload: z.optional(
      z.object({
        url: z.string(),
        fields: z.record(z.string(), z.string()),
        expiresAt: z.string(),
      }),
    ),
  });

const Download = () =>
  z.object({
    url: z.string().check(z.describe('Saves the file; good for a few minutes')),
    expiresAt: z.string(),
    fileName: z.string(),
    size: z.int(),
    mediaType: z.string(),
    sha256: z.string().check(z.describe('As in the record: compare it with what you got')),
    scanned: z.boolean(),
  });

const Pieces = () => z.object({ items: z.array(z.record(z.string(), z.unknown())) });

export const declare = route({
  method: 'POST',
  path: '/petitions/{number}/evidence',
  actions: ['DeclareEvidence'],
  tag,
  summary: 'Declare a file of evidence; the answer has the form by which exactly this file can be uploaded',
  description:
    'Repeat the request with the same Idempotency-Key for a fresh form, as long as the time for the upload runs. ' +
    'The file is in quarantine until it has been checked and scanned; the verdict becomes a fact of the record.',
  write: 'change',
  body: () =>
    z.strictObject({
      ...declaration,
      from: z.enum(['petitioner', 'organ']).check(z.describe('Brought by the petitioner, or found by the organ')),
    }),
  response: Declared,
});

export const withdraw = route({
  method: 'POST',
  path: '/petitions/{number}/evidence-withdrawals',
  actions: ['WithdrawEvidence'],
  tag,
  summary: 'Withdraw a piece that your unit took in; it stays in the record',
  write: 'change',
  body: () => z.strictObject(withdrawal),
  response: () => CommandResult,
});

export const list = route({
  method: 'GET',
  path: '/petitions/{number}/evidence',
  actions: ['ReadEvidence'],
  tag,
  summary: 'What was brought, and what became of it',
  response: Pieces,
});

export const download = route({
  method: 'GET',
  path: '/petitions/{number}/evidence/{evidence}/download',
  actions: ['ReadEvidence'],
  tag,
  summary: 'The address of a piece that was cleared, for a few minutes',
  response: Download,
});

export const declareOwn = route({
  method: 'POST',
  path: '/portal/evidence',
  actions: ['DeclareEvidence'],
  public: true,
  tag,
  summary: 'Bring a file to your own petition (补充材料)',
  write: 'petitioner',
  body: () => z.strictObject({ ...credentials, ...declaration }),
  response: Declared,
});

export const withdrawOwn = route({
  method: 'POST',
  path: '/portal/evidence-withdrawals',
  actions: ['WithdrawEvidence'],
  public: true,
  tag,
  summary: 'Take back a file that you brought; that you brought it stays in the record',
  write: 'petitioner',
  body: () => z.strictObject({ ...credentials, ...withdrawal }),
  response: () => CommandResult,
});

export const listOwn = route({
  method: 'POST',
  path: '/portal/evidence-list',
  actions: ['ReadEvidence'],
  public: true,
  tag,
  summary: 'The files that you brought, and what became of them',
  body: () => z.strictObject(credentials),
  response: Pieces,
});

export const downloadOwn = route({
  method: 'POST',
  path: '/portal/evidence-downloads',
  actions: ['ReadEvidence'],
  public: true,
  tag,
  summary: 'The address of a file that you brought, for a few minutes',
  body: () => z.strictObject({ ...credentials, evidence: evidenceNumber('Piece') }),
  response: Download,
});

export const routes = [declare, withdraw, list, download, declareOwn, withdrawOwn, listOwn, downloadOwn];
