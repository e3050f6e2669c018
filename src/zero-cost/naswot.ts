// NASWOT (Mellor, Turner, Storkey and Crowley 2021, "Neural architecture search without training", section 3): how well
// the untrained network distinguishes images. The signs of all ReLUs' inputs are an image's code; the kernel of two images
// is the number of ReLUs that agree, units - Hamming distance; the score is its log-determinant, ln |K|.

import type { Executor } from '../kernels/executor.ts';
import { Graph } from '../kernels/graph.ts';
import { known } from '../kernels/operations/all.ts';
import type { Instruction } from '../kernels/plan.ts';
import type { Tensor } from '../kernels/tensor.ts';
import { cholesky, logDeterminant } from '../predictors/cholesky.ts';
import { buildDerived } from '../supernet/derived-network.ts';
import type { ZeroCostScore } from './score.ts';

/** A graph that records the outputs of its ReLUs. */
class WatchedGraph extends Graph {
  readonly rectified: Tensor[] = [];

  override emit(recorded: Instruction): void {
    super.emit(recorded);
    const instruction = known(recorded);
    if (instruction.op === 'relu' && instruction.pass === 'forward')
      this.rectified.push(instruction.writes.y);
  }
}

export const naswot: ZeroCostScore = {
  name: 'naswot',
  summary: 'how well ReLU codes distinguish images (Mellor et al. 2021)',
  record({ builder, parameters, description, batch, images }) {
    const outputs = builder.program('codes', () => {
      const graph = new WatchedGraph(builder, {});
      buildDerived(graph, parameters, description, batch.images, 'training');
      return graph.rectified.map((tensor) => builder.keep(tensor));
    });
    return {
      program: 'codes',
      read: async (executor) => logDeterminantOf(await agreementKernel(executor, outputs, images), images),
    };
  },
};

async function agreementKernel(
  executor: Executor,
  outputs: readonly Tensor[],
  images: number,
): Promise<Float64Array> {
  const kernel = new Float64Array(images * images);
  for (const tensor of outputs) addAgreements(await executor.read(tensor), images, kernel);
  return kernel;
}

/** Adds, for every pair of images, how many of a ReLU layer's outputs are both over 0 or both 0. outputs: [images, units]. */
export function addAgreements(outputs: ArrayLike<number>, images: number, kernel: Float64Array): void {
  const units = outputs.length / images;
  const words = Math.ceil(units / 32);
  const codes = new Uint32Array(images * words);
  for (let image = 0; image < images; image++) {
    for (let unit = 0; unit < units; unit++) {
      if (outputs[image * units + unit]! > 0) codes[image * words + (unit >>> 5)]! |= 1 << (unit & 31);
    }
  }
  for (let a = 0; a < images; a++) {
    for (let b = 0; b <= a; b++) {
      let different = 0;
      for (let word = 0; word < words; word++)
        different += ones(codes[a * words + word]! ^ codes[b * words + word]!);
      kernel[a * images + b]! += units - different;
      if (a !== b) kernel[b * images + a]! += units - different;
    }
  }
}

/** Number of set bits, of 32 (Warren 2012, "Hacker's delight", section 5-1). */
function ones(word: number): number {
  let sum = word - ((word >>> 1) & 0x55555555);
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333);
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/**
 * log det of a kernel of integers; -Infinity where it is singular. Images with equal codes leave a pivot that is zero up
 * to rounding.
 */
export function logDeterminantOf(kernel: Float64Array, size: number): number {
  const factor = cholesky(kernel, size);
  if (factor === undefined) return -Infinity;
  for (let i = 0; i < size; i++) {
    if (factor.lower[i * size + i]! ** 2 < 1e-12 * size * kernel[i * size + i]!) return -Infinity;
  }
  return logDeterminant(factor);
}
