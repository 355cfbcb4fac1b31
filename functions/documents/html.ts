import { createHash } from 'node:crypto';
import type { PrintedDocument } from '../../domain/notices/document.ts';
import { type Line, layout } from './layout.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => entities[char] ?? char);

/** Margins and type as official documents have them; fonts of whatever system prints it. */
const style = `
@page { size: A4; margin: 30mm 26mm 26mm 28mm; }
* { box-sizing: border-box; }
html { background: #fff; color: #000; }
body { margin: 0 auto; max-width: 156mm; font: 16pt/1.5 FangSong, STFangsong, "仿宋", "Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", SimSun, serif; }
h1 { margin: 0 0 5mm; font-size: 22pt; line-height: 1.4; text-align: center; font-weight: 700; font-family: "Noto Serif CJK SC", "Source Han Serif SC", STZhongsong, "Songti SC", SimSun, serif; }
h2 { margin: 0; font: 700 16pt/1.5 SimHei, "Heiti SC", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif; text-indent: 2em; break-after: avoid; }
p { margin: 0; text-indent: 2em; text-align: justify; overflow-wrap: anywhere; }
p.number { text-indent: 0; text-align: center; margin-bottom: 5mm; font-size: 14pt; }
p.salutation { text-indent: 0; }
p.signature, p.date { text-indent: 0; text-align: right; padding-right: 2em; break-before: avoid; }
p.signature.first { margin-top: 9mm; }
p.caption { text-indent: 0; margin-top: 5mm; font-size: 14pt; break-after: avoid; }
table { width: calc(100% - 0.4mm); border-collapse: collapse; margin: 3mm 0; font-size: 14pt; line-height: 1.5; }
th, td { border: 0.3mm solid #000; padding: 1.5mm 2.5mm; text-align: left; vertical-align: top; font-weight: 400; overflow-wrap: anywhere; }
tr { break-inside: avoid; }
thead th, tbody th { background: #f2f2f2; }
tbody th { width: 30%; }
@media screen { body { padding: 12mm 6mm; } }
`;

const styleHash = createHash('sha256').update(style).digest('base64');
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;

/** What a browser is told of the page: nothing in it runs, loads, submits or is framed. */
export const pageHeaders = {
  'content-security-policy': `${policy}; frame-ancestors 'none'; sandbox`,
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
} as const;

const cells = (tag: 'th' | 'td', texts: readonly string[]): string =>
  texts.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join('');

const tableOf = ({ head, rows }: Extract<Line, { rows: unknown }>): string => {
  if (head) {
    const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('');
    return `<table><thead><tr>${head.map((text) => `<th scope="col">${escaped(text)}</th>`).join('')}</tr></thead><tbody>${body}</tbody></table>`;
  }
  const body = rows
    .map(([label = '', ...values]) => `<tr><th scope="row">${escaped(label)}</th>${cells('td', values)}</tr>`)
    .join('');
  return `<table><tbody>${body}</tbody></table>`;
};

const htmlOf = (line: Line, index: number, lines: readonly Line[]): string => {
  if ('rows' in line) return tableOf(line);
  const text = escaped(line.text);
  switch (line.role) {
    case 'title':
      return `<h1>${text}</h1>`;
    case 'heading':
      return `<h2>${text}</h2>`;
    case 'paragraph':
      return `<p>${text}</p>`;
    case 'signature':
      return `<p class="signature${lines[index - 1]?.role === 'signature' ? '' : ' first'}">${text}</p>`;
    default:
      return `<p class="${line.role}">${text}</p>`;
  }
};

/** A page to read and to print: no script, nothing from elsewhere. It says so itself too, for whoever keeps the file. */
export const htmlPage = (document: PrintedDocument): string =>
  `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(`${document.title} ${document.number}`)}</title>
<style>${style}</style>
</head>
<body>
<main>
${layout(document).map(htmlOf).join('\n')}
</main>
</body>
</html>
`;
