import { open, readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { fileTypeFromFile } from 'file-type';
import type { RejectionReason } from '../domain/petition/evidence.ts';
import type { EvidenceType } from '../domain/petition/evidence-types.ts';
import type { FileInspector } from '../domain/ports.ts';

type Refused = { readonly reason: RejectionReason; readonly detail?: string };

const compound = ['application/x-cfb'];

/** What the content of each type shows itself as; empty: text, which shows itself as nothing. */
const shownAs: Readonly<Record<EvidenceType, readonly string[]>> = {
  'application/pdf': ['application/pdf'],
  // An OFD is a ZIP that the library does not know; its content says more below.
  'application/ofd': ['application/zip'],
  'image/jpeg': ['image/jpeg'],
  'image/png': ['image/png', 'image/apng'],
  'image/gif': ['image/gif'],
  'image/webp': ['image/webp'],
  'image/heic': ['image/heic', 'image/heif', 'image/heic-sequence', 'image/heif-sequence'],
  'image/tiff': ['image/tiff'],
  'image/bmp': ['image/bmp'],
  'audio/mpeg': ['audio/mpeg'],
  'audio/mp4': ['audio/mp4', 'audio/x-m4a', 'video/mp4'],
  'audio/aac': ['audio/aac'],
  'audio/amr': ['audio/amr'],
  'audio/wav': ['audio/wav', 'audio/vnd.wave'],
  'audio/ogg': ['audio/ogg', 'audio/ogg; codecs=opus', 'application/ogg'],
  'audio/flac': ['audio/flac', 'audio/x-flac'],
  'video/mp4': ['video/mp4', 'video/x-m4v'],
  'video/quicktime': ['video/quicktime'],
  'video/3gpp': ['video/3gpp', 'video/3gpp2'],
  'video/webm': ['video/webm'],
  'video/x-msvideo': ['video/vnd.avi'],
  'text/plain': [],
  'text/csv': [],
  'application/msword': compound,
  'application/vnd.ms-excel': compound,
  'application/vnd.ms-powerpoint': compound,
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': [
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  ],
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': [
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ],
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': [
    'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  ],
  'application/vnd.oasis.opendocument.text': ['application/vnd.oasis.opendocument.text'],
  'application/vnd.oasis.opendocument.spreadsheet': ['application/vnd.oasis.opendocument.spreadsheet'],
};

/** Streams by which a compound file of old office programs is known. */
const streams: Readonly<Partial<Record<EvidenceType, readonly string[]>>> = {
  'application/msword': ['WordDocument'],
  'application/vnd.ms-excel': ['Workbook', 'Book'],
  'application/vnd.ms-powerpoint': ['PowerPoint Document'],
};

/** What a browser or an interpreter would run. */
const markup = /<(?:!doctype\s+html|html|head|body|script|svg|iframe|\?php)\b/i;
/** What only a text begins with; cameras put XML of their own at the head of films. */
const commands = /^\s*(?:#!|@echo\b|<%|<\?xml\b)/i;

/** How much of a file's head counts as what it is opened as. */
const headLength = 4096;
/** A ZIP's directory ends within these last bytes. */
const tailLength = 65_557;

/**
 * Judges a file by its content. A first look, which the scanner's does not replace: whether it is of the type that was
 * declared, begins with nothing that a browser would run, hides no archive behind its end, and carries no macros.
 */
export const inspectFile: FileInspector = async (path, declared) => {
  const shown = (await fileTypeFromFile(path))?.mime;
  const wanted = shownAs[declared];
  if (wanted.length === 0 && shown === undefined) return text(await readFile(path));
  const { head, tail } = await ends(path);
  if (markup.test(head.toString('latin1'))) return active('markup');
  if (shown === undefined || !wanted.includes(shown)) {
    return { reason: 'wrong-type', detail: `Declared ${declared}, the content shows ${shown ?? 'no known type'}` };
  }
  if (shown.includes('zip') || shown.includes('openxml') || shown.includes('opendocument')) {
    return office(await readFile(path), declared);
  }
  if (endsAsArchive(tail)) return { reason: 'archive', detail: 'An archive hides behind the end' };
  if (shown === 'application/pdf') return pdf(await readFile(path));
  if (shown === 'application/x-cfb') return compoundFile(await readFile(path), declared);
  return undefined;
};

const active = (detail: string): Refused => ({ reason: 'active-content', detail });

const ends = async (path: string): Promise<{ head: Buffer; tail: Buffer }> => {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const read = async (position: number, length: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    };
    return { head: await read(0, headLength), tail: await read(Math.max(0, size - tailLength), tailLength) };
  } finally {
    await file.close();
  }
};

