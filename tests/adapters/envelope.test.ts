import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  openText,
  type Place,
  SealBroken,
  StreamKey,
  sealText,
  suiteNamed,
  suiteNames,
} from '../../adapters/envelope.ts';

const place: Place = { stream: 'P#622901007-20261124-7K3QXA', item: '00000001', path: '/registration/facts' };
const key = new StreamKey(Buffer.alloc(32, 7), 1);
const text = fc.string({ unit: 'grapheme', maxLength: 200 }).filter((each) => each.isWellFormed());

describe.each(suiteNames)('%s', (suite) => {
  it('gives every text back in its place', () => {
    fc.assert(
      fc.property(text, (plain) => {
        expect(openText(sealText(plain, key, suite, place), key, place)).toBe(plain);
      }),
    );
  });

  it('shows nothing of the text and never the same twice', () => {
    const sealed = sealText('王小明 622926197001011234', key, suite, place);
    expect(sealed).not.toContain('王');
    expect(Buffer.from(sealed).includes('622926197001011234')).toBe(false);
    expect(sealText('王小明 622926197001011234', key, suite, place)).not.toBe(sealed);
  });

  it('refuses it after any single character was changed, dropped or added', () => {
    const sealed = sealText('一段事实', key, suite, place);
    for (let at = 0; at < sealed.length; at += 1) {
      for (const other of ['A', 'B', '.', '-']) {
        const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
        if (changed !== sealed) expect(() => openText(changed, key, place), changed).toThrow(SealBroken);
      }
      expect(() => openText(sealed.slice(0, at) + sealed.slice(at + 1), key, place)).toThrow(SealBroken);
    }
    expect(() => openText(`${sealed}A`, key, place)).toThrow(SealBroken);
  });

  it('refuses it after any single bit of iv, ciphertext or tag was turned', () => {
    const parts = sealText('一段事实', key, suite, place).split('.');
    for (const index of [3, 4, 5]) {
      const bytes = Buffer.from(parts[index] ?? '', 'base64url');
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const turned = Buffer.from(bytes);
        turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const changed = parts.with(index, turned.toString('base64url')).join('.');
        expect(() => openText(changed, key, place)).toThrow(SealBroken);
      }
    }
  });

  it('opens in no other place and under no other key', () => {
    const sealed = sealText('一段事实', key, suite, place);
    for (const elsewhere of [{ stream: 'P#other' }, { item: '00000002' }, { path: '/registration/reasons' }]) {
      expect(() => openText(sealed, key, { ...place, ...elsewhere })).toThrow(SealBroken);
    }
    expect(() => openText(sealed, new StreamKey(Buffer.alloc(32, 8), 1), place)).toThrow(SealBroken);
    expect(() => openText(sealed, new StreamKey(Buffer.alloc(32, 7), 2), place)).toThrow(SealBroken);
  });
});

describe('suites', () => {
  it('open what each other sealed before: the configuration says only with which new texts are sealed', () => {
    const sealed = suiteNames.map((suite) => sealText('旧文', key, suite, place));
    expect(new Set(sealed.map((each) => each.split('.')[1])).size).toBe(suiteNames.length);
    for (const each of sealed) expect(openText(each, key, place)).toBe('旧文');
  });

  it('cannot be taken for each other', () => {
    const [first = '', second = ''] = suiteNames.map((suite) => sealText('旧文', key, suite, place));
    const [, ids] = [0, [first, second].map((each) => each.split('.')[1] ?? '')];
    expect(() => openText(first.replace(ids[0] ?? '', ids[1] ?? ''), key, place)).toThrow(SealBroken);
    expect(() => openText(second.replace(ids[1] ?? '', ids[0] ?? ''), key, place)).toThrow(SealBroken);
  });

  it('that nobody knows are refused at start', () => {
    expect(() => suiteNamed('rot13')).toThrow('no suite');
    expect(suiteNamed('sm4-ctr-hmac-sm3')).toBe('sm4-ctr-hmac-sm3');
  });

  it('refuse plain text where a sealed one must stand', () => {
    expect(() => openText('王小明', key, place)).toThrow(SealBroken);
    expect(() => openText('', key, place)).toThrow(SealBroken);
  });
});
