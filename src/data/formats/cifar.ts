// The binary version of CIFAR-10 and CIFAR-100 (Krizhevsky 2009): records of one or two label bytes, then
// 1,024 red, 1,024 green and 1,024 blue values of a 32x32 image.

import { MixopError } from '../../base/errors.ts';
import { checkLabels } from '../dataset.ts';

export type CifarKind = 'cifar10' | 'cifar100';

export const cifarSize = 32;
const area = cifarSize * cifarSize;
const imageBytes = 3 * area;

/** Per kind: its name, label bytes and how many values each takes; the last label is the one to learn. */
export const cifarLayouts: Readonly<Record<CifarKind, { title: string; labels: readonly number[] }>> = {
  cifar10: { title: 'CIFAR-10', labels: [10] },
  cifar100: { title: 'CIFAR-100', labels: [20, 100] },
};

interface CifarImages {
  /** [count, 32, 32, 3] */
  readonly pixels: Uint8Array;
  /** [count]; for CIFAR-100 the fine label. */
  readonly labels: Uint16Array;
}

/** Bytes of one record: 3,073 or 3,074. */
export function recordBytes(kind: CifarKind): number {
  return cifarLayouts[kind].labels.length + imageBytes;
}

/** True if the length is that of whole records and every label byte is in range. */
export function looksLikeCifar(kind: CifarKind, bytes: Uint8Array): boolean {
  const record = recordBytes(kind);
  if (bytes.length === 0 || bytes.length % record !== 0) return false;
  for (let at = 0; at < bytes.length; at += record)
    if (cifarLayouts[kind].labels.some((classes, i) => bytes[at + i]! >= classes)) return false;
  return true;
}

/** All records of a file, turned to NHWC; `place` names the file in errors. */
export function parseCifar(kind: CifarKind, bytes: Uint8Array, place: string): CifarImages {
  const { title, labels: ranges } = cifarLayouts[kind];
  const record = recordBytes(kind);
  const count = Math.floor(bytes.length / record);
  if (count === 0 || bytes.length % record !== 0) {
    throw new MixopError(
      'data',
      `${place}, byte ${count * record}`,
      `truncated or not ${title}, ${bytes.length} bytes are not whole records of ${record}`,
      `get the binary version of ${title} again`,
    );
  }
  const placeOf = (i: number): string => `${place}, record ${i} (byte ${i * record})`;
  const labels = new Uint16Array(count);
  ranges.forEach((classes, which) => {
    for (let i = 0; i < count; i++) labels[i] = bytes[i * record + which]!;
    checkLabels(labels, classes, placeOf);
  });
  const pixels = new Uint8Array(count * imageBytes);
  for (let i = 0; i < count; i++) {
    const from = i * record + ranges.length;
    const to = i * imageBytes;
    for (let channel = 0; channel < 3; channel++)
      for (let p = 0; p < area; p++) pixels[to + 3 * p + channel] = bytes[from + channel * area + p]!;
  }
  return { pixels, labels };
}
