// The safetensors format (Hugging Face), float32 only: 8 bytes length of the header (u64, little endian), the header
// as JSON, then the tensors' bytes without gaps.

import * as z from 'zod';
import { MixopError } from '../base/errors.ts';

export interface NamedArray {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, NamedArray>;
  readonly metadata: Readonly<Record<string, string>>;
}

const count = z.int().nonnegative();
const headerSchema = z.record(z.string(), z.unknown());
const metadataSchema = z.record(z.string(), z.string());
const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(count),
  data_offsets: z.tuple([count, count]),
});

/** Maximum bytes of a header, by the format. */
const maxHeader = 100_000_000;

/** Tensors are written in the order of the map; equal maps have equal bytes. */
export function encodeSafetensors({ tensors, metadata }: SafetensorsFile): Uint8Array {
  let offset = 0;
  const entries = [...tensors].map(([name, { shape, values }]) => {
    const begin = offset;
    offset += values.byteLength;
    return [name, { dtype: 'F32', shape, data_offsets: [begin, offset] }] as const;
  });
  const text = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  const header = new TextEncoder().encode(text);
  // Padded with spaces, so that the tensors are aligned.
  const start = 8 + Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(start + offset).fill(0x20, 8, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(header, 8);
  let at = start;
  for (const { values } of tensors.values()) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}

/** Throws a `MixopError` that names `place` for any other file. The arrays are copies. */
export function decodeSafetensors(bytes: Uint8Array, place: string): SafetensorsFile {
  const refuse = (problem: string): MixopError =>
    new MixopError(
      'data',
      place,
      `is not a safetensors file: ${problem}`,
      'give a whole file of float32 tensors',
    );
  if (bytes.length < 8) throw refuse(`it has ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > Math.min(maxHeader, bytes.length - 8)) throw refuse('its header is truncated');
  const header = parseHeader(bytes.subarray(8, 8 + length));
  if (header === undefined) throw refuse('its header cannot be read');
  const data = bytes.subarray(8 + length);
  const tensors = new Map<string, NamedArray>();
  let metadata: Readonly<Record<string, string>> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') {
      const texts = metadataSchema.safeParse(entry);
      if (!texts.success) throw refuse('its metadata are not strings');
      metadata = texts.data;
      continue;
    }
    const parsed = entrySchema.safeParse(entry);
    if (!parsed.success) throw refuse(`the entry of ${name} is malformed`);
    const { dtype, shape } = parsed.data;
    const [begin, end] = parsed.data.data_offsets;
    if (begin > end || end > data.length) throw refuse(`${name} extends beyond its end`);
    // PyTorch's counters of batches: integers that evaluation does not need.
    if (dtype === 'I64' && name.endsWith('.num_batches_tracked')) continue;
    if (dtype !== 'F32') throw refuse(`${name} is ${dtype}, not F32`);
    if (end - begin !== 4 * shape.reduce((product, size) => product * size, 1))
      throw refuse(`${name} has ${end - begin} bytes, which do not fit its shape [${shape.join(', ')}]`);
    // A copy: the bytes may start anywhere in a buffer that others use too.
    const values = new Float32Array((end - begin) / 4);
    new Uint8Array(values.buffer).set(data.subarray(begin, end));
    tensors.set(name, { shape, values });
  }
  return { tensors, metadata };
}

function parseHeader(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    return headerSchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    return undefined;
  }
}
