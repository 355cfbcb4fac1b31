import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { noticeDocument } from '../../domain/notices/document.ts';
import type { PetitionEvent } from '../../domain/petition/petition.ts';
import { docxFile } from '../../functions/documents/docx.ts';
import { htmlPage, pageHeaders } from '../../functions/documents/html.ts';
import * as b from '../support/builders.ts';

const hostile = `<script>alert(1)</script>"><img src=x onerror='alert(2)'>&amp;`;
const hostilePetition = b.continued(
  b.after(
    b.register({
      content: {
        ...b.content,
        petitioner: { form: 'individual', person: { name: hostile, phone: '13900001234' } },
        subject: hostile,
        requests: [hostile, hostile],
        facts: `${hostile}\n第二段`,
      },
    }),
  ),
  b.route(),
  b.accept(),
);

const documentOf = (history: readonly PetitionEvent[], id: string) => {
  const notice = b.stateAfter(history).notices.find((each) => each.id === id);
  if (!notice) throw new Error(`There is no ${id}.`);
  return noticeDocument(history, notice, b.directory);
};

/** The text of a docx, paragraph by paragraph, as a word processor reads it. */
const textOfDocx = (file: Uint8Array): { xml: string; paragraphs: string[] } => {
  const parts = unzipSync(file);
  const xml = strFromU8(parts['word/document.xml'] ?? new Uint8Array());
  const plainText = (text: string) =>
    text
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&apos;', "'")
      .replaceAll('&amp;', '&');
  const paragraphs = [...xml.matchAll(/<w:p[ >].*?<\/w:p>/gs)].map(([paragraph]) =>
    [...paragraph.matchAll(/<w:t(?: [^>]*)?>(.*?)<\/w:t>/gs)].map(([, text = '']) => plainText(text)).join(''),
  );
  return { xml, paragraphs };
};

describe('the page', () => {
  it('shows what people typed as text, whatever they typed', () => {
    for (const id of ['receipt-1', 'acceptance-1']) {
      const page = htmlPage(documentOf(hostilePetition, id));
      expect(page).not.toMatch(/<script|<img|onerror=['"]?alert\(2\)'>/);
      expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
      expect(page).toContain('&amp;amp;');
    }
  });

  it('runs nothing, loads nothing, submits nothing and is framed by nobody', () => {
    const page = htmlPage(documentOf(b.approvedOpinion, 'opinion-1'));
    expect(page).not.toMatch(/<(script|link|img|iframe|form|object|svg)\b|src=|href=|url\(|@import/i);
    expect(page).toContain('http-equiv="Content-Security-Policy"');
    const policy = pageHeaders['content-security-policy'];
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+';/);
    for (const part of ["frame-ancestors 'none'", "form-action 'none'", "base-uri 'none'", 'sandbox'])
      expect(policy).toContain(part);
    expect(policy).not.toContain('unsafe');
  });

  it('prints on A4, in Chinese type', () => {
    const page = htmlPage(documentOf(b.approvedOpinion, 'opinion-1'));
    expect(page).toContain('<html lang="zh-CN">');
    expect(page).toContain('@page { size: A4;');
    expect(page).toMatch(/FangSong.*"Noto Serif CJK SC".*SimSun, serif/);
    expect(page).toContain(`<title>信访处理意见书 信意字〔${b.number}〕1号</title>`);
  });
});

describe('the file to edit', () => {
  it('opens again with the same text as the page, in the same order', async () => {
    for (const [history, id] of [
      [b.servedOpinion, 'opinion-1'],
      [b.signedAgreement, 'agreement-1'],
      [b.acceptedPetition, 'receipt-1'],
    ] as const) {
      const document = documentOf(history, id);
      const { paragraphs } = textOfDocx(await docxFile(document));
      const inPage = [
        ...(htmlPage(document)
          .split('<main>')[1]
          ?.matchAll(/<(?:h1|h2|p|th|td)(?: [^>]*)?>(.*?)<\/(?:h1|h2|p|th|td)>/g) ?? []),
      ].map(([, text = '']) => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&'));
      expect(paragraphs.filter((text) => text !== '')).toEqual(inPage.filter((text) => text !== ''));
    }
  });

  it('holds everything that Art. 32 asks of an opinion', async () => {
    const { paragraphs } = textOfDocx(await docxFile(documentOf(b.servedOpinion, 'opinion-1')));
    const text = paragraphs.join('\n');
    for (const part of [
      '补发征地补偿款',
      '2025年征收承包地2.3亩',
      '测量面积有误。',
      '补发1.2万元。',
      '《土地管理法》第四十八条',
      '书面请求复查',
      '直接送达',
      '2026年3月2日',
    ])
      expect(text).toContain(part);
  });

  it('shows what people typed as text, and is well-formed whatever they typed', async () => {
    const { xml, paragraphs } = textOfDocx(await docxFile(documentOf(hostilePetition, 'receipt-1')));
    expect(xml).not.toContain('<script');
    expect(paragraphs.join('\n')).toContain(hostile);
  });

  it('is A4, carries no macro and refers to nothing outside', async () => {
    const parts = unzipSync(await docxFile(documentOf(b.servedOpinion, 'opinion-1')));
    expect(strFromU8(parts['word/document.xml'] ?? new Uint8Array())).toMatch(/w:w="11907" w:h="16840"/);
    expect(Object.keys(parts).filter((name) => /vba|macro|embeddings/i.test(name))).toEqual([]);
    for (const [name, content] of Object.entries(parts))
      if (name.endsWith('.rels')) expect(strFromU8(content)).not.toContain('TargetMode="External"');
  });
});
