// dx = sum over branches of the chain rule through their halves (norm, 1x1, depthwise, ReLU), over pools of the
// pool's own backward applied once to the sum of its edges' deferred gradients, and over identities of mix * dy.
import type { Graph } from '../../graph.ts';
import { imageShape, type Tensor } from '../../tensor.ts';
import type { BranchOutput, FanBranch, PoolOutput } from './types.ts';
import { instructions } from './types.ts';

export interface FanPool {
  readonly mode: 'max' | 'average';
  readonly normalised: boolean;
}

export interface FanOutput {
  readonly pools: readonly PoolOutput[];
  readonly branches: readonly BranchOutput[];
}

/**
 * x: [N, H, W, C]. Returns pools and branches of shape [N, ceil(H/s), ceil(W/s), C]. Only `nodeSum`
 * reads them, and it may also read x itself: the fan's backward gathers all their deferred gradients.
 */
export function fan(
  graph: Graph,
  x: Tensor,
  stride: 1 | 2,
  pools: readonly FanPool[],
  branches: readonly FanBranch[],
): FanOutput {
  const { n, h, w, c } = imageShape(x);
  const shape = [n, Math.ceil(h / stride), Math.ceil(w / stride), c];
  const statistics = (name: string): Tensor => graph.activation(`${name}/statistics`, [2, c]);
  const pooled = pools.map(({ mode, normalised }): PoolOutput => {
    const name = `${x.name}/${mode}`;
    return { mode, y: graph.activation(name, shape), ...(normalised && { statistics: statistics(name) }) };
  });
  const outputs = branches.map((branch): BranchOutput => {
    const names = Array.from({ length: halvesOf(branch) }, (_, i) => `${branch.weights[i * 2]!.name}/raw`);
    return { raw: names.map((name) => graph.activation(name, shape)), statistics: names.map(statistics) };
  });
  if (pools.length + branches.length > 0) {
    const writes = { pools: pooled, branches: outputs };
    graph.emit(instructions.forward({ reads: { x, branches }, writes, stride }));
  }
  const weights = branches.flatMap((branch) => branch.weights);
  const results = [...pooled.map((pool) => pool.y), ...outputs.map((output) => output.raw.at(-1)!)];
  graph.onBackward([x, ...weights], [...results, x], (gradients) => {
    const identities = gradients.takeDeferred(x);
    const poolTerms = pooled.map((pool) => ({ ...pool, deferredGradients: gradients.takeDeferred(pool.y) }));
    const branchTerms = branches.map((branch, i) => {
      const [deferred] = gradients.takeDeferred(outputs[i]!.raw.at(-1)!);
      if (deferred === undefined) throw new Error(`branch ${branch.weights[0]!.name} reaches no node`);
      return { ...branch, ...outputs[i]!, deferred };
    });
    if (identities.length + poolTerms.length + branchTerms.length === 0) return;
    const dx = gradients.into(x);
    graph.emit(
      instructions.backward({
        reads: { x, branches: branchTerms, pools: poolTerms, identities },
        writes: {
          ...(dx && { dx: dx.tensor }),
          ...(gradients.wants(weights) && {
            dweights: branches.map((branch) => branch.weights.map((weight) => gradients.overwrite(weight))),
          }),
        },
        stride,
        accumulate: dx?.accumulate ?? false,
      }),
    );
  });
  return { pools: pooled, branches: outputs };
}

/** Batch norms in a branch. */
export function halvesOf(branch: FanBranch): number {
  return branch.kind === 'separable' ? branch.halves.length : 1;
}
