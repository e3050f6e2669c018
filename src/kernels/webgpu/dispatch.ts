// What lowering returns: dispatches, as plain data. The dispatches of an instruction run in order; threads of one
// dispatch are independent of each other. The prelude turns operands and words into accessors that the shader's text
// calls.

import { extent, imageShape, type Tensor, type Vector } from '../tensor.ts';

/** Scratch memory of one instruction, its contents undefined. */
export interface Workspace {
  readonly kind: 'workspace';
  /** One of the plan's, where it has room while the instruction runs, or one of those behind them. */
  readonly slab: number;
  /** In elements, a multiple of 64. */
  readonly offset: number;
  readonly elements: number;
}

export type Operand = Tensor | Vector | Workspace;

/**
 * Bindings by name. An operand `x` is `has_x`, `load_x(i)` and `element_x(i)`, and `store_x(i, v)` where it is written,
 * in the shader; a list `xs` is `count_xs()`, `load_xs(k, i)` and so on. `i` counts vec4s, for elements floats. The
 * place of operand k is itself a load: hoist it out of loops by `place_xs(k)`, and call `load_at_xs(place, i)` and so
 * on.
 */
export type Bindings = Readonly<Record<string, Operand | readonly Operand[] | undefined>>;

/** A whole number (u32), or a float32. */
export type Word = number | { readonly f32: number };

export interface Dispatch {
  /** WGSL with `fn thread(index: u32)` or, for `groups`, `fn group(index: u32, lane: u32)`. */
  readonly shader: string;
  /** `const NAME`, known when the shader is compiled: every set of values is a pipeline of its own. */
  readonly constants?: Readonly<Record<string, Word | boolean>>;
  /** Sizes worth compiling in: a `const NAME` on a GPU, a variable of that name on a software adapter. */
  readonly extents?: Readonly<Record<string, number>>;
  readonly reads: Bindings;
  /** An operand that is also read is here only. */
  readonly writes: Bindings;
  /** Numbers known when the plan is lowered: `fn name()`, and `fn name(k)` for a list. */
  readonly words?: Readonly<Record<string, Word | readonly Word[]>>;
  /** Independent threads, or workgroups whose lanes share memory and barriers. */
  readonly size: { readonly threads: number } | { readonly groups: number; readonly lanes: number };
  /** Counted, not measured: floating-point operations, and bytes loaded and stored. */
  readonly flops: number;
  readonly bytes: number;
  /** The dispatches it was joined from. They run one by one where it needs more buffers than a device binds. */
  readonly parts?: readonly Dispatch[];
}

/** `tiles`: register tiles without barriers, for software adapters; `workgroup`: shared memory, for real GPUs. */
export type Schedule = 'tiles' | 'workgroup';

export interface DispatchContext {
  readonly schedule: Schedule;
  /** Elements of an arena, or of the part of it that the vector names. */
  elements(vector: Vector): number;
  /** Scratch memory for this instruction. */
  workspace(elements: number): Workspace;
}

/** Extents of the images that a window moves over, and of those that it leaves. */
export function imageExtents(x: Tensor, y: Tensor) {
  const [from, to] = [imageShape(x), imageShape(y)];
  return { H: from.h, W: from.w, OH: to.h, OW: to.w };
}

/** vec4s of a tensor, spare lanes included. */
export function vectors(tensor: Pick<Tensor, 'shape' | 'pitch'>): number {
  return extent(tensor) / 4;
}

/** Bytes of tensors, spare lanes included: each loaded or stored once. */
export function bytesOf(...tensors: readonly (Tensor | undefined)[]): number {
  return tensors.reduce((sum, tensor) => sum + (tensor ? 4 * extent(tensor) : 0), 0);
}
