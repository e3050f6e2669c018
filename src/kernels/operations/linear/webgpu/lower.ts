// Linear layer on webgpu.
import type { Tensor } from '../../../tensor.ts';
import { bytesOf, type Dispatch, vectors } from '../../../webgpu/dispatch.ts';
import { longestSum } from '../../../webgpu/sums.ts';
import biasShader from './bias.wgsl';
import { lanesOf, type LinearBackward, type LinearForward } from '../types.ts';
import productShader from './product.wgsl';
import transposedProductShader from './transposed-product.wgsl';
import weightsShader from './weights.wgsl';

/** y (+)= x * matrix, or x * matrix^T. */
function product(
  x: Tensor,
  matrix: Tensor,
  y: Tensor,
  transposed: boolean,
  { bias, add = false }: { readonly bias?: Tensor | undefined; readonly add?: boolean } = {},
): Dispatch {
  const [inputs, outputs] = [lanesOf(x), lanesOf(y)];
  const sizes = { I4: inputs / 4, O4: outputs / 4, LONGEST: longestSum };
  const how = transposed
    ? {
        shader: transposedProductShader,
        extents: { ...sizes, O: matrix.shape[0]! },
        words: { inputs4: inputs / 4 },
      }
    : { shader: productShader, extents: sizes, words: { inputs: matrix.shape[0]! } };
  return {
    ...how,
    constants: { ACCUMULATE: add },
    reads: { x, matrix, bias },
    writes: { y },
    size: { threads: vectors(y) },
    flops: 2 * x.shape[0]! * inputs * outputs,
    bytes: bytesOf(x, matrix, y, add ? y : undefined),
  };
}

export function forward({ reads, writes, transposed }: LinearForward): Dispatch[] {
  const { xs, weight, bias } = reads;
  return xs.map((x, k) => product(x, weight, writes.ys[k]!, transposed, { bias }));
}

export function backward(instruction: LinearBackward): Dispatch[] {
  const { reads, writes, transposed, accumulate } = instruction;
  const { xs, weight, dys } = reads;
  const { dxs, dweight, dbias } = writes;
  const rows = xs.map((x) => x.shape[0]!);
  const dispatches = dys.flatMap((dy, k) => {
    const dx = dxs[k];
    return dx ? [product(dy, weight, dx, !transposed, { add: accumulate[k]! })] : [];
  });
  if (dweight) {
    const [lefts, rights] = transposed ? [dys, xs] : [xs, dys];
    dispatches.push({
      shader: weightsShader,
      extents: { A4: lanesOf(lefts[0]!) / 4, B4: lanesOf(rights[0]!) / 4, LONGEST: longestSum },
      constants: { ACCUMULATE: instruction.accumulateWeight },
      reads: { lefts, rights },
      writes: { dweight },
      words: { rows },
      size: { threads: vectors(dweight) },
      flops: rows.reduce((sum, n) => sum + 8 * n * vectors(dweight), 0),
      bytes: bytesOf(...xs, ...dys, dweight),
    });
  }
  if (dbias) {
    dispatches.push({
      shader: biasShader,
      extents: { O4: dbias.pitch / 4, LONGEST: longestSum },
      constants: { ACCUMULATE: instruction.accumulateBias },
      reads: { dys },
      writes: { dbias },
      words: { rows },
      size: { threads: vectors(dbias) },
      flops: rows.reduce((sum, n) => sum + n * dbias.pitch, 0),
      bytes: bytesOf(...dys, dbias),
    });
  }
  return dispatches;
}
