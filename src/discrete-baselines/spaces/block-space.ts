// Cells of blocks as NASNet is searched (Zoph et al. 2018, section 3): a block takes two states, applies an operation to
// each and adds the results; states that no block takes leave the cell side by side. The paper's fifth choice, to join the
// two side by side instead, is left out: none of its cells makes it.

import type { Architecture, Decision, SearchSpace } from '../architecture.ts';
import { changeDecisions } from '../decisions.ts';
import { edgeRow } from './cell-encodings.ts';
import { joined, pathIndicators } from './path-indicators.ts';
import type { ChosenEdge } from './cell-description.ts';

export interface BlockSpaceSettings {
  readonly name: string;
  /** Names of the cells, as `normal` and `reduce`. */
  readonly cells: readonly string[];
  /** States that come from outside. */
  readonly inputs: number;
  readonly blocks: number;
  readonly operations: readonly string[];
}

export interface BlockSpace extends SearchSpace {
  /** Two edges a block, of every cell. */
  edges(architecture: Architecture): readonly (readonly ChosenEdge[])[];
  /** The architecture with these edges, two for every block, in their order. */
  fromEdges(cells: readonly (readonly ChosenEdge[])[]): Architecture;
}

/** Numbers that a block takes: source, operation, source, operation. */
const width = 4;

export function blockSpace(
  settings: BlockSpaceSettings,
  text: (cells: readonly (readonly ChosenEdge[])[]) => string,
): BlockSpace {
  const { name, cells, inputs, blocks, operations } = settings;
  const states = inputs + blocks - 1;
  const operation: Decision = { kind: 'operation', size: operations.length, allowed: all(operations.length) };
  const sources = all(blocks).map((block): Decision => ({
    kind: 'from',
    size: states,
    allowed: all(inputs + block),
  }));
  const next = (prefix: Architecture): Decision | undefined => {
    const block = Math.floor(prefix.length / width);
    if (block >= cells.length * blocks) return undefined;
    return prefix.length % 2 === 1 ? operation : sources[block % blocks];
  };
  const edges = (architecture: Architecture): readonly (readonly ChosenEdge[])[] =>
    cells.map((_, cell) =>
      all(2 * blocks).map((branch) => {
        const at = cell * blocks * width + branch * 2;
        return { from: architecture[at]!, node: Math.floor(branch / 2), operation: architecture[at + 1]! };
      }),
    );
  const key = (architecture: Architecture): string =>
    edges(architecture)
      .map((chosen) => cellKey(settings, chosen))
      .join(' ');
  return {
    name,
    size: sizeOf(settings),
    ...changeDecisions(next, key),
    edges,
    fromEdges: (chosen) => chosen.flat().flatMap((edge) => [edge.from, edge.operation]),
    key,
    text: (architecture) => text(edges(architecture)),
    encode(architecture, encoding) {
      if (encoding === 'adjacency')
        return joined(edges(architecture).map((chosen) => adjacency(settings, chosen)));
      if (encoding === 'path')
        return joined(edges(architecture).flatMap((chosen) => paths(settings, chosen)));
      return Float64Array.from(
        architecture.flatMap((option, i) =>
          all(next(architecture.slice(0, i))!.size).map((one) => Number(one === option)),
        ),
      );
    },
  };
}

function all(count: number): readonly number[] {
  return Array.from({ length: count }, (_, option) => option);
}

/** By block, source and operation: how many of the block's two branches that is. Every edge leads to an output. */
function adjacency(
  { inputs, blocks, operations }: BlockSpaceSettings,
  edges: readonly ChosenEdge[],
): Float64Array {
  const result = new Float64Array(edgeRow(inputs, blocks) * operations.length);
  for (const { node, from, operation } of edges)
    result[(edgeRow(inputs, node) + from) * operations.length + operation]! += 1;
  return result;
}

/** Operations of the longest paths that have an indicator: NASNet's sequences of 5 would be 4 times 16,807 numbers. */
const longestPath = 3;

/** By input; paths end in states that leave the cell. */
function paths(settings: BlockSpaceSettings, edges: readonly ChosenEdge[]): readonly Float64Array[] {
  const { inputs, operations } = settings;
  const all = edges.map(({ from, node, operation }) => ({ from, to: inputs + node, operation }));
  const outputs = new Set(unusedStates(settings, edges));
  return Array.from({ length: inputs }, (_, input) =>
    pathIndicators(all, input, outputs, operations.length, longestPath),
  );
}

/** The states of a cell that no block takes, in order. */
export function unusedStates(
  { inputs, blocks }: Pick<BlockSpaceSettings, 'inputs' | 'blocks'>,
  edges: readonly ChosenEdge[],
): readonly number[] {
  const taken = new Set(edges.map(({ from }) => from));
  return Array.from({ length: blocks }, (_, block) => inputs + block).filter((state) => !taken.has(state));
}

/** The smallest text over all orders of the blocks; the two branches of a block have none. */
function cellKey({ inputs, blocks }: BlockSpaceSettings, edges: readonly ChosenEdge[]): string {
  let best: string | undefined;
  /** `places`: the new number of every state that has one. */
  const place = (places: ReadonlyMap<number, number>, done: string): void => {
    if (best !== undefined && done > best.slice(0, done.length)) return;
    if (places.size === inputs + blocks) {
      best = done;
      return;
    }
    for (let block = 0; block < blocks; block++) {
      if (places.has(inputs + block)) continue;
      const branches = edges.filter(({ node }) => node === block);
      if (!branches.every(({ from }) => places.has(from))) continue;
      const texts = branches.map(({ from, operation }) => `${places.get(from)}.${operation}`).sort();
      place(new Map([...places, [inputs + block, places.size]]), `${done}(${texts.join('+')})`);
    }
  };
  place(new Map(Array.from({ length: inputs }, (_, input) => [input, input])), '');
  return best!;
}

/** Per block the unordered pairs of branches, n (n + 1) / 2 for n = sources times operations. */
function sizeOf({ cells, inputs, blocks, operations }: BlockSpaceSettings): bigint {
  let size = 1n;
  for (let block = 0; block < blocks; block++) {
    const branches = BigInt((inputs + block) * operations.length);
    size *= (branches * (branches + 1n)) / 2n;
  }
  return size ** BigInt(cells.length);
}
