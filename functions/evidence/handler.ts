import { defined } from '../../domain/defined.ts';
import { Refusal } from '../../domain/errors.ts';
import { type Evidence, evidenceOf } from '../../domain/petition/evidence.ts';
import { evidenceKey, evidenceView, ownEvidenceView, savedName } from '../../domain/petition/evidence-views.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import type { Petition } from '../../domain/petition/state.ts';
import type { EvidenceTransfers, RecordStore } from '../../domain/ports.ts';
import { requireNotErased } from '../../domain/privacy/erasure.ts';
import { readPetition } from '../shared/access.ts';
import type { Commands } from '../shared/commands.ts';
import { httpApi, on, type Result } from '../shared/http-api.ts';
import type { PetitionerCommands } from '../shared/petitioner-commands.ts';
import { type CodeCheck, type Credentials, requirePetitioner } from '../shared/query-code.ts';
import * as routes from './routes.ts';

export interface Dependencies extends CodeCheck {
  readonly records: RecordStore;
  readonly commands: Commands;
  readonly petitionerCommands: PetitionerCommands;
  readonly quarantine: Pick<EvidenceTransfers, 'upload'>;
  readonly cleared: Pick<EvidenceTransfers, 'download'>;
}

/** How long an address of a download is good: long enough to begin, too short to pass on. */
const downloadSeconds = 300;

/** Files of evidence: declared, uploaded and downloaded by requests that are signed here and never pass through here. */
export const createHandler = (dependencies: Dependencies) => {
  const { records, commands, petitionerCommands, quarantine, cleared, clock } = dependencies;
  const reading = { records, clock, context: commands.context };

  const requireCode = ({ body, callerAddress }: { readonly body: Credentials; readonly callerAddress: string }) =>
    requirePetitioner(dependencies, body, callerAddress);

  const ownPetition = async (call: Parameters<typeof requireCode>[0]) => {
    await requireCode(call);
    return foldPetition((await records.load({ kind: 'petition', id: call.body.number })).events);
  };

  /** The form is signed anew for every answer, repeats too; the record keeps none. */
  const withForm = async (number: string, { body, ...result }: Result): Promise<Result> => {
    // Exactly one fact was recorded, so its number is the version.
    const { version } = body as { version: number };
    const { events } = await records.load({ kind: 'petition', id: number });
    const petition = foldPetition(events);
    const { evidence, mediaType, size, sha256, uploadUntil, state } = evidenceOf(petition, version);
    const now = clock.now();
    const closed = state !== 'declared' || petition.keeping.erasedOn !== undefined;
    if (closed || now >= uploadUntil) return { ...result, body: { ...body, evidence } };
    const file = { key: evidenceKey(number, evidence), contentType: mediaType, size, sha256 };
    const upload = { ...(await quarantine.upload(file, { now, expiresAt: uploadUntil })), expiresAt: uploadUntil };
    return { ...result, body: { ...body, evidence, upload } };
  };

  const address = async (number: string, piece: Evidence): Promise<Result> => {
    if (piece.state !== 'cleared') throw new Refusal('not-the-step', 'The file is not released: see its state.');
    const { evidence, fileName, size, mediaType, sha256, scanner } = piece;
    const now = clock.now();
    const file = { key: evidenceKey(number, evidence), name: savedName(number, piece) };
    const url = await cleared.download(file, { now, seconds: downloadSeconds });
    const expiresAt = new Date(Date.parse(now) + downloadSeconds * 1000).toISOString();
    return { body: { url, expiresAt, fileName, size, mediaType, sha256, scanned: scanner !== undefined } };
  };

  const ownPiece = (petition: Petition, number: number): Evidence => {
    const piece = evidenceOf(petition, number);
    if (piece.from !== 'petitioner') throw new Refusal('not-found', 'There is no such evidence.');
    return piece;
  };

  return httpApi([
    on(routes.declare, async (call) => {
      const intent = { type: 'DeclareEvidence', ...defined(call.body) } as const;
      const { number } = call.params;
      return withForm(number, await commands.change(call.officer(), call, number, intent));
    }),
    on(routes.withdraw, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'WithdrawEvidence', ...call.body }),
    ),
    on(routes.list, async (call) => {
      const { petition, version } = await readPetition(reading, call, call.params.number, { what: 'evidence-list' });
      return { body: { items: evidenceView(petition, clock.now()) }, version };
    }),
    on(routes.download, async (call) => {
      const { number, evidence } = call.params;
      const { petition } = await readPetition(reading, call, number, { what: 'evidence', part: evidence });
      requireNotErased(call.actions[0], petition);
      return address(number, evidenceOf(petition, Number(evidence)));
    }),

    on(routes.declareOwn, async (call) => {
      await requireCode(call);
      const { number, queryCode: _, ...declaration } = call.body;
      const intent = { type: 'DeclareEvidence', from: 'petitioner', ...defined(declaration) } as const;
      return withForm(number, await petitionerCommands.changeAsPetitioner(call, number, intent));
    }),
    on(routes.withdrawOwn, async (call) => {
      await requireCode(call);
      const { number, queryCode: _, ...withdrawal } = call.body;
      return petitionerCommands.changeAsPetitioner(call, number, { type: 'WithdrawEvidence', ...withdrawal });
    }),
    on(routes.listOwn, async (call) => ({
      body: { items: ownEvidenceView(await ownPetition(call), clock.now()) },
    })),
    on(routes.downloadOwn, async (call) => {
      const petition = await ownPetition(call);
      requireNotErased(call.actions[0], petition);
      return address(call.body.number, ownPiece(petition, call.body.evidence));
    }),
  ]);
};
