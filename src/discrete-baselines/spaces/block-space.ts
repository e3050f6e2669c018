// Cells of blocks as NASNet and PNAS are searched (Zoph et al. 2018, section 3; Liu et al. 2018, section 3.1): a block
// takes two states, applies an operation to each and adds the results. NASNet's fifth choice, to join the two side by
// side instead, is left out: none of its cells makes it.

import type { Architecture, Decision, DecisionSpace } from '../architecture.ts';
import { changeDecisions, sampleDecisions } from '../decisions.ts';
import { type BlockSettings, blockWidth, endOf } from './blocks.ts';
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
  /** A cell may end after so many blocks, by a decision; absent: all have `blocks`. Draws never end early. */
  readonly fewest?: number;
  readonly operations: readonly string[];
  /** What leaves a cell, side by side: the states that no block takes, or all. */
  readonly output: 'unused' | 'all';
}

export interface BlockSpace extends DecisionSpace {
  readonly settings: BlockSpaceSettings;
  /** Two edges a block, of every cell. */
  edges(architecture: Architecture): readonly (readonly ChosenEdge[])[];
  /** The architecture with these edges, two for every block, in their order; of cells with all their blocks. */
  fromEdges(cells: readonly (readonly ChosenEdge[])[]): Architecture;
}

export function blockSettings({ settings }: BlockSpace): BlockSettings {
  return { ...settings, operations: settings.operations.length };
}

export function blockSpace(
  settings: BlockSpaceSettings,
  text: (cells: readonly (readonly ChosenEdge[])[]) => string,
): BlockSpace {
  const { name, cells, inputs, blocks, fewest = blocks, operations } = settings;
  const end = endOf(settings);
  const size = fewest < blocks ? end + 1 : end;
  const operation: Decision = { kind: 'operation', size: operations.length, allowed: all(operations.length) };
  const sources = all(blocks).map((block): Decision => ({
    kind: 'from',
    size,
    allowed: all(inputs + block),
  }));
  const sourcesOrEnd = sources.map((decision): Decision => ({
    ...decision,
    allowed: [...decision.allowed, end],
  }));
  /** The decision after these; `least`: the blocks after which a cell may end. */
  const nextAfter = (least: number, prefix: Architecture): Decision | undefined => {
    const parts = cellsOf(settings, prefix);
    if (parts.length > cells.length) return undefined;
    const open = parts.at(-1)!;
    if (open.length % 2 === 1) return operation;
    const block = Math.floor(open.length / blockWidth);
    const mayEnd = open.length % blockWidth === 0 && block >= least;
    return (mayEnd ? sourcesOrEnd : sources)[block];
  };
  const next = (prefix: Architecture): Decision | undefined => nextAfter(fewest, prefix);
  const edges = (architecture: Architecture): readonly (readonly ChosenEdge[])[] =>
    cellsOf(settings, architecture)
      .slice(0, cells.length)
      .map((cell) =>
        all(cell.length / 2).map((branch) => ({
          from: cell[branch * 2]!,
          node: Math.floor(branch / 2),
          operation: cell[branch * 2 + 1]!,
        })),
      );
  const key = (architecture: Architecture): string =>
    edges(architecture)
      .map((chosen) => cellKey(settings, chosen))
      .join(' ');
  return {
    name,
    settings,
    size: sizeOf(settings),
    ...changeDecisions(next, key),
    sample: (random) => sampleDecisions((prefix) => nextAfter(blocks, prefix), random),
    edges,
    fromEdges: (chosen) => chosen.flat().flatMap((edge) => [edge.from, edge.operation]),
    key,
    text: (architecture) => text(edges(architecture)),
    encode(architecture, encoding) {
      if (encoding === 'adjacency')
        return joined(edges(architecture).map((chosen) => adjacency(settings, chosen)));
      if (encoding === 'path')
        return joined(edges(architecture).flatMap((chosen) => paths(settings, chosen)));
      // What a shorter cell does not have is 0.
      const result = new Float64Array(cells.length * blocks * 2 * (size + operations.length));
      let at = 0;
      for (const [i, option] of architecture.entries()) {
        result[at + option] = 1;
        at += next(architecture.slice(0, i))!.size;
      }
      return result;
    },
  };
}

/** The decisions of each cell without what ends it; the last is still open, empty once all cells are complete. */
function cellsOf(settings: BlockSpaceSettings, architecture: Architecture): readonly (readonly number[])[] {
  const end = endOf(settings);
  const cells: number[][] = [[]];
  for (const option of architecture) {
    const open = cells.at(-1)!;
    const ended = open.length % blockWidth === 0 && option === end;
    if (!ended) open.push(option);
    if (ended || open.length === settings.blocks * blockWidth) cells.push([]);
  }
  return cells;
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
  const branches = edges.map(({ from, node, operation }) => ({ from, to: inputs + node, operation }));
  const outputs = new Set(outputStates(settings, edges));
  return Array.from({ length: inputs }, (_, input) =>
    pathIndicators(branches, input, outputs, operations.length, longestPath),
  );
}

/** The states that leave a cell, in order. */
export function outputStates(
  { inputs, output }: Pick<BlockSpaceSettings, 'inputs' | 'output'>,
  edges: readonly ChosenEdge[],
): readonly number[] {
  const states = all(edges.length / 2).map((block) => inputs + block);
  const taken = new Set(edges.map(({ from }) => from));
  return output === 'all' ? states : states.filter((state) => !taken.has(state));
}

/** The smallest text over all orders of the blocks; the two branches of a block have none. */
function cellKey({ inputs }: BlockSpaceSettings, edges: readonly ChosenEdge[]): string {
  const blocks = edges.length / 2;
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

/** Per block the unordered pairs of branches, n (n + 1) / 2 for n = sources times operations; summed over lengths. */
function sizeOf({ cells, inputs, blocks, fewest = blocks, operations }: BlockSpaceSettings): bigint {
  let [size, sum] = [1n, 0n];
  for (let block = 0; block < blocks; block++) {
    const branches = BigInt((inputs + block) * operations.length);
    size *= (branches * (branches + 1n)) / 2n;
    if (block + 1 >= fewest) sum += size;
  }
  return sum ** BigInt(cells.length);
}
