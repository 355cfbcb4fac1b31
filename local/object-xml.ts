/** What S3 answers in XML. */

/** An error as S3 reports it. */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status: number) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string =>
  text
    .replaceAll(/[&<>"]/g, (char) => entities[char] ?? char)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no other way to write them.
    .replaceAll(/[\u0000-\u001f]/g, (char) => `&#x${char.charCodeAt(0).toString(16)};`);

/** An element; lists become repeated elements, absent values none. */
export type Content = string | number | boolean | undefined | { readonly [name: string]: Content | readonly Content[] };

function xml(name: string, content: Content | readonly Content[]): string {
  if (content === undefined) return '';
  if (Array.isArray(content)) return (content as readonly Content[]).map((one) => xml(name, one)).join('');
  if (typeof content !== 'object') return `<${name}>${escaped(String(content))}</${name}>`;
  const inner = Object.entries(content).map(([child, value]) => xml(child, value));
  return `<${name}>${inner.join('')}</${name}>`;
}

export const xmlDocument = (name: string, content: Content): string =>
  `<?xml version="1.0" encoding="UTF-8"?>${xml(name, content)}`;
