// What lowering returns: stages, which the wasm executor runs. An instruction's stages run in order, with a barrier
// after each; the chunks of one stage are independent of each other, and neither their number nor their borders
// depend on the number of threads, so that any number of threads computes the same bits.

import { extent, type Tensor, type Vector } from '../tensor.ts';

/** A 32-bit word of a stage's arguments: an address or a whole number, or the bits of a float32. */
export type Word = number | { readonly f32: number };

export interface Stage {
  /** Name of an exported function `(args: usize, chunk: i32) => void` of a `kernel.as.ts`. */
  readonly kernel: string;
  readonly args: readonly Word[];
  readonly chunks: number;
  /** Floating-point operations and bytes moved, all chunks together: the counted model of the profile. */
  readonly flops?: number;
  readonly bytes?: number;
}

export interface StageContext {
  /** Address in bytes of a tensor's first element. */
  address(tensor: Tensor): number;
  vector(vector: Vector): { readonly address: number; readonly elements: number };
  /** Address of memory for the stages of this instruction, 64-byte aligned, its contents undefined. */
  workspace(bytes: number): number;
  /** Asks for so many bytes of scratch memory of each thread's own (assembly/scratch.as.ts). */
  scratch(bytes: number): void;
}

/** Pixels in a chunk of an operation on images, and the limit of what one float32 accumulator adds up. */
export const pixelsPerChunk = 256;

/** Elements in a chunk of an elementwise stage: 64 KiB, a few microseconds. */
export const elementsPerChunk = 16_384;

/** Address of a tensor that an instruction may lack; 0 where it does. */
export function addressOf(tensor: Tensor | undefined, context: StageContext): number {
  return tensor ? context.address(tensor) : 0;
}

/** Adds up `count` partial results that lie `stride` bytes apart, in double and in order, into `out`. */
export function sumPartials(
  partials: number,
  count: number,
  stride: number,
  out: number,
  elements: number,
): Stage {
  return {
    kernel: 'sumPartials',
    args: [partials, count, stride, out, elements],
    chunks: Math.ceil(elements / 1024),
    flops: elements * count,
    bytes: 4 * elements * (count + 1),
  };
}

/** Chunks of an elementwise stage over `elements`. */
export function elementChunks(elements: number): number {
  return Math.max(1, Math.ceil(elements / elementsPerChunk));
}

/** Bytes of tensors, spare lanes included: each loaded or stored once. */
export function bytesOf(...tensors: readonly Tensor[]): number {
  return tensors.reduce((sum, tensor) => sum + 4 * extent(tensor), 0);
}

/** The two words of a float64, little-endian. */
export function float64(value: number): [low: number, high: number] {
  const words = new Uint32Array(Float64Array.of(value).buffer);
  return [words[0]!, words[1]!];
}
