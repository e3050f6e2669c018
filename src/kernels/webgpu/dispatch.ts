// What lowering gives: dispatches, as plain data. A node's dispatches run in order; threads of one dispatch are
// independent of each other. The prelude turns operands and words into accessors that the shader's text calls.

import { extent, type Tensor, type Vector } from '../tensor.ts';

/** Scratch memory that lives as long as its node, its contents undefined. */
export interface Workspace {
  readonly kind: 'workspace';
  /** One of the plan's, where it has room while the node runs, or one of those behind them. */
  readonly slab: number;
  /** In elements, a multiple of 64. */
  readonly offset: number;
  readonly elements: number;
}

export type Operand = Tensor | Vector | Workspace;

/**
 * Bindings by name. One operand `x` gives the shader `has_x`, `load_x(i)` and `element_x(i)`, and `store_x(i, v)` where
 * it is written; a list `xs` gives `count_xs()`, `load_xs(k, i)` and so on. `i` counts vec4s, for elements floats. Where
 * operand k lies is itself a load: a loop takes it out by `place_xs(k)`, and calls `load_at_xs(place, i)` and so on.
 */
export type Bindings = Readonly<Record<string, Operand | readonly Operand[] | undefined>>;

/** A whole number (u32), or a float32. */
export type Word = number | { readonly f32: number };

export interface Dispatch {
  /** WGSL with `fn thread(index: u32)` or, for `groups`, `fn group(index: u32, lane: u32)`. */
  readonly shader: string;
  /** `const NAME`, known when the shader is compiled: every set of values is a pipeline of its own. */
  readonly constants?: Readonly<Record<string, Word | boolean>>;
  /** Sizes that it pays to compile for: a `const NAME` on a GPU, a variable of that name on a software adapter. */
  readonly extents?: Readonly<Record<string, number>>;
  readonly reads: Bindings;
  /** What is read and written too stands here only. */
  readonly writes: Bindings;
  /** Known when the plan is made: `fn name()`, and `fn name(k)` for a list. */
  readonly words?: Readonly<Record<string, Word | readonly Word[]>>;
  /** Independent threads, or workgroups of so many lanes that share memory and barriers. */
  readonly size: { readonly threads: number } | { readonly groups: number; readonly lanes: number };
  /** Counted, not measured: floating-point operations, and bytes loaded and stored. */
  readonly flops: number;
  readonly bytes: number;
  /** What it was joined from. They run one by one where it would need more buffers than a device binds. */
  readonly parts?: readonly Dispatch[];
}

/** `tiles`: register tiles without barriers, for software adapters; `workgroup`: shared memory, for real GPUs. */
export type Schedule = 'tiles' | 'workgroup';

export interface DispatchContext {
  readonly schedule: Schedule;
  /** Elements of an arena, or of the part of it. */
  elements(vector: Vector): number;
  /** Scratch memory for this node. */
  workspace(elements: number): Workspace;
}

/** vec4s of a tensor, spare lanes included. */
export function vectors(tensor: Pick<Tensor, 'shape' | 'pitch'>): number {
  return extent(tensor) / 4;
}

/** Bytes of tensors, spare lanes included: each loaded or stored once. */
export function bytesOf(...tensors: readonly (Tensor | undefined)[]): number {
  return tensors.reduce((sum, tensor) => sum + (tensor ? 4 * extent(tensor) : 0), 0);
}
