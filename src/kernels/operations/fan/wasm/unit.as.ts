// A unit of a fan's work: a pool, a branch's half or the edges that pass the input on; its record among a stage's
// arguments. records.ts writes the same words.
import { integer, pointer } from '../../../wasm/assembly/elements.as.ts';
import * as L from '../../../wasm/assembly/image-layout.as.ts';

const UNIT_WORDS: i32 = 16;

// 0: a max pool.
export const AVERAGE_POOL: i32 = 1;
export const SEPARABLE: i32 = 2;
export const DENSE: i32 = 3;
export const REDUCE: i32 = 4;
export const IDENTITY: i32 = 5;

export let kind: i32 = 0;
export let kernel: i32 = 0;
export let dilation: i32 = 0;
/** Depthwise weights [k, k, pitch]. */
export let depth: usize = 0;
/** Matrices [inputs, pitch]: forward those of the product; backward the transposed ones. */
export let matrix: usize = 0;
/** The raw output of the half before and its statistics; 0: the fan's input. */
export let input: usize = 0;
export let inputStatistics: usize = 0;
export let raw: usize = 0;
export let statistics: usize = 0;
/** Partial sums [chunks, 2, pitch] in double; 0: none wanted. */
export let sums: usize = 0;
/** Partial gradients by chunk: of depth, and of the matrices; from chunk to chunk in bytes. */
export let depthPartials: usize = 0;
export let matrixPartials: usize = 0;
export let matrixStride: i32 = 0;
/** Backward of a later half: where the gradient of its normalised input goes. */
export let dinput: usize = 0;
export let deferredGradients: i32 = 0;
export let firstDeferred: i32 = 0;

export function readUnit(args: usize, first: i32, unit: i32): void {
  const at = first + unit * UNIT_WORDS;
  kind = integer(args, at);
  kernel = integer(args, at + 1);
  dilation = integer(args, at + 2);
  depth = pointer(args, at + 3);
  matrix = pointer(args, at + 4);
  input = pointer(args, at + 5);
  inputStatistics = pointer(args, at + 6);
  raw = pointer(args, at + 7);
  statistics = pointer(args, at + 8);
  sums = pointer(args, at + 9);
  depthPartials = pointer(args, at + 10);
  matrixPartials = pointer(args, at + 11);
  matrixStride = integer(args, at + 12);
  dinput = pointer(args, at + 13);
  deferredGradients = integer(args, at + 14);
  firstDeferred = integer(args, at + 15);
}

/** Coefficients that normalise the unit's input: [2, pitch], inverse above -mean * inverse. 0: none. */
export function inputScale(): usize {
  if (inputStatistics == 0) return 0;
  const scale = L.coefficients;
  for (let c = 0; c < L.pixelBytes; c += 16) {
    const inverse = v128.load(inputStatistics + L.pixelBytes + c);
    v128.store(scale + c, inverse);
    v128.store(scale + L.pixelBytes + c, f32x4.neg(f32x4.mul(inverse, v128.load(inputStatistics + c))));
  }
  return scale;
}

/** The first unit of a part; the next part's is the end. */
// @ts-ignore: decorator
@inline
export function firstUnit(part: i32, units: i32): i32 {
  return (part * units) / L.parts;
}
