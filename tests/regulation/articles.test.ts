import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { articles, chineseNumber, testFile } from './articles.ts';
import { page, pageFile, testNames } from './generate.ts';

const root = join(import.meta.dirname, '../..');

describe('the articles of the Regulation', () => {
  it('are all there from 17 to 41, each once and in order', () =>
    expect(articles.map(({ number }) => number)).toEqual(Array.from({ length: 25 }, (_, index) => 17 + index)));

  it('are cited by their Chinese numbers', () =>
    expect([17, 20, 21, 34, 40].map(chineseNumber)).toEqual([
      '第十七条',
      '第二十条',
      '第二十一条',
      '第三十四条',
      '第四十条',
    ]));

  it('have tests if they bind software, and say why not if they do not', () => {
    for (const article of articles) {
      expect([article.number, existsSync(join(root, testFile(article.number)))]).toEqual([
        article.number,
        article.binds,
      ]);
      if (article.binds) expect(testNames(testFile(article.number)).length).toBeGreaterThan(0);
      else expect(article.why).toMatch(/\.$/);
    }
  });

  it('name rules that are there', () => {
    for (const article of articles) {
      for (const rule of article.binds ? article.rules : []) {
        const [file = '', symbol = ''] = rule.split('#');
        const declared = new RegExp(`(?:const|function|interface|type|class) ${symbol}\\b|^ +'?${symbol}'?[:(]`, 'm');
        expect([rule, declared.test(readFileSync(join(root, file), 'utf8'))]).toEqual([rule, true]);
      }
    }
  });

  it('are cited by the test file that bears their number, and by no other', () => {
    for (const { number, binds } of articles) {
      if (!binds) continue;
      const cited = [...readFileSync(join(root, testFile(number)), 'utf8').matchAll(/describe\(cite\((\d+)\)/g)];
      expect(cited.map(([, each]) => Number(each))).toEqual([number]);
    }
  });

  it('stand on docs/regulation.md as it is generated: run `npm run regulation` after a change', () =>
    expect(readFileSync(pageFile, 'utf8')).toBe(page()));
});
