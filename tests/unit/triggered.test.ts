import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { functionNames } from '../../infra/bundle.ts';

const folder = (name: string) => join(import.meta.dirname, '../../functions', name);

describe('a function that no person calls', () => {
  it.each(functionNames().filter((name) => !existsSync(join(folder(name), 'routes.ts'))))(
    '%s takes out of what it throws what the log may not hold',
    (name) => {
      const source = readFileSync(join(folder(name), 'handler.ts'), 'utf8');
      expect(source).toMatch(/\btriggered</);
      expect(source).not.toContain('@middy/core');
    },
  );
});
