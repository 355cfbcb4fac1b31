import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, until } from '../../local/api-client.ts';
import { eicar, type FakeClamd, fakeClamd } from '../support/clamd.ts';
import { type Reply, type Sent, send } from '../support/http.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { codeOf, postForm } from '../support/objects.ts';
import { docx, pdf, png } from '../support/sample-files.ts';
import { discipline, historyOf, registeredStory } from '../support/story.ts';

let machine: Machine;
let clamd: FakeClamd;
let number: string;
let queryCode: string | undefined;

beforeAll(async () => {
  clamd = await fakeClamd();
  process.env.CLAMD_ADDRESS = clamd.address;
  machine = await startMachine();
});
afterAll(async () => {
  await machine.remove();
  clamd.close();
});
beforeEach(async () => {
  clamd.answer = undefined;
  ({ number, queryCode } = await registeredStory(machine.api));
});

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
const bytes = (content: Buffer) => Uint8Array.from(content);
const declaration = (content: Buffer, over: object = {}) => ({
  fileName: '土地承包合同（扫描件）.pdf',
  size: content.length,
  mediaType: 'application/pdf',
  sha256: sha256(content),
  shows: '承包面积与补偿面积不符',
  ...over,
});
const as = async (identity: string, path: string, sent: Sent = {}): Promise<Reply> =>
  send(`${machine.baseUrl}${path}`, { token: await machine.api.token(identity), ...sent });
const declare = (content: Buffer, over: object = {}): Promise<Answer> =>
  machine.api.as('receptionist').change(number, 'evidence', declaration(content, { from: 'petitioner', ...over }));
const declareOwn = (content: Buffer, over: object = {}): Promise<Answer> =>
  machine.api.as().post('/portal/evidence', { number, queryCode, ...declaration(content, over) });
const list = async (who = 'receptionist'): Promise<Answer[]> =>
  (await machine.api.as(who).get(`/petitions/${number}/evidence`)).items;
const ownList = async (): Promise<Answer[]> =>
  (await machine.api.as().post('/portal/evidence-list', { number, queryCode })).items;
const untilState = (evidence: number, state: string, ask = list): Promise<Answer> =>
  until(`evidence ${String(evidence)} to be ${state}`, async () => {
    const piece = (await ask()).find((each) => each.evidence === evidence);
    return piece?.state === state ? piece : undefined;
  });
const facts = async (): Promise<Answer[]> =>
  (await historyOf(machine.api, number)).filter(({ type }) => /^Evidence/.test(type));
const distinct = (content = pdf) => content(`/Id (${randomUUID()}) `);

describe('a file that the petitioner brings', () => {
  it('is uploaded by a form, cleared, and downloaded to save, with its hash in the record', async () => {
    const content = distinct();
    const { evidence, upload } = await declareOwn(content);
    expect((await postForm(upload, bytes(content))).status).toBe(204);
    const piece = await untilState(evidence, 'cleared');
    expect(piece).toMatchObject({
      sha256: sha256(content),
      scanner: { engine: 'ClamAV 1.4.6', database: '27123' },
      fileName: '土地承包合同（扫描件）.pdf',
      from: 'petitioner',
    });

    const link = await machine.api.as('triage').get(`/petitions/${number}/evidence/${String(evidence)}/download`);
    expect(link).toMatchObject({ sha256: sha256(content), scanned: true });
    expect(link.url).not.toContain(encodeURIComponent('承包'));
    const file = await fetch(link.url);
    expect(sha256(Buffer.from(await file.arrayBuffer()))).toBe(link.sha256);
    expect(file.headers.get('content-type')).toBe('application/octet-stream');
    expect(file.headers.get('x-content-type-options')).toBe('nosniff');
    expect(file.headers.get('content-disposition')).toBe(`attachment; filename="${number}-${String(evidence)}.pdf"`);
    const own = await machine.api.as().post('/portal/evidence-downloads', { number, queryCode, evidence });
    expect(await (await fetch(own.url)).text()).toBe(content.toString());
    expect(await ownList()).toMatchObject([{ evidence, state: 'cleared' }]);

    expect(await facts()).toMatchObject([
      { type: 'EvidenceDeclared', data: { sha256: sha256(content) } },
      { type: 'EvidenceCleared', actor: { id: 'evidence-scan' }, data: { evidence, sha256: sha256(content) } },
    ]);
  });

  it('is nobody’s without the right code, and other pieces are not his', async () => {
    const content = distinct();
    const wrong = await send(`${machine.baseUrl}/portal/evidence`, {
      body: { number, queryCode: '000000000000', ...declaration(content) },
    });
    expect([wrong.status, wrong.code]).toEqual([404, 'not-found']);
    const { evidence, upload } = await declare(content, { from: 'organ' });
    await postForm(upload, bytes(content));
    await untilState(evidence, 'cleared');
    const other = await send(`${machine.baseUrl}/portal/evidence-downloads`, { body: { number, queryCode, evidence } });
    expect([other.status, other.code]).toEqual([404, 'not-found']);
    expect(await ownList()).toEqual([]);
  });
});

