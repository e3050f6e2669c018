// The safetensors format: round trips, and files that are none.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MixopError } from '../../src/base/errors.ts';
import { decodeSafetensors, encodeSafetensors } from '../../src/networks/safetensors.ts';

const file = {
  tensors: new Map([
    ['a.weight', { shape: [2, 1, 3], values: Float32Array.of(1, -2, 3.5, 0, -0, 1e-40) }],
    ['b', { shape: [], values: Float32Array.of(7) }],
    ['empty', { shape: [0, 4], values: new Float32Array(0) }],
  ]),
  metadata: { format: 'pt', note: 'ä "quoted"' },
};

test('gives back what was written, wherever the bytes lie', () => {
  const bytes = encodeSafetensors(file);
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  for (const given of [bytes, shifted.subarray(3), Buffer.from(bytes)])
    expect(decodeSafetensors(given, 'file')).toEqual(file);
  expect(encodeSafetensors(decodeSafetensors(bytes, 'file'))).toEqual(bytes);
});

test('has the layout of the format', () => {
  const bytes = encodeSafetensors(file);
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  expect(length % 8).toBe(0);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as object;
  expect(header).toMatchObject({
    __metadata__: { format: 'pt' },
    'a.weight': { dtype: 'F32', shape: [2, 1, 3], data_offsets: [0, 24] },
    b: { data_offsets: [24, 28] },
  });
  expect(bytes.length).toBe(8 + length + 28);
});

/** A file of the given header and so many bytes of data. */
function fileOf(header: string, data = 8): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const entry = (rest: string): string =>
  `{"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], ${rest}}}`;

test.each([
  { what: 'nothing', bytes: new Uint8Array(0), says: '0 bytes' },
  { what: 'a cut header', bytes: encodeSafetensors(file).subarray(0, 40), says: 'header is truncated' },
  { what: 'cut tensors', bytes: encodeSafetensors(file).subarray(0, -1), says: 'b extends beyond' },
  { what: 'no JSON', bytes: fileOf('{"w"'), says: 'header cannot be read' },
  { what: 'a list', bytes: fileOf('[]'), says: 'header cannot be read' },
  { what: 'metadata of numbers', bytes: fileOf('{"__metadata__": {"a": 1}}'), says: 'metadata' },
  { what: 'half precision', bytes: fileOf(entry('"dtype": "F16"')), says: 'w is F16' },
  { what: 'a negative offset', bytes: fileOf(entry('"data_offsets": [-8, 0]')), says: 'w is malformed' },
  { what: 'another shape', bytes: fileOf(entry('"shape": [3]')), says: 'do not fit its shape [3]' },
])('refuses $what', ({ bytes, says }) => {
  const decode = (): unknown => decodeSafetensors(bytes, 'w.safetensors');
  expect(decode).toThrow(MixopError);
  expect(decode).toThrow(/^w\.safetensors: is not a safetensors file: /);
  expect(decode).toThrow(says);
});

test('passes over PyTorch’s counters of batches', () => {
  const header = '{"n.num_batches_tracked": {"dtype": "I64", "shape": [], "data_offsets": [0, 8]}}';
  expect(decodeSafetensors(fileOf(header), 'file').tensors.size).toBe(0);
});

/** The tensors or the error. */
function outcome(bytes: Uint8Array): unknown {
  try {
    return decodeSafetensors(bytes, 'file').tensors;
  } catch (error) {
    return error;
  }
}

test('refuses or reads any bytes, and never breaks', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.json(), (bytes, json) => {
      for (const given of [bytes, fileOf(json)])
        expect([Map, MixopError].some((kind) => outcome(given) instanceof kind)).toBe(true);
    }),
  );
});
