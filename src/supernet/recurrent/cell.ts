// One time step of a recurrent cell (Liu et al. 2019, section 3.1.2, and the published code): relaxed, all activations on
// all edges and a batch norm after every state; or derived, a genotype's own edges and no norm.

import type { Graph } from '../../kernels/graph.ts';
import { batchNorm } from '../../kernels/operations/batch-norm/definition.ts';
import { concat } from '../../kernels/operations/concat/definition.ts';
import { dropout } from '../../kernels/operations/dropout/definition.ts';
import { highway } from '../../kernels/operations/highway/definition.ts';
import type { HighwayEdge } from '../../kernels/operations/highway/types.ts';
import { linearMaps } from '../../kernels/operations/linear/definition.ts';
import { mixEdge } from '../../kernels/operations/mix/definition.ts';
import type { Tensor } from '../../kernels/tensor.ts';
import type { CellGenotype } from '../genotype/genotype.ts';
import { edgesOf } from '../space.ts';
import type { RecurrentSpace } from '../spaces/darts-rnn.ts';

/** An edge into a node: the state that it leaves, its row of alpha, and columns of alpha by activation. */
interface RecurrentEdge extends Pick<HighwayEdge, 'row' | 'columns'> {
  readonly from: number;
}

interface RecurrentWiring {
  /** By node: the edges into it. State 0 comes from input and hidden state, state i + 1 from node i. */
  readonly nodes: readonly (readonly RecurrentEdge[])[];
  /** States whose mean leaves the cell. */
  readonly output: readonly number[];
  /** A batch norm without gamma and beta follows every state. */
  readonly normalised: boolean;
}

/** Every activation on every edge. */
export function relaxedRecurrence({ operations, cells }: RecurrentSpace): RecurrentWiring {
  const cell = cells['recurrent']!;
  const columns = Object.fromEntries(
    operations.flatMap(({ activation }, column) => (activation ? [[activation, column]] : [])),
  );
  const nodes = Array.from({ length: cell.nodes }, (_, node) =>
    edgesOf(cell)
      .filter((edge) => edge.node === node)
      .map(({ from, index }) => ({ from, row: index, columns })),
  );
  return { nodes, output: nodes.map((_, node) => node + 1), normalised: true };
}

/** The edges of a genotype. */
export function derivedRecurrence({ operations }: RecurrentSpace, genotype: CellGenotype): RecurrentWiring {
  const nodes = genotype.nodes.map((edges) =>
    edges.map(({ operation, from }) => {
      const { activation } = operations.find(({ name }) => name === operation)!;
      return { from, row: 0, columns: activation ? { [activation]: 0 } : {} };
    }),
  );
  return { nodes, output: genotype.concat, normalised: false };
}

interface RecurrentWeights {
  /** [I + C, 2, C]: gate and candidate of state 0, from input and hidden state side by side. */
  readonly first: Tensor;
  /** [C, 2, C] by node: one matrix for all edges into it. */
  readonly nodes: readonly Tensor[];
}

export interface RecurrentCell {
  readonly wiring: RecurrentWiring;
  readonly weights: RecurrentWeights;
  /** softmax(alpha), [E, O]; absent: activations are not weighted. */
  readonly mix: Tensor | undefined;
  /** [1, output states], all equal: the weights of their mean. */
  readonly shares: Tensor;
  /** Absent: nothing is dropped. */
  readonly masks: RecurrentMasks | undefined;
}

/** Dropout that is the same at all steps in time (Gal and Ghahramani 2016): [N, C] each, 0 or 1 / (1 - rate). */
export interface RecurrentMasks {
  /** Of the words' embeddings. */
  readonly input: Tensor;
  /** Of the states where they are multiplied by a matrix; their carried copies are not dropped. */
  readonly hidden: Tensor;
  /** Of the hidden states where they are decoded. */
  readonly output: Tensor;
}

/** x: [N, I], hidden: [N, C]. Returns the next hidden state, [N, C]. */
export function recurrentStep(graph: Graph, cell: RecurrentCell, x: Tensor, hidden: Tensor): Tensor {
  const { wiring, weights, mix, shares, masks } = cell;
  const drop = (state: Tensor): Tensor => (masks ? dropout(graph, state, masks.hidden) : state);
  const norm = (state: Tensor): Tensor => (wiring.normalised ? batchNorm(graph, state) : state);
  const input = masks ? dropout(graph, x, masks.input) : x;
  const joined = concat(graph, [input, drop(hidden)], `${x.name}, ${hidden.name}`);
  const [product] = linearMaps(graph, [joined], weights.first);
  const entry = { state: hidden, product: product!, row: 0, columns: { tanh: 0 } };
  const states = [norm(highway(graph, [entry], undefined, `${x.name}/s0`))];
  const dropped: Tensor[] = [];
  for (const [node, edges] of wiring.nodes.entries()) {
    dropped.push(drop(states[node]!));
    const sources = edges.map(({ from }) => states[from]!);
    const factors = edges.map(({ from }) => dropped[from]!);
    const products = linearMaps(graph, factors, weights.nodes[node]!);
    const wired = edges.map(({ row, columns }, i) => ({
      state: sources[i]!,
      product: products[i]!,
      row,
      columns,
    }));
    states.push(norm(highway(graph, wired, mix, `${x.name}/s${node + 1}`)));
  }
  const terms = wiring.output.map((state, column) => ({ column, x: states[state]! }));
  return mixEdge(graph, shares, 0, terms, `${x.name}/hidden`);
}
