import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { genesisHash, stamp } from '../../adapters/chain.ts';
import type { StoredEvent } from '../../domain/ports.ts';
import { anEvent } from './builders.ts';

const program = new URL('../../verify/verify.ts', import.meta.url).pathname;
const stream = 'P#622901007-20261124-7K3QXA';
const events = stamp(stream, 0, genesisHash, [
  anEvent({ data: { topic: '道路', amount: 1.5e300, escape: '\u2028"\\\n', nested: { z: [], a: { é: 1, e: 2 } } } }),
  anEvent({ type: 'Triaged', data: { '\ue000': 1, '😀': 2, __proto__x: null } }),
  anEvent({ type: 'Accepted' }),
]) as [StoredEvent, StoredEvent, StoredEvent];
const head = { version: 3, hash: events[2].hash };

const verify = (input: string, file = '-') => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, file], { input, encoding: 'utf8' });
  return { status, lines: stdout.split('\n').filter(Boolean), stderr };
};
const verifyExport = (changes: object) =>
  verify(JSON.stringify({ format: 'xinfang-history-1', stream, events, head, ...changes }));

describe('npm run verify', () => {
  it('says in one line that a history is whole', () => {
    expect(verifyExport({})).toEqual({
      status: 0,
      lines: [`whole: ${stream}, 3 events, last hash ${head.hash}, matches the head`],
      stderr: '',
    });
  });

  it('agrees with the system about the canonical form of anything that a fact may hold', () => {
    const text = fc.string({ unit: 'grapheme' });
    const facts = fc.sample(fc.dictionary(text, fc.jsonValue({ stringUnit: 'grapheme', maxDepth: 4 })), 500);
    const many = stamp(
      stream,
      0,
      genesisHash,
      facts.map((data) => anEvent({ data })),
    );
    expect(verifyExport({ events: many, head: undefined })).toMatchObject({ status: 0, stderr: '' });
  });

  it.each([
    ['JSON lines', events.map((event) => JSON.stringify(event)).join('\n')],
    [
      'pages one after the other',
      `${JSON.stringify({ events: events.slice(0, 2), cursor: 'x' })}\n${JSON.stringify({ events: events.slice(2) }, null, 2)}\n`,
    ],
    ['events alone', JSON.stringify({ events })],
  ])('reads %s, and warns that nothing tells where they end', (_, input) => {
    const { status, lines } = verify(input);
    expect(status).toBe(0);
    expect(lines).toEqual([
      `whole: ${stream}, 3 events, last hash ${head.hash}, no head to compare with: a cut-off end would not show`,
    ]);
  });

  it('names the event that was altered and both hashes', () => {
    const { status, lines } = verifyExport({ events: events.with(1, { ...events[1], type: 'Refused' }) });
    expect(status).toBe(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^event 2: hash is "[0-9a-f]{64}", its content gives [0-9a-f]{64}$/);
  });

  it('names the place where one was left out', () => {
    const { status, lines } = verifyExport({ events: events.toSpliced(1, 1) });
    expect(status).toBe(1);
    expect(lines[0]).toBe('event 2: expected seq 2, found 3');
    expect(lines[1]).toMatch(/^event 2: previousHash is /);
  });

  it('sees a cut-off end by the head', () => {
    expect(verifyExport({ events: events.slice(0, 2) })).toMatchObject({
      status: 1,
      lines: [
        'head: stands at version 3, there are 2 events',
        `head: hash is ${head.hash}, the last event has ${events[1].hash}`,
      ],
    });
    expect(verifyExport({ events: [] }).status).toBe(1);
  });

  it('sees an event of another stream and fields that were added', () => {
    const [foreign] = stamp('P#other', 2, events[1].hash, [anEvent()]);
    expect(verifyExport({ events: [events[0], events[1], foreign] }).lines[0]).toBe(
      `event 3: belongs to stream "P#other", not "${stream}"`,
    );
    expect(verifyExport({ events: events.with(0, { ...events[0], note: 1 } as StoredEvent) }).lines[0]).toMatch(
      /^event 1: hash /,
    );
    expect(verifyExport({ stream: 'P#other' }).status).toBe(1);
    expect(verifyExport({ events: [null, events[1], events[2]] }).lines[0]).toBe('event 1: is not an object');
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'hello'],
    ['half a document', '{"events":['],
    ['a stray bracket', '}'],
    ['broken JSON', '{"events":[,]}'],
    ['a list', '[]'],
    ['a text', '"x"'],
    ['no events', '{"a":1}'],
    ['events that are no list', '{"events":{}}'],
    ['an empty list without a head', '{"events":[]}'],
    ['another format', '{"format":"other","events":[]}'],
    ['half a head', '{"events":[],"head":{}}'],
    ['pages of two streams', '{"stream":"P#a","events":[]}{"stream":"P#b","events":[]}'],
    ['a lone surrogate', '{"events":[{"a":"\\ud800"}]}'],
  ])('cannot read %s', (_, input) => {
    const { status, lines, stderr } = verify(input);
    expect({ status, lines }).toEqual({ status: 2, lines: [] });
    expect(stderr).not.toBe('');
  });

  it('cannot read a file that is not there', () => {
    expect(verify('', '/nowhere/history.json').status).toBe(2);
  });
});
