// Partial channels (Xu et al. 2020, section 3.2): of a state's channels the first of `parts` parts goes through the
// operations; the others pass them by, halved by 2x2 maxima where the edge has stride 2, and are shuffled with what
// comes out.

import { MixopError } from '../base/errors.ts';
import type { Graph } from '../kernels/graph.ts';
import { add } from '../kernels/operations/add/definition.ts';
import { mixEdge } from '../kernels/operations/mix/definition.ts';
import { pool } from '../kernels/operations/pool/definition.ts';
import { selectChannels } from '../kernels/operations/select/definition.ts';
import { imageShape, type Tensor } from '../kernels/tensor.ts';

/** A state, as the edges of one stride that leave it see it. */
interface Divided {
  /** What goes through the operations: [N, H, W, C / parts]. */
  readonly through: Tensor;
  /** What passes them by, at the edges' output size: [N, H', W', C - C / parts]. */
  readonly past: Tensor;
}

/** Throws a `MixopError` where the channels cannot be divided. */
export function divide(graph: Graph, state: Tensor, parts: number, stride: 1 | 2): Divided {
  const { c } = imageShape(state);
  if (c % parts !== 0) {
    const problem = `${c} channels of a cell cannot be divided in ${parts} parts`;
    throw new MixopError('config', 'channels', problem, `use a multiple of ${parts}`);
  }
  const some = c / parts;
  const channels = Array.from({ length: c }, (_, channel) => channel);
  const through = selectChannels(graph, [state], channels.slice(0, some), `${state.name}/through`);
  const rest = selectChannels(graph, [state], channels.slice(some), `${state.name}/past`);
  const past = stride === 1 ? rest : pool(graph, rest, { mode: 'max', kernel: 2, stride: 2 });
  return { through, past };
}

/** What passed the operations by on several edges, by alpha's row: weighted by the edges' shares, or summed. */
export function sumPast(
  graph: Graph,
  shares: Tensor | undefined,
  edges: readonly { readonly row: number; readonly past: Tensor }[],
  name: string,
): Tensor {
  if (shares === undefined) {
    const pasts = edges.map(({ past }) => past);
    return pasts.length === 1 ? pasts[0]! : add(graph, pasts, name);
  }
  const terms = edges.map(({ row, past }) => ({ column: row, x: past }));
  return mixEdge(graph, shares, 0, terms, name);
}

/** Both side by side, then shuffled: channel j of part g goes to place j * parts + g. */
export function shuffle(graph: Graph, through: Tensor, past: Tensor, parts: number, name: string): Tensor {
  const some = imageShape(through).c;
  const channels = Array.from({ length: some * parts }, (_, c) => (c % parts) * some + Math.floor(c / parts));
  return selectChannels(graph, [through, past], channels, name);
}
