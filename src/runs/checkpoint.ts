// The bytes of a checkpoint: everything that a run needs to continue, verified when it is read.
// Little endian, in this order:
//   8 bytes magic, u32 format version, u32 header length H, u64 length of the whole file,
//   H bytes header (canonical JSON, padded with spaces), arrays (each at a multiple of 8, zeros between),
//   32 bytes SHA-256 of all before. Magic, lengths and hash keep their places in later versions.
// Floats are stored as the host holds them: every host with WebAssembly or WebGPU is little endian.

import { createHash } from 'node:crypto';
import { MixopError } from '../base/errors.ts';
import { canonicalJson, isJsonObject } from './json.ts';
import type { Json, JsonObject } from './json.ts';

export type CheckpointArray = Float32Array | Float64Array;

export interface CheckpointState {
  /** Counters, random states, history: whatever is no array of floats. */
  readonly meta: JsonObject;
  /** Arenas by name, in the executor's own precision; every bit is kept, NaN's payload included. */
  readonly arrays: Readonly<Record<string, CheckpointArray>>;
}

export type CheckpointFault = 'not a checkpoint' | 'truncated' | 'checksum' | 'version' | 'malformed';

/** Why bytes are no checkpoint that can be used. */
export class CheckpointError extends MixopError {
  readonly fault: CheckpointFault;
  /** The problem without place and remedy. */
  readonly reason: string;

  constructor(fault: CheckpointFault, place: string, reason: string, remedy: string) {
    super('run', place, reason, remedy);
    this.name = 'CheckpointError';
    this.fault = fault;
    this.reason = reason;
  }
}

export const checkpointVersion = 1;
const magic = new TextEncoder().encode('MIXOPCKP');
const prologue = 24;
const hashLength = 32;
/** Node reads and hashes at most this much at once. */
const largest = 2 ** 31 - 1;

/** Equal states give equal bytes: names sorted, no clock, padding zero. */
export function encodeCheckpoint(state: CheckpointState): Uint8Array {
  let payload = 0;
  const table: { dtype: string; length: number; name: string; offset: number }[] = [];
  for (const name of Object.keys(state.arrays).sort()) {
    const array = state.arrays[name]!;
    const dtype = array instanceof Float32Array ? 'float32' : 'float64';
    table.push({ dtype, length: array.length, name, offset: payload });
    payload += roundUp(array.byteLength);
  }
  const text = new TextEncoder().encode(canonicalJson({ arrays: table, meta: state.meta }));
  const headerLength = roundUp(text.length);
  const end = prologue + headerLength + payload;
  if (end + hashLength > largest) {
    const remedy = 'search with fewer channels or cells';
    throw new MixopError('run', 'checkpoint', `${end} bytes are more than a checkpoint can hold`, remedy);
  }
  const bytes = new Uint8Array(end + hashLength);
  const view = new DataView(bytes.buffer);
  bytes.set(magic);
  view.setUint32(8, checkpointVersion, true);
  view.setUint32(12, headerLength, true);
  view.setBigUint64(16, BigInt(bytes.length), true);
  bytes.set(text, prologue);
  bytes.fill(0x20, prologue + text.length, prologue + headerLength);
  for (const { name, offset } of table) {
    const array = state.arrays[name]!;
    const source = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    bytes.set(source, prologue + headerLength + offset);
  }
  bytes.set(sha256(bytes.subarray(0, end)), end);
  return bytes;
}

/** The state that the bytes hold, or a `CheckpointError` that names `place`. The arrays are copies. */
export function decodeCheckpoint(bytes: Uint8Array, place: string): CheckpointState {
  const refuse = (fault: CheckpointFault, reason: string): CheckpointError =>
    new CheckpointError(fault, place, reason, 'use the checkpoint before it');

  if (magic.some((byte, i) => i < bytes.length && bytes[i] !== byte))
    throw refuse('not a checkpoint', 'not a checkpoint of mixop');
  if (bytes.length < prologue) throw refuse('truncated', `truncated to ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const total = Number(view.getBigUint64(16, true));
  if (bytes.length < total) throw refuse('truncated', `truncated to ${bytes.length} of ${total} bytes`);
  const end = bytes.length - hashLength;
  const intact =
    bytes.length === total &&
    end >= prologue &&
    sha256(bytes.subarray(0, end)).every((byte, i) => byte === bytes[end + i]);
  if (!intact) throw refuse('checksum', 'its checksum does not match: bits have changed');

  // From here on the bytes are those that were written, so what is wrong is the writer.
  const version = view.getUint32(8, true);
  if (version !== checkpointVersion) {
    const reason = `format version ${version}, and this mixop reads version ${checkpointVersion}`;
    throw new CheckpointError('version', place, reason, 'resume with the version of mixop that wrote it');
  }
  const start = prologue + view.getUint32(12, true);
  const header = start <= end ? parseHeader(bytes.subarray(prologue, start)) : undefined;
  if (header === undefined) throw refuse('malformed', 'its header cannot be read');
  const arrays = header.table.map((entry) => readArray(bytes.subarray(start, end), entry));
  const bad = arrays.indexOf(undefined);
  if (bad >= 0) throw refuse('malformed', `entry ${bad} of its array table is not valid`);
  return { meta: header.meta, arrays: Object.fromEntries(arrays as [string, CheckpointArray][]) };
}

function parseHeader(bytes: Uint8Array): { meta: JsonObject; table: readonly Json[] } | undefined {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
  if (!isJsonObject(header) || !isJsonObject(header.meta) || !Array.isArray(header.arrays)) return undefined;
  return { meta: header.meta, table: header.arrays as readonly Json[] };
}

/** Copies one array out of the payload; the copy is aligned, whatever the bytes' own offset is. */
function readArray(payload: Uint8Array, entry: Json): [string, CheckpointArray] | undefined {
  if (!isJsonObject(entry)) return undefined;
  const { dtype, length, name, offset } = entry;
  if (typeof name !== 'string' || !isCount(length) || !isCount(offset) || offset % 8 !== 0) return undefined;
  if (dtype !== 'float32' && dtype !== 'float64') return undefined;
  const array = dtype === 'float32' ? Float32Array : Float64Array;
  const stop = offset + length * array.BYTES_PER_ELEMENT;
  if (stop > payload.length) return undefined;
  const copy = new Uint8Array(stop - offset);
  copy.set(payload.subarray(offset, stop));
  return [name, new array(copy.buffer)];
}

function isCount(value: Json | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function roundUp(length: number): number {
  return Math.ceil(length / 8) * 8;
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}
