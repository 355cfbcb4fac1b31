import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectFile } from '../../adapters/file-inspection.ts';
import type { EvidenceType } from '../../domain/petition/evidence-types.ts';
import { compound, docx, jpeg, macroMain, mp4, pdf, png, program, zip } from '../support/sample-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'xinfang-inspection-'));
let count = 0;
const inspected = async (content: Buffer | string, declared: EvidenceType) => {
  count += 1;
  const path = join(folder, String(count));
  writeFileSync(path, content);
  return inspectFile(path, declared);
};
const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const gbk = Buffer.from('d5f7b5d8b2b9b3a5', 'hex'); // 征地补偿
const utf16 = Buffer.concat([Buffer.from('fffe', 'hex'), Buffer.from('征地补偿\r\n', 'utf16le')]);

describe('a file that is what it was declared', () => {
  it.each<[string, Buffer | string, EvidenceType]>([
    ['a PDF', pdf(), 'application/pdf'],
    ['a photo', jpeg, 'image/jpeg'],
    ['a picture', png, 'image/png'],
    ['a film', mp4, 'video/mp4'],
    [
      'a film of a camera that writes XML',
      Buffer.concat([mp4, Buffer.from('<?xml version="1.0"?><NonRealTimeMeta/>')]),
      'video/mp4',
    ],
    ['a recording in the same container', mp4, 'audio/mp4'],
    ['a document', docx({ 'word/media/image1.svg': '<svg/>' }), word],
    ['an old document', compound('WordDocument'), 'application/msword'],
    ['an old table', compound('Workbook'), 'application/vnd.ms-excel'],
    ['an OFD', zip('OFD.xml', 'Doc_0/Document.xml'), 'application/ofd'],
    ['a text', '征地补偿：1 < 2，且 3 > 2\n', 'text/plain'],
    ['a text of an old system', gbk, 'text/plain'],
    ['a text of Windows', utf16, 'text/plain'],
    ['a table as text', '姓名,面积\n张某,12.5\n', 'text/csv'],
  ])('%s is accepted', async (_, content, declared) => expect(await inspected(content, declared)).toBeUndefined());
});

describe('a file that is something else', () => {
  it.each<[string, Buffer | string, EvidenceType, string]>([
    ['a page under the name of a PDF', '<!DOCTYPE html><script>alert(1)</script>', 'application/pdf', 'active-content'],
    ['a page under the name of a photo', '<svg onload="alert(1)">', 'image/jpeg', 'active-content'],
    ['a page under the name of a text', '  <html><body onload=alert(1)>', 'text/plain', 'active-content'],
    ['a script in the middle of a text', `${'x\n'.repeat(5000)}<script src=//a>`, 'text/plain', 'active-content'],
    [
      'a drawing that runs',
      '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
      'text/plain',
      'active-content',
    ],
    ['a shell script', '#!/bin/sh\nrm -rf /', 'text/plain', 'active-content'],
    ['a program', program, 'application/pdf', 'wrong-type'],
    ['a program under the name of a text', program, 'text/plain', 'wrong-type'],
    ['bytes under the name of a text', Buffer.from([0x41, 0x00, 0x01, 0x42]), 'text/plain', 'wrong-type'],
    ['a picture under the name of another kind', png, 'image/jpeg', 'wrong-type'],
    ['an archive under the name of a document', zip('a.txt'), word, 'wrong-type'],
    ['an archive under the name of an OFD', zip('a.txt'), 'application/ofd', 'archive'],
    ['an old document of another kind', compound('Workbook'), 'application/msword', 'wrong-type'],
    ['an installer', compound('!ScriptActions'), 'application/msword', 'wrong-type'],
    ['nothing at all', '', 'application/pdf', 'wrong-type'],
  ])('%s is refused', async (_, content, declared, reason) =>
    expect(await inspected(content, declared)).toMatchObject({ reason }),
  );
});

describe('a file that is two things', () => {
  it.each<[string, Buffer, EvidenceType, string]>([
    ['a photo with an archive behind it', Buffer.concat([jpeg, zip('a.js')]), 'image/jpeg', 'archive'],
    ['a PDF with an archive behind it', Buffer.concat([pdf(), zip('a.js')]), 'application/pdf', 'archive'],
    [
      'a photo that begins as a page too',
      Buffer.concat([jpeg.subarray(0, 20), Buffer.from('<script>1</script>'), jpeg]),
      'image/jpeg',
      'active-content',
    ],
    ['a PDF that begins as a page', Buffer.concat([Buffer.from('<html>'), pdf()]), 'application/pdf', 'active-content'],
    [
      'a PDF that begins with something else',
      Buffer.concat([Buffer.from('GIF89a'), pdf()]),
      'application/pdf',
      'wrong-type',
    ],
  ])('%s is refused', async (_, content, declared, reason) =>
    expect(await inspected(content, declared)).toMatchObject({ reason }),
  );
});

describe('a document that runs', () => {
  it.each<[string, Buffer, EvidenceType, string]>([
    ['with macros', docx({ 'word/vbaProject.bin': 'x' }), word, 'active-content'],
    ['with controls', docx({ 'word/activeX/activeX1.bin': 'x' }), word, 'active-content'],
    ['with a program in it', docx({ 'word/embeddings/a.exe': 'x' }), word, 'active-content'],
    ['with an archive in it', docx({ 'word/embeddings/a.zip': 'x' }), word, 'archive'],
    ['that says it has macros', docx({}, macroMain), word, 'wrong-type'],
    ['of the old kind, with macros', compound('WordDocument', '_VBA_PROJECT'), 'application/msword', 'active-content'],
    [
      'as PDF, with a script',
      pdf('/OpenAction << /S /JavaScript /JS (app.alert(1)) >> '),
      'application/pdf',
      'active-content',
    ],
    ['as PDF, that starts a program', pdf('/OpenAction << /S /Launch >> '), 'application/pdf', 'active-content'],
  ])('%s is refused', async (_, content, declared, reason) =>
    expect(await inspected(content, declared)).toMatchObject({ reason }),
  );
});
