// SynFlow (Tanaka et al. 2020, "Pruning neural networks without any data by iteratively conserving synaptic flow",
// R_SF): w * dR/dw summed over all weights, where R is the sum of the logits for an image of ones in the network
// of |w|. It uses no data. Norms must not rescale: they are those of evaluation, with statistics that make them identities.

import type { Executor } from '../kernels/executor.ts';
import { Graph } from '../kernels/graph.ts';
import { count, imageShape } from '../kernels/tensor.ts';
import { buildDerived } from '../supernet/derived-network.ts';
import { Parameters, runningArena, weightArena } from '../supernet/parameters.ts';
import { multiplied, type UntrainedNetwork, type ZeroCostScore } from './score.ts';

const arenas = { weights: 'flowWeights', running: 'flowRunning' };
const gradientArena = 'flowGradient';
/** A norm divides by sqrt(variance + 1e-5): with this it divides by 1. */
const variance = 1 - 1e-5;

export const synflow: ZeroCostScore = {
  name: 'synflow',
  summary: 'flow through all paths, without data; its logarithm (Tanaka et al. 2020)',
  record(network) {
    const { builder, description, batch } = network;
    const { h, w, c } = imageShape(batch.images);
    const ones = builder.persistent('inputs', 'flow/images', [1, h, w, c]);
    const seeds = builder.persistent('inputs', 'flow/seeds', [1, description.classes]);
    builder.vector(arenas.weights, weightArena);
    builder.vector(arenas.running, runningArena);
    builder.vector(gradientArena, weightArena);
    const parameters = new Parameters(builder, arenas);
    const program = builder.program('flow', () => {
      const graph = new Graph(builder, { [arenas.weights]: gradientArena });
      const { logits } = buildDerived(graph, parameters, description, ones, 'evaluation');
      graph.backward([], new Map([[logits, seeds]]));
      return 'flow';
    });
    return {
      program,
      async fill(executor) {
        for (const tensor of [ones, seeds]) executor.write(tensor, filled(tensor.shape, 1));
        for (const { tensor, name } of parameters.buffers())
          executor.write(tensor, filled(tensor.shape, name.endsWith('running_var') ? variance : 0));
        executor.writeArena(arenas.weights, (await executor.readArena(weightArena)).map(Math.abs));
      },
      read: (executor) => flow(executor, network, parameters),
    };
  },
};

function filled(shape: readonly number[], value: number): Float64Array {
  return new Float64Array(count(shape)).fill(value);
}

/** ln of the sum, which grows with the product of all layers' sums of weights. -Infinity: nothing reaches the logits. */
async function flow(
  executor: Executor,
  { builder }: UntrainedNetwork,
  parameters: Parameters,
): Promise<number> {
  let sum = 0;
  for (const { tensor } of multiplied(parameters)) {
    const weight = await executor.read(tensor);
    const gradient = await executor.read(builder.parallel(tensor, gradientArena));
    for (let i = 0; i < weight.length; i++) sum += weight[i]! * gradient[i]!;
  }
  return Math.log(sum);
}
