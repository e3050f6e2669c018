// A cell lowered to the composite operations `fan` and `nodeSum`: all edges that leave one state share one fan.

import { fan, type FanOutput, type FanPool } from '../kernels/operations/fan/definition.ts';
import type { FanBranch } from '../kernels/operations/fan/types.ts';
import { nodeSum } from '../kernels/operations/node-sum/definition.ts';
import type { NodeEdge, NodeTerm } from '../kernels/operations/node-sum/types.ts';
import { imageShape, type Tensor } from '../kernels/tensor.ts';
import { type Fused, recognise } from './fuse.ts';
import { layersAt } from './layers.ts';
import { asFilter, type CellContext, layerWeights, lowerLayers } from './lower-layers.ts';
import { divide, shuffle, sumBypassed } from './partial-channels.ts';
import type { WiredEdge, WiredOperation } from './wiring.ts';
import { zeros } from './zeros.ts';

/** inputs: the cell's input states, preprocessed. Returns the cell's output states, not yet concatenated. */
export function fusedCell(context: CellContext, inputs: readonly Tensor[]): readonly Tensor[] {
  const { graph, wiring, name, mix } = context;
  const edgesInto: NodeEdge[][] = Array.from({ length: wiring.nodes }, () => []);
  const states: Tensor[] = [];
  const bypassedInto: { row: number; bypassed: Tensor }[][] = Array.from({ length: wiring.nodes }, () => []);
  const append = (state: Tensor): void => {
    const leaving = wiring.edges.filter((edge) => edge.from === states.length);
    states.push(state);
    if (leaving.length === 0) return;
    const divided =
      wiring.parts > 1 ? divide(graph, state, wiring.parts, leaving[0]!.stride) : { selected: state };
    for (const [i, terms] of fanTerms(context, divided.selected, leaving).entries()) {
      const { node, row } = leaving[i]!;
      if (terms.length > 0) edgesInto[node]!.push({ row, terms });
      if ('bypassed' in divided) bypassedInto[node]!.push({ row, bypassed: divided.bypassed });
    }
  };
  for (const input of inputs) append(input);
  for (const [node, edges] of edgesInto.entries()) {
    const nodeName = `${name}.node${node}`;
    const used = wiring.mixed ? mix : undefined;
    if (edges.length === 0) append(zeros(graph, states[0]!, wiring.inputStride, nodeName));
    else if (wiring.parts === 1) append(nodeSum(graph, used?.operations, edges, nodeName));
    else {
      const selected = nodeSum(graph, used?.operations, edges, `${nodeName}.selected`);
      // Shuffling is linear: the sums of all edges are shuffled once.
      const bypassed = sumBypassed(graph, used?.shares, bypassedInto[node]!, `${nodeName}.bypassed`);
      append(shuffle(graph, selected, bypassed, wiring.parts, nodeName));
    }
  }
  return wiring.output.map((state) => states[state]!);
}

/** The terms of every edge that leaves one state (all have one stride), computed by one fan. */
function fanTerms(
  context: CellContext,
  x: Tensor,
  edges: readonly WiredEdge[],
): readonly (readonly NodeTerm[])[] {
  const stride = edges[0]?.stride;
  if (stride === undefined) return [];
  const recognised = edges.map((edge) =>
    edge.operations.map((wired) => ({
      wired,
      fused: recognise(layersAt(context.space.operations[wired.column]!, stride)),
    })),
  );
  const all = recognised.flat();
  const pools: FanPool[] = [];
  for (const { fused } of all) {
    if (fused.kind === 'pool' && !pools.some((pool) => samePool(pool, fused))) pools.push(fused);
  }
  const branched = all.filter(({ fused }) => fused.kind === 'branch');
  const branches = branched.map(({ wired, fused }) => fanBranch(context, x, wired, fused));
  const outputs = fan(context.graph, x, stride, pools, branches);
  return recognised.map((operations) =>
    operations.flatMap(({ wired, fused }): NodeTerm[] => {
      const branch = branched.findIndex((candidate) => candidate.wired === wired);
      return term(context, x, stride, wired, fused, outputs, pools, branch);
    }),
  );
}

function samePool(a: FanPool, b: FanPool): boolean {
  return a.mode === b.mode && a.normalised === b.normalised;
}

function fanBranch(context: CellContext, x: Tensor, wired: WiredOperation, fused: Fused): FanBranch {
  if (fused.kind !== 'branch') throw new Error(`${wired.name} is not a branch`);
  const { parameters, space, name } = context;
  const { c } = imageShape(x);
  const stride = fused.branch.kind === 'reduce' ? 2 : 1;
  const layers = layersAt(space.operations[wired.column]!, stride);
  const weights = fused.weighted.flatMap((index) =>
    layerWeights(
      parameters,
      (layers as Exclude<typeof layers, 'zero'>)[index]!,
      `${name}.${wired.name}`,
      index,
      c,
      c,
    ),
  );
  return { ...fused.branch, weights: fused.branch.kind === 'dense' ? weights.map(asFilter) : weights };
}

/** What one operation of an edge contributes to the node: one term, or none. */
function term(
  context: CellContext,
  x: Tensor,
  stride: 1 | 2,
  { column, name }: WiredOperation,
  fused: Fused,
  outputs: FanOutput,
  pools: readonly FanPool[],
  branch: number,
): NodeTerm[] {
  switch (fused.kind) {
    case 'none':
      return [];
    case 'identity':
      return [{ column, source: x, origin: 'fan' }];
    case 'pool': {
      const { y, statistics } = outputs.pools[pools.findIndex((pool) => samePool(pool, fused))]!;
      return [{ column, source: y, ...(statistics && { statistics }), origin: 'fan' }];
    }
    case 'branch': {
      const { raw, statistics } = outputs.branches[branch]!;
      return [{ column, source: raw.at(-1)!, statistics: statistics.at(-1)!, origin: 'fan' }];
    }
    case 'primitive': {
      const layers = layersAt(context.space.operations[column]!, stride);
      const source = lowerLayers(
        context,
        layers as Exclude<typeof layers, 'zero'>,
        x,
        stride,
        `${context.name}.${name}`,
      );
      return [{ column, source, origin: 'primitive' }];
    }
  }
}
