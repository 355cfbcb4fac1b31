import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allRoutes } from '../../functions/routes.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const readmes = ['README.md', 'README.zh-CN.md'] as const;

/** What stands in code marks and is a route: with its method, or as the end of the one before (`…/visits/{visit}/move`). */
const namedIn = (text: string): readonly string[] =>
  [...text.matchAll(/`((?:GET|POST) \/[^`]*|…\/[^`]*)`/g)].map(([, named = '']) => named.replace(/\?.*$/, ''));
const keys = allRoutes.map(({ method, path }) => `${method} ${path}`);
const isRoute = (named: string) =>
  named.startsWith('…') ? keys.some((key) => key.endsWith(named.slice(1))) : keys.includes(named);

/** The end of a route is of the same kind of thing as the last route that is written out before it. */
const withBeginnings = (named: readonly string[]): readonly { readonly beginning: string; readonly end: string }[] => {
  let beginning = '';
  return named.map((each) => {
    if (each.startsWith('…')) return { beginning, end: each.slice(1) };
    beginning = `/${each.split('/')[1] ?? ''}`;
    return { beginning, end: each };
  });
};

describe.each(readmes)('%s', (file) => {
  const named = namedIn(read(file));

  it('promises no route that is not there', () => {
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter((each) => !isRoute(each))).toEqual([]);
  });

  it('names every group of routes', () => {
    const groups = new Map<string, string[]>();
    for (const { method, path, tag } of allRoutes) groups.set(tag, [...(groups.get(tag) ?? []), `${method} ${path}`]);
    // What describes the API itself stands under "Start".
    groups.delete('reference');
    const written = withBeginnings(named);
    const shown = (route: string) =>
      written.some(({ beginning, end }) => route.endsWith(end) && `${route}/`.includes(` ${beginning}/`));
    expect([...groups].filter(([, routes]) => !routes.some(shown)).map(([tag]) => tag)).toEqual([]);
  });
});

it('both languages name the same routes', () => {
  const [english, chinese] = readmes.map((file) => [...namedIn(read(file))].sort());
  expect(chinese).toEqual(english);
});

it('the architecture names every function', () => {
  const text = read('docs/architecture.md');
  const folders = readdirSync(join(root, 'functions'), { withFileTypes: true })
    .filter((each) => each.isDirectory() && each.name !== 'shared')
    .map(({ name }) => name);
  expect(folders.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});
