import { describe, expect, it } from 'vitest';
import { petitionsTable } from '../../adapters/tables.ts';
import { itemSize, readUnits, writeUnits } from '../../bench/request-units.ts';

const text = (length: number) => ({ S: 'x'.repeat(length) });
const step = { pk: { S: 'P#1' }, sk: { S: 'W#1' } };
const waiting = { ...step, wl: { S: 'a' }, due: { S: '1' }, excluded: { L: [] } };

describe('request units by the documented rules', () => {
  it('count names and values, Chinese characters with three bytes', () => {
    expect(itemSize({ name: { S: '赵某' }, yes: { BOOL: true }, list: { L: [{ S: 'ab' }] } })).toBe(10 + 4 + 10);
  });

  it('write one unit per begun KB, two in a transaction', () => {
    expect(writeUnits(petitionsTable, undefined, { ...step, a: text(1000) }, false).total).toBe(1);
    expect(writeUnits(petitionsTable, undefined, { ...step, a: text(1100) }, true).total).toBe(4);
  });

  it('take the larger of the images before and after', () => {
    expect(writeUnits(petitionsTable, { ...step, a: text(1100) }, step, false).total).toBe(2);
  });

  it('write an index when an item enters or leaves it, twice when its key changes, not when nothing it keeps changes', () => {
    expect(writeUnits(petitionsTable, undefined, waiting, false).indexes).toEqual({ worklist: 1 });
    expect(writeUnits(petitionsTable, waiting, step, false).indexes).toEqual({ worklist: 1 });
    expect(writeUnits(petitionsTable, waiting, { ...waiting, due: { S: '2' } }, false).indexes).toEqual({
      worklist: 2,
    });
    expect(writeUnits(petitionsTable, waiting, { ...waiting, excluded: { L: [{ S: 'u' }] } }, false).indexes).toEqual({
      worklist: 1,
    });
    expect(writeUnits(petitionsTable, waiting, { ...waiting, token: { S: 't' } }, false).indexes).toEqual({});
  });

  it('read one unit per begun 4 KB, half if eventually consistent, and never none', () => {
    expect([readUnits(0, true), readUnits(4097, true), readUnits(4097, false)]).toEqual([1, 2, 1]);
  });
});