/** The end of a ZIP's directory, whose comment reaches exactly to the end of the file. */
const endsAsArchive = (tail: Buffer): boolean => {
  for (let at = tail.lastIndexOf('PK\x05\x06'); at >= 0; at = at === 0 ? -1 : tail.lastIndexOf('PK\x05\x06', at - 1)) {
    if (at + 22 <= tail.length && at + 22 + tail.readUInt16LE(at + 20) === tail.length) return true;
  }
  return false;
};

/** UTF-8, GB 18030 or, with its mark, UTF-16: characters and line ends, nothing that runs. */
const text = (content: Buffer): Refused | undefined => {
  const encoding = content[0] === 0xff && content[1] === 0xfe ? ['utf-16le'] : ['utf-8', 'gb18030'];
  const decoded = encoding.flatMap((name) => {
    try {
      return [new TextDecoder(name, { fatal: true }).decode(content)];
    } catch {
      return [];
    }
  })[0];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are no text
  if (decoded === undefined || /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(decoded))
    return { reason: 'wrong-type', detail: 'This is no text' };
  return markup.test(decoded) || commands.test(decoded) ? active('markup or commands') : undefined;
};

const pdf = (content: Buffer): Refused | undefined => {
  if (!content.subarray(0, 5).equals(Buffer.from('%PDF-')))
    return { reason: 'wrong-type', detail: 'The file does not begin as a PDF' };
  const found = ['/JavaScript', '/Launch'].find((name) => content.includes(name));
  return found === undefined ? undefined : active(found);
};

const compoundFile = (content: Buffer, declared: EvidenceType): Refused | undefined => {
  const has = (stream: string) => content.includes(Buffer.from(stream, 'utf16le'));
  if (has('_VBA_PROJECT')) return active('macros');
  if (streams[declared]?.some(has)) return undefined;
  return { reason: 'wrong-type', detail: 'Not a document of the declared kind, or one with a password' };
};

/** Parts of a document that run, or that are archives in their turn. */
const macros =
  /vbaProject|\/activeX\/|^Basic\/|^Scripts\/|\.(?:exe|dll|js|vbs|vbe|wsf|hta|ps1|bat|cmd|scr|jar|lnk|msi)$/i;
const archives = /\.(?:zip|rar|7z|gz|tar|iso|cab)$/i;
/** The list of parts of a document is short; what unpacks to more is no such list. */
const listLength = 2_000_000;

/** A document that is a ZIP. Only its directory is read, and its own list of parts. */
const office = (content: Buffer, declared: EvidenceType): Refused | undefined => {
  const names: string[] = [];
  let list: Uint8Array | undefined;
  try {
    const unpacked = unzipSync(content, {
      filter: ({ name, originalSize }) => {
        names.push(name);
        return name === '[Content_Types].xml' && originalSize <= listLength;
      },
    });
    list = unpacked['[Content_Types].xml'];
  } catch {
    return { reason: 'wrong-type', detail: 'The document cannot be opened' };
  }
  const found = names.find((name) => macros.test(name));
  if (found !== undefined) return active('macros');
  if (list !== undefined && /macroEnabled/i.test(Buffer.from(list).toString('utf8'))) return active('macros');
  if (names.some((name) => archives.test(name))) return { reason: 'archive', detail: 'An archive in the document' };
  if (declared === 'application/ofd' && !names.includes('OFD.xml'))
    return { reason: 'archive', detail: 'An archive, not an OFD' };
  return undefined;
};