describe('an upload', () => {
  const content = pdf('as declared ');
  const other = Buffer.from(content);
  other[20] = (other[20] ?? 0) ^ 1;

  it.each<[string, Buffer, Record<string, string>, string]>([
    ['of another content', other, {}, '400 BadDigest'],
    ['that is larger', Buffer.concat([content, Buffer.from('x')]), {}, '400 EntityTooLarge'],
    ['that is smaller', content.subarray(1), {}, '400 EntityTooSmall'],
    ['as a page', content, { 'Content-Type': 'text/html' }, '403 AccessDenied'],
    ['in the place of another', content, { key: '622901007-20260101-AAAAAA/1' }, '403 AccessDenied'],
  ])('%s is refused at the door, and the piece waits on', async (_, sent, change, code) => {
    const { evidence, upload } = await declare(content);
    expect(await codeOf(await postForm(upload, bytes(sent), change))).toBe(code);
    expect(await list()).toMatchObject([{ evidence, state: 'waiting' }]);
  });

  it('gets a fresh form by the same request, and no second declaration', async () => {
    const body = declaration(content, { from: 'petitioner' });
    const { version } = await machine.api.as('receptionist').get(`/petitions/${number}`);
    const key = randomUUID();
    const first = await as('receptionist', `/petitions/${number}/evidence`, { body, ifMatch: version, key });
    const again = await as('receptionist', `/petitions/${number}/evidence`, { body, ifMatch: version, key });
    expect([again.status, again.body.evidence]).toEqual([200, first.body.evidence]);
    expect((await postForm(again.body.upload, bytes(content))).status).toBe(204);
    await untilState(first.body.evidence, 'cleared');
    expect(await facts()).toHaveLength(2);
    const late = await as('receptionist', `/petitions/${number}/evidence`, { body, ifMatch: version, key });
    expect(late.body).toMatchObject({ evidence: first.body.evidence });
    expect(late.body.upload).toBeUndefined();
  });

  it.each([
    [{ fileName: '../../etc/passwd' }, 400],
    [{ fileName: 'a\u0000.pdf' }, 400],
    [{ mediaType: 'text/html' }, 400],
    [{ mediaType: 'application/x-msdownload' }, 400],
    [{ sha256: 'abc' }, 400],
    [{ size: 0 }, 400],
    [{ size: 100_000_001 }, 422],
  ])('of %j is not even declared', async (over, status) => {
    const { version } = await machine.api.as('receptionist').get(`/petitions/${number}`);
    const body = declaration(content, { from: 'petitioner', ...over });
    expect((await as('receptionist', `/petitions/${number}/evidence`, { body, ifMatch: version })).status).toBe(status);
  });
});

describe('a file that must not get in', () => {
  const page = Buffer.from('<!DOCTYPE html><html><script>alert(document.domain)</script></html>');
  const polyglot = Buffer.concat([png, Buffer.from('PK\x05\x06'), Buffer.alloc(18)]);
  const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
  it.each<[string, Buffer, string, string]>([
    ['the test virus', pdf(`/Note (${eicar}) `), 'application/pdf', 'infected'],
    ['a page under the name of a PDF', page, 'application/pdf', 'active-content'],
    ['a picture with an archive behind it', polyglot, 'image/png', 'archive'],
    ['a document with macros', docx({ 'word/vbaProject.bin': 'x' }), word, 'active-content'],
    ['a picture under the name of a PDF', png, 'application/pdf', 'wrong-type'],
  ])('%s is refused, gone, and never served', async (_, content, mediaType, reason) => {
    const { evidence, upload } = await declareOwn(content, { mediaType });
    expect((await postForm(upload, bytes(content))).status).toBe(204);
    expect(await untilState(evidence, 'rejected')).toMatchObject({ reason });
    expect(await ownList()).toMatchObject([{ evidence, state: 'rejected', reason }]);
    const link = await as('triage', `/petitions/${number}/evidence/${String(evidence)}/download`);
    expect([link.status, link.code]).toEqual([409, 'not-the-step']);
    expect(await facts()).toMatchObject([{ type: 'EvidenceDeclared' }, { type: 'EvidenceRejected', data: { reason } }]);
    await until('quarantine to be empty of it', async () => (storedFiles(sha256(content)) ? undefined : true));
  });
});

/** Whether a file of this hash lies in any bucket of the machine. */
const storedFiles = (hash: string): boolean =>
  readdirSync(join(machine.folder, 'objects'), { recursive: true, withFileTypes: true }).some(
    (entry) =>
      entry.isFile() &&
      entry.name.endsWith('.data') &&
      sha256(readFileSync(join(entry.parentPath, entry.name))) === hash,
  );

