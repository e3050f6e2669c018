// The batch norms of a network, by what the network is used for.

import type { Graph } from '../kernels/graph.ts';
import { batchNorm, measuredNorm } from '../kernels/operations/batch-norm/definition.ts';
import { runningNorm } from '../kernels/operations/running-norm/definition.ts';
import { imageShape, type Tensor } from '../kernels/tensor.ts';
import type { Parameters } from './parameters.ts';
import { updates } from '../kernels/updates/types.ts';

/**
 * search: batch statistics, in cells without gamma and beta. training: batch statistics with gamma and beta, which also
 * update the running statistics. evaluation: running statistics.
 */
export type NormForm = 'search' | 'training' | 'evaluation';

/** Weight of a batch's statistics in the running ones (PyTorch's default). */
const momentum = 0.1;

export interface NormContext {
  readonly graph: Graph;
  readonly parameters: Parameters;
  readonly norms: NormForm;
}

/** x: [N, H, W, C]; `name`: of the norm's parameters; `affine`: gamma and beta in a search too. Returns x's shape. */
export function normalise(context: NormContext, x: Tensor, name: string, affine = false): Tensor {
  const { graph, parameters, norms } = context;
  const { n, h, w, c } = imageShape(x);
  if (norms === 'search') return batchNorm(graph, x, affine ? parameters.affine(name, c) : undefined);
  const parts = parameters.affine(name, c);
  const running = parameters.running(name, c);
  if (norms === 'evaluation') return runningNorm(graph, x, parts, running);
  const { y, statistics } = measuredNorm(graph, x, parts);
  const pixels = n * h * w;
  graph.emit(updates.track({ reads: { statistics }, writes: running, momentum, pixels }));
  return y;
}
