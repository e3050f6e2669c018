// What lowering gives: stages, the unit that the wasm executor runs. A node's stages run in order with a barrier
// after each; the chunks of one stage are independent of each other, and neither their number nor their borders
// depend on the number of threads, so that any number of threads gives the same bits.

import type { Operations, OperationName, UpdateName, Updates } from '../operations.ts';
import type { Tensor, Vector } from '../tensor.ts';

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

export interface LoweringContext {
  /** Address in bytes of a tensor's first element. */
  address(tensor: Tensor): number;
  vector(vector: Vector): { readonly address: number; readonly elements: number };
  /** Address of scratch memory that lives as long as this node, 64-byte aligned, its contents undefined. */
  workspace(bytes: number): number;
}

export type Lowering<N> = (node: N, context: LoweringContext) => readonly Stage[];

/** Total over all operations: an operation that cannot be lowered does not compile. */
export type LoweringTable = {
  readonly [K in OperationName]: {
    readonly forward: Lowering<Operations[K]['forward']>;
    readonly backward: Lowering<Operations[K]['backward']>;
  };
} & { readonly [K in UpdateName]: { readonly update: Lowering<Updates[K]> } };

/** Elements in a chunk of an elementwise stage: 64 KiB, a few microseconds. */
export const elementsPerChunk = 16_384;

/** Chunks of an elementwise stage over `elements`. */
export function elementChunks(elements: number): number {
  return Math.max(1, Math.ceil(elements / elementsPerChunk));
}
