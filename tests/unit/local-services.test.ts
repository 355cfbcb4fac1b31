import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { matches } from '../../local/filter-pattern.ts';
import { shortName } from '../../local/functions.ts';
import { claimStrings } from '../../local/http-event.ts';
import { createMatcher } from '../../local/http-routes.ts';
import { InUse, lock } from '../../local/lock.ts';
import { rateOf } from '../../local/schedules.ts';

describe('a filter pattern', () => {
  const record = { eventName: 'MODIFY', dynamodb: { NewImage: { sk: { S: 'HEAD' }, outbox: { S: '3' } } } };
  it.each([
    [{ eventName: ['INSERT', 'MODIFY'] }, true],
    [{ eventName: ['REMOVE'] }, false],
    [{ dynamodb: { NewImage: { outbox: { S: [{ exists: true }] } } } }, true],
    [{ dynamodb: { NewImage: { nothing: { S: [{ exists: true }] } } } }, false],
    [{ dynamodb: { NewImage: { nothing: { S: [{ exists: false }] } } } }, true],
    [{ dynamodb: { NewImage: { sk: { S: [{ prefix: 'HE' }] } } } }, true],
    [{ eventName: [{ 'anything-but': ['REMOVE'] }] }, true],
    [{ $or: [{ eventName: ['REMOVE'] }, { eventName: ['MODIFY'] }] }, true],
  ])('%j: %s', (pattern, expected) => expect(matches(pattern as never, record)).toBe(expected));

  it('refuses an operator it does not know', () =>
    expect(() => matches({ eventName: [{ cidr: '10.0.0.0/8' }] }, record)).toThrow('cidr'));
});

describe('a route', () => {
  const keys = ['GET /petitions/{id}', 'GET /petitions/search', 'GET /files/{name+}', 'ANY /petitions/{id}/visits'];
  const match = createMatcher(keys.map((key) => ({ key, functionArn: key })));
  it.each([
    ['GET', '/petitions/7%2F1', 'GET /petitions/{id}', { id: '7/1' }],
    ['GET', '/petitions/search', 'GET /petitions/search', {}],
    ['GET', '/files/a/b', 'GET /files/{name+}', { name: 'a/b' }],
    ['POST', '/petitions/7/visits', 'ANY /petitions/{id}/visits', { id: '7' }],
  ])('%s %s', (method, path, key, parameters) => {
    const found = match(method, path);
    expect([found?.route.key, found?.parameters]).toEqual([key, parameters]);
  });

  it.each([
    ['DELETE', '/petitions/7'],
    ['GET', '/petitions/'],
    ['GET', '/petitions/7/other'],
  ])('does not match %s %s', (method, path) => expect(match(method, path)).toBeUndefined());
});

describe('a lock', () => {
  const folder = () => mkdtempSync(join(tmpdir(), 'xinfang-lock-'));

  it('is held by one at a time', () => {
    const held = folder();
    const unlock = lock(held);
    expect(() => lock(held)).toThrow(InUse);
    unlock();
    lock(held)();
  });

  it.each([
    ['a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, startedAt: '1' })],
    ['a pid that was given to another process', JSON.stringify({ pid: process.pid, startedAt: '1' })],
    ['a half-written file', '{"pi'],
  ])('is taken over from %s', (_, content) => {
    const stale = folder();
    writeFileSync(join(stale, 'lock'), content);
    lock(stale);
    expect(JSON.parse(readFileSync(join(stale, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid });
  });
});

it('hands claims on as strings', () =>
  expect(claimStrings({ sub: 'a', exp: 12, roles: ['x', 'y'], ok: true })).toEqual({
    sub: 'a',
    exp: '12',
    roles: '[x y]',
    ok: 'true',
  }));

it.each([
  ['Xinfang/OpenStep/Function/Resource', 'open-step'],
  ['Xinfang/reconcile/Resource', 'reconcile'],
])('names the function at %s', (path, name) => expect(shortName(path)).toBe(name));

it('reads rates', () => {
  expect(rateOf('rate(5 minutes)')).toBe(300_000);
  expect(() => rateOf('cron(0 1 * * ? *)')).toThrow('at a rate');
});
