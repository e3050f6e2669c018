// Jacobian covariance (Mellor, Turner, Storkey and Crowley 2020, "Neural architecture search without training", first
// version, section 3): how weakly the gradients of the logits by the images are correlated. With v the eigenvalues
// of their correlation matrix the score is - sum of (ln(v + k) + 1 / (v + k)), k = 1e-5.

import { Graph } from '../kernels/graph.ts';
import { cholesky, logDeterminant, solveLowerColumns } from '../predictors/cholesky.ts';
import { buildDerived } from '../supernet/derived-network.ts';
import type { ZeroCostScore } from './score.ts';

const gradientArena = 'inputGradient';
const k = 1e-5;

export const jacobianCovariance: ZeroCostScore = {
  name: 'jacobian-covariance',
  summary: 'how weakly the gradients by the images are correlated (Mellor et al. 2020)',
  record({ builder, parameters, description, batch: { images } }) {
    const size = images.shape[0]!;
    const seeds = builder.persistent('inputs', 'jacobian/seeds', [size, description.classes]);
    builder.vector(gradientArena, 'inputs');
    builder.program('jacobian', () => {
      const graph = new Graph(builder, { inputs: gradientArena });
      const { logits } = buildDerived(graph, parameters, description, images, 'training');
      graph.backward([], new Map([[logits, seeds]]));
    });
    return {
      program: 'jacobian',
      fill(executor) {
        executor.write(seeds, new Float64Array(size * description.classes).fill(1));
        return Promise.resolve();
      },
      read: async (executor) =>
        correlationScore(await executor.read(builder.parallel(images, gradientArena)), size),
    };
  },
};

/** gradients: [images, units]; -Infinity where an image's gradients are all equal: the network ignores it. */
export function correlationScore(gradients: ArrayLike<number>, images: number): number {
  const units = gradients.length / images;
  const rows = Array.from({ length: images }, (_, image) => standardRow(gradients, image * units, units));
  if (rows.some((row) => !Number.isFinite(row[0]!))) return -Infinity;
  const matrix = new Float64Array(images * images);
  const identity = new Float64Array(images * images);
  for (let a = 0; a < images; a++) {
    identity[a * images + a] = 1;
    for (let b = 0; b <= a; b++) {
      let product = 0;
      for (let i = 0; i < units; i++) product += rows[a]![i]! * rows[b]![i]!;
      matrix[a * images + b] = product + (a === b ? k : 0);
    }
  }
  // Without eigenvalues: sum ln(v + k) = ln det(A), sum 1 / (v + k) = tr(inverse of A) = |inverse of L|^2, A = C + k I.
  const factor = cholesky(matrix, images);
  if (factor === undefined) return -Infinity;
  const inverse = solveLowerColumns(factor, identity, images);
  const trace = inverse.reduce((sum, value) => sum + value * value, 0);
  return -(logDeterminant(factor) + trace);
}

/** Centred and scaled to norm 1, so that products are correlations; all NaN if the row is constant. */
function standardRow(values: ArrayLike<number>, start: number, units: number): Float64Array {
  const row = Float64Array.from({ length: units }, (_, i) => values[start + i]!);
  const mean = row.reduce((sum, value) => sum + value, 0) / units;
  const norm = Math.sqrt(row.reduce((sum, value) => sum + (value - mean) ** 2, 0));
  return row.map((value) => (value - mean) / norm);
}
