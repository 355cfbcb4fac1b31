import { strToU8, zipSync } from 'fflate';

/** Files as people bring them, as small as their kind allows. */
export const pdf = (content = ''): Buffer =>
  Buffer.from(`%PDF-1.4\n1 0 obj\n<< /Type /Catalog ${content}>>\nendobj\n%%EOF\n`);

export const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

export const jpeg = Buffer.concat([
  Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
  Buffer.alloc(200),
  Buffer.from('ffd9', 'hex'),
]);

export const mp4 = Buffer.concat([
  Buffer.from('0000001866747970', 'hex'),
  Buffer.from('isom'),
  Buffer.alloc(4),
  Buffer.from('isomiso2'),
  Buffer.alloc(100),
]);

export const zip = (...names: readonly string[]): Buffer =>
  Buffer.from(zipSync(Object.fromEntries(names.map((name) => [name, strToU8(`content of ${name}`)]))));

const contentTypes = (main: string): string =>
  `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="${main}"/></Types>`;

const wordMain = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';

/** A document of a word processor, with more parts. */
export const docx = (parts: Readonly<Record<string, string>> = {}, main = wordMain): Buffer =>
  Buffer.from(
    zipSync({
      '[Content_Types].xml': strToU8(contentTypes(main)),
      'word/document.xml': strToU8('<w:document/>'),
      ...Object.fromEntries(Object.entries(parts).map(([name, content]) => [name, strToU8(content)])),
    }),
  );

export const macroMain = 'application/vnd.ms-word.document.macroEnabled.main+xml';

/** An old document (compound file) with these streams in its directory. */
export const compound = (...streams: readonly string[]): Buffer =>
  Buffer.concat([
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    Buffer.alloc(504),
    ...streams.map((name) => Buffer.concat([Buffer.from(name, 'utf16le'), Buffer.alloc(64)])),
    Buffer.alloc(512),
  ]);

/** A program for Windows. */
export const program = Buffer.concat([
  Buffer.from('MZ'),
  Buffer.alloc(58),
  Buffer.from('80000000', 'hex'),
  Buffer.alloc(64),
  Buffer.from('PE\0\0'),
  Buffer.alloc(100),
]);
