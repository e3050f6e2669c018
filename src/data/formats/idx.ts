// IDX, the format of MNIST (LeCun): four magic bytes (0, 0, type, dimensions), big-endian sizes, then the
// values. Only unsigned bytes (type 8) hold images [count, height, width] and labels [count].

import { MixopError } from '../../base/errors.ts';

export interface IdxImages {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** [count, height, width] */
  readonly pixels: Uint8Array;
}

/** Byte at which the label of image 0 stands. */
export const idxLabelStart = 8;

const hex = (word: number): string => `0x${word.toString(16).padStart(8, '0')}`;
const meanings: Readonly<Record<number, string>> = { 0x801: 'labels', 0x803: 'images' };

/** True for any IDX file of unsigned bytes. */
export function looksLikeIdx(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 8 && (bytes[3] === 1 || bytes[3] === 3);
}

/** Sizes and values of a file whose magic must be `magic`. */
function parse(
  bytes: Uint8Array,
  magic: 0x801 | 0x803,
  place: string,
): [sizes: number[], values: Uint8Array] {
  const fail = (problem: string, remedy = 'get the file again'): MixopError =>
    new MixopError('data', place, problem, remedy);
  const header = magic === 0x801 ? 8 : 16;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = bytes.length >= 4 ? view.getUint32(0) : magic;
  if (found !== magic) {
    const meaning = meanings[found] ?? 'nothing that is known';
    throw fail(
      `wrong magic number ${hex(found)} at byte 0 (${meaning}), IDX ${meanings[magic]} start with ${hex(magic)}`,
      `name an IDX file of ${meanings[magic]}`,
    );
  }
  if (bytes.length < header)
    throw fail(`truncated, ${bytes.length} bytes do not even hold the header of ${header}`);
  const sizes: number[] = [];
  for (let at = 4; at < header; at += 4) sizes.push(view.getUint32(at));
  const expected = header + sizes.reduce((product, size) => product * size, 1);
  if (expected === header) throw fail(`holds nothing, its sizes are ${sizes.join(' x ')}`);
  if (bytes.length !== expected) {
    const problem = bytes.length < expected ? 'truncated' : 'too long';
    throw fail(`${problem}, ${bytes.length} bytes where sizes ${sizes.join(' x ')} need ${expected}`);
  }
  return [sizes, bytes.subarray(header)];
}

/** Images; `place` names the file in errors. */
export function parseIdxImages(bytes: Uint8Array, place: string): IdxImages {
  const [sizes, pixels] = parse(bytes, 0x803, place);
  return { count: sizes[0]!, height: sizes[1]!, width: sizes[2]!, pixels };
}

/** Labels; `place` names the file in errors. */
export function parseIdxLabels(bytes: Uint8Array, place: string): Uint8Array {
  return parse(bytes, 0x801, place)[1];
}
