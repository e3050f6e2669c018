import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareConfig, configDifferences } from '../../src/runs/compare-config.ts';
import { canonicalJson } from '../../src/runs/json.ts';
import type { JsonObject } from '../../src/runs/json.ts';
import { errorOf } from '../helpers/runs-setup.ts';

describe('configDifferences', () => {
  const rows: { what: string; stored: JsonObject; wanted: JsonObject; keys: string[] }[] = [
    { what: 'equal ones in another order', stored: { a: 1, b: [2] }, wanted: { b: [2], a: 1 }, keys: [] },
    { what: 'a changed value', stored: { seed: 1, order: 2 }, wanted: { seed: 2, order: 2 }, keys: ['seed'] },
    {
      what: 'a nested value',
      stored: { w: { lr: 0.1, x: 0 } },
      wanted: { w: { lr: 0.2, x: 0 } },
      keys: ['w.lr'],
    },
    { what: 'a type', stored: { epochs: 8 }, wanted: { epochs: '8' }, keys: ['epochs'] },
    { what: 'null and a missing key', stored: { a: null }, wanted: {}, keys: ['a'] },
    { what: 'a new key', stored: {}, wanted: { a: { b: 1 } }, keys: ['a'] },
    { what: 'an empty object and a list', stored: { a: {} }, wanted: { a: [] }, keys: ['a'] },
    { what: 'items of lists', stored: { a: [1, 2] }, wanted: { a: [1, 3, 4] }, keys: ['a.1', 'a.2'] },
    {
      what: 'more than ten items in their order',
      stored: { a: Array.from({ length: 12 }, () => 0) },
      wanted: { a: Array.from({ length: 12 }, (_, i) => (i === 2 || i === 10 ? 1 : 0)) },
      keys: ['a.2', 'a.10'],
    },
    {
      what: 'nothing about the machine',
      stored: { executor: 'reference', adapter: null, threads: 1 },
      wanted: { executor: 'webgpu', adapter: 'llvmpipe' },
      keys: [],
    },
    {
      what: 'the same names further down',
      stored: { a: { threads: 1 } },
      wanted: { a: { threads: 2 } },
      keys: ['a.threads'],
    },
  ];
  it.each(rows)('finds $what', ({ stored, wanted, keys }) => {
    expect(configDifferences(stored, wanted).map(({ key }) => key)).toEqual(keys);
  });
});

describe('compareConfig', () => {
  it('names key, both values and the remedy on one line', async () => {
    const message = await errorOf(() => compareConfig({ w: { lr: 0.1 } }, { w: {} }, 'out/config.json'));
    expect(message).toBe(
      'out/config.json: resume with a changed configuration: w.lr was 0.1 and is now not set; ' +
        'resume with the stored values or start a new run with another --out',
    );
  });

  it('names three keys and counts the others', async () => {
    const message = await errorOf(() => compareConfig({ a: 1, b: 1, c: 1, d: 1, e: 1 }, {}));
    expect(message).toContain('a was 1 and is now not set, b was 1');
    expect(message).toContain('2 more');
    expect(message).not.toContain('d was');
  });

  it('accepts equal configurations', () => {
    expect(() => compareConfig({ a: 1, threads: 1 }, { threads: 2, a: 1 })).not.toThrow();
  });
});

describe('canonicalJson', () => {
  it('reads back as the same value, on one line and indented', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        expect(JSON.parse(canonicalJson(value as null, indent))).toEqual(value);
      }),
    );
  });

  it('sorts keys at every depth and keeps -0', () => {
    expect(canonicalJson({ b: [{ d: -0, c: 1 }], a: {} })).toBe('{"a":{},"b":[{"c":1,"d":-0}]}');
    expect(canonicalJson({ b: [1], a: [] }, 2)).toBe('{\n  "a": [],\n  "b": [\n    1\n  ]\n}');
  });
});
