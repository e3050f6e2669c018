// The metrics of a run as a TensorBoard event file. A record: u64 length, its masked CRC, the bytes, their masked CRC;
// the bytes: a protobuf `Event` of tensorflow/core/util/event.proto. Times are seconds since the run began, so equal
// metrics give equal bytes and a longer run a longer file.

import type { ReportedRun } from './collect.ts';
import { scalarsOf } from './scalars.ts';

/** TensorBoard knows event files by this part of their names. */
export const eventFile = 'events.out.tfevents.0.mixop';

export function eventsOf(run: ReportedRun): Uint8Array {
  const events = scalarsOf(run).map(({ elapsed, epoch, values }) => {
    const scalars = [...values].map(([tag, value]) =>
      bytesField(1, [textField(1, tag), floatField(2, value)]),
    );
    return [doubleField(1, elapsed), integerField(2, epoch), bytesField(5, scalars)];
  });
  const version = [doubleField(1, 0), textField(3, 'brain.Event:2')];
  return join([version, ...events].map((fields) => record(join(fields))));
}

function record(data: Uint8Array): Uint8Array {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(data.length), true);
  return join([length, masked(length), data, masked(data)]);
}

/** Little endian. */
function masked(data: Uint8Array): Uint8Array {
  const crc = crc32c(data);
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0, true);
  return bytes;
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

/** CRC-32C (Castagnoli). */
export function crc32c(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = table[(crc ^ byte) & 255]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

function integerField(number: number, value: number): Uint8Array {
  return Uint8Array.from([number << 3, ...varint(value)]);
}

function doubleField(number: number, value: number): Uint8Array {
  const bytes = new Uint8Array(9);
  bytes[0] = (number << 3) | 1;
  new DataView(bytes.buffer).setFloat64(1, value, true);
  return bytes;
}

function floatField(number: number, value: number): Uint8Array {
  const bytes = new Uint8Array(5);
  bytes[0] = (number << 3) | 5;
  new DataView(bytes.buffer).setFloat32(1, value, true);
  return bytes;
}

function textField(number: number, text: string): Uint8Array {
  return bytesField(number, [new TextEncoder().encode(text)]);
}

function bytesField(number: number, parts: readonly Uint8Array[]): Uint8Array {
  const content = join(parts);
  return join([Uint8Array.from([(number << 3) | 2, ...varint(content.length)]), content]);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
