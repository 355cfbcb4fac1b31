import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { maskedFact, maskText, withheldFact } from '../../../domain/privacy/masking.ts';
import { changePersonal, hasPersonal, personalFields } from '../../../domain/privacy/personal-fields.ts';
import { allRoutes } from '../../../functions/routes.ts';
import * as a from '../../support/builders.ts';

/** Names of fields for which the table has a rule of its own, at any depth. */
const ruled = (rules: unknown, into = new Map<string, unknown>()): Map<string, unknown> => {
  if (typeof rules === 'object' && rules !== null) {
    for (const [field, inner] of Object.entries(rules)) {
      if (typeof inner === 'string' && (inner !== 'open' || !into.has(field))) into.set(field, inner);
      ruled(inner, into);
    }
  }
  return into;
};
const fields = ruled(personalFields);

interface Schema {
  readonly type?: string;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}

/** The last name of every field of a body in which somebody can write what he likes. */
const freeTexts = (schema: Schema, field = ''): readonly string[] => {
  const inner = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].flatMap((each) => freeTexts(each, field));
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, each]) => freeTexts(each, name));
  const items = schema.items === undefined ? [] : freeTexts(schema.items, field);
  const free =
    schema.type === 'string' &&
    schema.enum === undefined &&
    schema.const === undefined &&
    // Whatever can hold a Chinese word can hold a name.
    (schema.pattern === undefined || new RegExp(schema.pattern, 'u').test('王小明王小明'));
  return [...inner, ...below, ...items, ...(free ? [field] : [])];
};

describe('the table of personal fields', () => {
  it('says of every free text that a body can carry what it is', () => {
    const free = new Set(
      allRoutes.flatMap(({ body }) =>
        body === undefined ? [] : freeTexts(z.toJSONSchema(body(), { io: 'input' }) as Schema),
      ),
    );
    expect(free.size).toBeGreaterThan(40);
    /** Said to look something up, or under another name in the fact. */
    const elsewhere = ['list', 'note', 'order', 'text', 'queryCode'];
    const open = [...fields].filter(([, rule]) => rule === 'open').map(([field]) => field);
    expect([...free].filter((field) => !fields.has(field) && !elsewhere.includes(field))).toEqual([]);
    // What stands open although somebody writes it: announced by the unit itself, or one of what the place has configured.
    expect([...free].filter((field) => open.includes(field)).sort()).toEqual([
      'appointmentKinds',
      'body',
      'description',
      'ground',
      'hours',
      'kind',
      'label',
      'leaderName',
      // An office's own name of its book; by it a matter is known again.
      'ledger',
      'link',
      'message',
      'portfolio',
      'post',
      'theme',
      'themes',
      'title',
      'topic',
    ]);
  });

  it('refuses a fact that it does not know, whatever its name', () => {
    for (const type of ['SomethingNew', 'toString', '__proto__', '']) {
      expect(() => changePersonal(type, { facts: '文' }, () => '')).toThrow('Nobody has said');
    }
  });

  it('reaches every text of a registration and nothing else', () => {
    const [{ data }] = a.registeredPetition as unknown as [{ data: object }];
    const seen: string[] = [];
    const changed = changePersonal('PetitionRegistered', data, (kind, _, path) => {
      seen.push(`${path} ${kind}`);
      return '·';
    });
    expect(seen).toContain('/registration/petitioner/person/identityNumber identity-number');
    expect(seen).toContain('/registration/requests/1 text');
    expect(JSON.stringify(changed)).not.toMatch(/张三|征地/);
    expect(JSON.stringify(changed)).toContain('622901007');
    expect(hasPersonal('PetitionRegistered', data)).toBe(true);
    expect(hasPersonal('OpinionApproved', { by: 'leader', on: '2026-03-02' })).toBe(false);
  });
});

describe('masking', () => {
  it.each([
    ['name', '张三', '张**'],
    ['name', '欧阳小明', '欧**'],
    ['name', '𠮷田', '𠮷**'],
    ['identity-number', '62290119700101001X', '**************001X'],
    ['phone', '13900000001', '*******0001'],
    ['phone', '123456', '***456'],
    ['address', '临夏市东区街道人民路1号', '临夏市东区街****'],
    ['address', '某村', '某****'],
    ['text', '张三说', '张三说'],
    ['name', '已依法删除', '已依法删除'],
    ['name', '', '**'],
  ] as const)('shows a %s %s as %s', (kind, value, shown) => {
    expect(maskText(kind, value)).toBe(shown);
  });

  it('never shows more than half of a number, an address or a name', () => {
    for (const kind of ['identity-number', 'phone', 'address'] as const) {
      for (let length = 1; length <= 20; length += 1) {
        const value = 'abcdefghijklmnopqrstuvwxyz'.slice(0, length);
        const shown = [...maskText(kind, value)].filter((char) => char !== '*');
        expect(shown.length).toBeLessThanOrEqual(length / 2);
      }
    }
  });

  it('keeps the shape of a fact: what folds whole folds masked and withheld', () => {
    for (const event of a.concludedPetition as unknown as Parameters<typeof maskedFact>[0][]) {
      expect(Object.keys(maskedFact(event).data)).toEqual(Object.keys(event.data));
      expect(JSON.stringify(withheldFact(event))).not.toMatch(/张三/);
    }
    expect(a.stateAfter(a.concludedPetition.map((event) => maskedFact(event as never)) as never).concludedOn).toBe(
      a.stateAfter(a.concludedPetition).concludedOn,
    );
  });
});
