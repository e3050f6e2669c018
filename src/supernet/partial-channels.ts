// Partial channels (Xu et al. 2020, section 3.2): the first of `parts` parts of a state's channels is selected for the
// operations. The others bypass them, through a 2x2 max pool on edges of stride 2, and are shuffled with the result.

import { MixopError } from '../base/errors.ts';
import type { Graph } from '../kernels/graph.ts';
import { add } from '../kernels/operations/add/definition.ts';
import { mixEdge } from '../kernels/operations/mix/definition.ts';
import { pool } from '../kernels/operations/pool/definition.ts';
import { selectChannels } from '../kernels/operations/select/definition.ts';
import { imageShape, type Tensor } from '../kernels/tensor.ts';

/** The channels of a state, for the edges of one stride that leave it. */
interface Divided {
  /** Input of the operations: [N, H, W, C / parts]. */
  readonly selected: Tensor;
  /** The other channels, at the edges' output size: [N, H', W', C - C / parts]. */
  readonly bypassed: Tensor;
}

/** Throws a `MixopError` where the channels cannot be divided. */
export function divide(graph: Graph, state: Tensor, parts: number, stride: 1 | 2): Divided {
  const { c } = imageShape(state);
  if (c % parts !== 0) {
    const problem = `${c} channels of a cell cannot be divided in ${parts} parts`;
    throw new MixopError('config', 'channels', problem, `use a multiple of ${parts}`);
  }
  const part = c / parts;
  const channels = Array.from({ length: c }, (_, channel) => channel);
  const selected = selectChannels(graph, [state], channels.slice(0, part), `${state.name}/selected`);
  const rest = selectChannels(graph, [state], channels.slice(part), `${state.name}/bypassed`);
  const bypassed = stride === 1 ? rest : pool(graph, rest, { mode: 'max', kernel: 2, stride: 2 });
  return { selected, bypassed };
}

/** The sum of several edges' bypassed channels, by alpha's row: weighted by the edges' shares, if there are any. */
export function sumBypassed(
  graph: Graph,
  shares: Tensor | undefined,
  edges: readonly { readonly row: number; readonly bypassed: Tensor }[],
  name: string,
): Tensor {
  if (shares === undefined) {
    const xs = edges.map(({ bypassed }) => bypassed);
    return xs.length === 1 ? xs[0]! : add(graph, xs, name);
  }
  const terms = edges.map(({ row, bypassed }) => ({ column: row, x: bypassed }));
  return mixEdge(graph, shares, 0, terms, name);
}

/** Concatenates both and shuffles the channels: channel j of part g becomes channel j * parts + g. */
export function shuffle(
  graph: Graph,
  selected: Tensor,
  bypassed: Tensor,
  parts: number,
  name: string,
): Tensor {
  const part = imageShape(selected).c;
  const channels = Array.from({ length: part * parts }, (_, c) => (c % parts) * part + Math.floor(c / parts));
  return selectChannels(graph, [selected, bypassed], channels, name);
}
