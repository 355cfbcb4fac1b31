import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { noticesTable } from '../support/notices-page.ts';

it('docs/notices.md shows the table of notices as the rules have it', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/notices.md'), 'utf8');
  expect(page).toContain(noticesTable());
});