describe('who may', () => {
  const brought = async (content: Buffer) => {
    const { evidence, upload } = await declareOwn(content);
    await postForm(upload, bytes(content));
    await untilState(evidence, 'cleared');
    return `/petitions/${number}/evidence/${String(evidence)}/download`;
  };

  it('see it: the units concerned, without those who are recused', async () => {
    const path = await brought(distinct());
    expect((await as('triage', path)).status).toBe(200);
    expect((await as('prefecture-handler', path)).status).toBe(403);
    await machine.api.as('triage').change(number, 'recusals', { officer: 'receptionist', interest: '近亲属' });
    for (const each of [path, `/petitions/${number}/evidence`]) {
      const refused = await as('receptionist', each);
      expect([refused.status, refused.code]).toEqual([403, 'recused']);
    }
  });

  it('see it of an accusation: the organ it was handed to and the petitioner who brought it, nobody else', async () => {
    const path = await brought(distinct());
    await machine.api.as('triage').change(number, 'routing', {
      purpose: 'accusation',
      category: '0201',
      disposition: 'forward',
      competentUnit: discipline,
    });
    expect((await as('discipline', path)).status).toBe(200);
    for (const who of ['receptionist', 'triage', 'street-leader', 'land-handler', 'auditor'])
      for (const each of [path, `/petitions/${number}/evidence`]) {
        const refused = await as(who, each);
        expect([who, refused.status, refused.code]).toEqual([who, 404, 'not-found']);
      }
    const more = distinct();
    const { evidence, upload } = await declareOwn(more);
    await postForm(upload, bytes(more));
    await untilState(evidence, 'cleared', ownList);
    await untilState(evidence, 'cleared', () => list('discipline'));
  });

  it('withdraw it: whoever brought it, and it stays in the record', async () => {
    await brought(distinct());
    const [piece] = await list();
    const foreign = await as('receptionist', `/petitions/${number}/evidence-withdrawals`, {
      body: { evidence: piece.evidence, reason: '误传' },
      ifMatch: (await machine.api.as('receptionist').get(`/petitions/${number}`)).version,
    });
    expect([foreign.status, foreign.code]).toEqual([403, 'not-permitted']);
    await machine.api
      .as()
      .post('/portal/evidence-withdrawals', { number, queryCode, evidence: piece.evidence, reason: '误传' });
    expect(await list()).toMatchObject([{ evidence: piece.evidence, state: 'withdrawn', sha256: piece.sha256 }]);
  });
});

describe('nothing gets lost', () => {
  it('when the machine is killed between the upload and the verdict', async () => {
    const content = distinct();
    const { evidence, upload } = await declareOwn(content);
    await machine.control('fail', { function: 'evidence-scan', times: 1000 });
    expect((await postForm(upload, bytes(content))).status).toBe(204);
    await machine.restart();
    await untilState(evidence, 'cleared');
    expect(await facts()).toHaveLength(2);
  });

  it('when the scan is told twice, or again long after', async () => {
    const content = distinct();
    const { evidence, upload } = await declareOwn(content);
    await postForm(upload, bytes(content));
    await untilState(evidence, 'cleared');
    const event = { detail: { object: { key: `${number}/${String(evidence)}` } } };
    const run = () => machine.control<Answer>('invoke', { function: 'evidence-scan', event });
    for (const { result } of await Promise.all([run(), run()])) expect(result).toMatchObject({ cleared: 0, failed: 0 });
    expect(await facts()).toHaveLength(2);
  });

  it('when the scanner is away: it stays where it is, says so, and the schedule finds it', async () => {
    const content = distinct();
    clamd.answer = 'Database reload ERROR';
    const { evidence, upload } = await declareOwn(content);
    await postForm(upload, bytes(content));
    await untilState(evidence, 'not-scanned');
    clamd.answer = undefined;
    await machine.control('clock', { milliseconds: 180_000 });
    // The upload's own event comes again meanwhile: whichever is first, neither fails by the other.
    const { result } = await machine.control<Answer>('invoke', { function: 'evidence-scan', event: {} });
    expect(result).toMatchObject({ failed: 0 });
    await untilState(evidence, 'cleared');
  });

  it('and what never came is shown as that', async () => {
    const { evidence } = await declareOwn(distinct());
    await machine.control('clock', { milliseconds: 3_700_000 });
    expect(await list()).toMatchObject([{ evidence, state: 'not-uploaded' }]);
  });
});

it('no name of a file, no word about it and no signature is in what the machine has said', () => {
  expect(machine.output()).not.toMatch(/承包|补偿面积|X-Amz-Signature/);
});
