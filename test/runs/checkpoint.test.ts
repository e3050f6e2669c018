import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointError, decodeCheckpoint, encodeCheckpoint } from '../../src/runs/checkpoint.ts';
import type { CheckpointFault, CheckpointState } from '../../src/runs/checkpoint.ts';

const small: CheckpointState = {
  meta: { epoch: 3, step: 42, note: 'größe' },
  arrays: { weights: Float32Array.of(1, -0, Number.NaN), adam: Float64Array.of(0.1, -2) },
};

/** Arrays of any bits: NaN payloads, signalling NaN, -0, denormals. */
const floats32 = fc
  .array(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: 9 })
  .map((words) => new Float32Array(Uint32Array.from(words).buffer));
const floats64 = fc
  .array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 9 })
  .map((words) => new Float64Array(BigUint64Array.from(words).buffer));
const states = fc.record({
  meta: fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<null>),
  arrays: fc.dictionary(fc.string(), fc.oneof(floats32, floats64)),
});

function bitsOf(state: CheckpointState): Record<string, [string, string]> {
  return Object.fromEntries(
    Object.entries(state.arrays).map(([name, array]) => {
      const hex = Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('hex');
      return [name, [array.constructor.name, hex]];
    }),
  );
}

function faultOf(bytes: Uint8Array): CheckpointFault | 'none' {
  try {
    decodeCheckpoint(bytes, 'place');
  } catch (error) {
    if (error instanceof CheckpointError) return error.fault;
    throw error;
  }
  return 'none';
}

/** The bytes with another hash, as a writer that meant this content would leave them. */
function rehashed(bytes: Uint8Array): Uint8Array {
  const body = bytes.subarray(0, -32);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

describe('checkpoint', () => {
  it('gives back every bit of any state, and the same bytes again', () => {
    fc.assert(
      fc.property(states, (state) => {
        const bytes = encodeCheckpoint(state);
        const decoded = decodeCheckpoint(bytes, 'place');
        expect(bitsOf(decoded)).toEqual(bitsOf(state));
        expect(decoded.meta).toEqual(state.meta);
        expect(Buffer.compare(encodeCheckpoint(decoded), bytes)).toBe(0);
      }),
    );
  });

  it('keeps signalling NaN and -0 of both precisions, in arrays and -0 in meta', () => {
    const arrays = {
      a: new Float32Array(Uint32Array.of(0x7f800001, 0xffc12345, 0x80000000).buffer),
      b: new Float64Array(BigUint64Array.of(0x7ff0000000000001n, 0x8000000000000000n).buffer),
    };
    const decoded = decodeCheckpoint(encodeCheckpoint({ meta: { zero: -0 }, arrays }), 'place');
    expect(bitsOf(decoded)).toEqual(bitsOf({ meta: {}, arrays }));
    expect(decoded.meta.zero).toBe(-0);
  });

  it('does not depend on the order of keys and arrays, nor on where the bytes and arrays lie', () => {
    const offset = new Float32Array([9, ...small.arrays.weights!]).subarray(1);
    const other = {
      meta: { note: 'größe', step: 42, epoch: 3 },
      arrays: { adam: small.arrays.adam!, weights: offset },
    };
    const bytes = encodeCheckpoint(small);
    expect(encodeCheckpoint(other)).toEqual(bytes);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(bitsOf(decodeCheckpoint(shifted.subarray(1), 'place'))).toEqual(bitsOf(small));
  });

  it('aligns each array to 8 bytes of the file', () => {
    const marks = { a: Float32Array.of(1.5), b: Float32Array.of(2.5), c: Float64Array.of(3.5) };
    const bytes = Buffer.from(encodeCheckpoint({ meta: {}, arrays: marks }));
    const [a, b, c] = Object.values(marks).map((array) => bytes.indexOf(Buffer.from(array.buffer)));
    expect([a! % 8, b! - a!, c! - b!]).toEqual([0, 8, 8]);
  });

  it('refuses every truncation by name', () => {
    const bytes = encodeCheckpoint(small);
    for (let length = 0; length < bytes.length; length++)
      expect(faultOf(bytes.subarray(0, length)), `${length} bytes`).toBe('truncated');
  });

  it('refuses every single flipped bit, and by the checksum wherever magic and length are intact', () => {
    const bytes = encodeCheckpoint(small);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const at = bit >> 3;
      const flipped = Uint8Array.from(bytes);
      flipped[at]! ^= 1 << (bit & 7);
      const allowed =
        at < 8 ? ['not a checkpoint'] : at < 16 || at >= 24 ? ['checksum'] : ['checksum', 'truncated'];
      expect(allowed, `bit ${bit}`).toContain(faultOf(flipped));
    }
  });

  it.each([
    {
      what: 'text',
      bytes: new TextEncoder().encode('not a checkpoint, but long enough to be one'),
      fault: 'not a checkpoint',
    },
    {
      what: 'bytes after the end',
      bytes: Buffer.concat([encodeCheckpoint(small), Buffer.alloc(8)]),
      fault: 'checksum',
    },
  ])('refuses $what', ({ bytes, fault }) => {
    expect(faultOf(bytes)).toBe(fault);
  });

  it('names the place, the version it met and the version it reads', () => {
    const bytes = Buffer.from(encodeCheckpoint(small));
    bytes.writeUInt32LE(7, 8);
    expect(() => decodeCheckpoint(rehashed(bytes), 'step-00000042.ckpt')).toThrow(
      'step-00000042.ckpt: format version 7, and this mixop reads version 1; resume with the version',
    );
  });

  it.each([
    { what: 'a header that is no JSON', from: '{"arrays"', to: '["arrays"' },
    { what: 'an unknown dtype', from: 'float32', to: 'float16' },
    { what: 'an array beyond the payload', from: '"length":2', to: '"length":9' },
    { what: 'a negative offset', from: '"offset":16', to: '"offset":-8' },
    { what: 'a meta that is a list', from: '"meta":{"epoch":3', to: '"meta":[      3' },
  ])('refuses $what, though the checksum is right', ({ from, to }) => {
    const bytes = Buffer.from(encodeCheckpoint(small));
    const at = bytes.indexOf(from);
    expect(at).toBeGreaterThan(0);
    bytes.write(to, at);
    expect(faultOf(rehashed(bytes))).toBe('malformed');
  });

  it('refuses to write what JSON cannot hold, naming the key', () => {
    const state = { meta: { history: [1, Number.NaN] }, arrays: {} };
    expect(() => encodeCheckpoint(state)).toThrow(new TypeError('meta.history.1 is NaN: not JSON'));
  });
});
