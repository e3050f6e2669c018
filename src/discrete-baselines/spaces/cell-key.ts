// A name that isomorphic cells share. A cell is reduced to what it computes: operations applied to sums. Zeros and
// what leads to no output are dropped, an identity adds its source's summands to its target. What is left is a graph
// of applications; its name is the smallest text over all orders of applications that nothing else tells apart.

import type { CellDescription, CellsDescription, ChosenEdge } from './cell-description.ts';

/** A sum: indices of applications, or -1 - i for the cell's input i, with repetitions. */
type Sum = readonly number[];

interface Application {
  readonly operation: number;
  /** The stride differs between edges that leave an input and others. */
  readonly atInput: boolean;
  readonly source: Sum;
}

/** edges: node by node. */
export function cellKey(
  space: CellsDescription,
  cell: CellDescription,
  edges: readonly ChosenEdge[],
): string {
  const { applications, outputs } = reduce(space, cell, edges);
  const colours: string[] = [];
  for (const { operation, atInput, source } of applications) {
    const inner = source.map((part) => (part < 0 ? String(part) : colours[part]!)).sort();
    colours.push(`${operation}${atInput ? 'i' : ''}(${inner.join('+')})`);
  }
  const used = reachable(applications, outputs);
  const classes = new Map<string, number[]>();
  for (const index of used) classes.set(colours[index]!, [...(classes.get(colours[index]!) ?? []), index]);
  const sorted = [...classes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, members]) => members);
  let best: string | undefined;
  for (const order of ordersOf(sorted)) {
    const text = describe(order, applications, outputs);
    if (best === undefined || text < best) best = text;
  }
  return best!;
}

function reduce(
  space: CellsDescription,
  cell: CellDescription,
  edges: readonly ChosenEdge[],
): { applications: readonly Application[]; outputs: readonly Sum[] } {
  const zero = space.operations.indexOf(space.zero ?? '');
  const identity = space.operations.indexOf(space.identity ?? '');
  const applications: Application[] = [];
  const states: number[][] = Array.from({ length: cell.inputs }, (_, i) => [-1 - i]);
  for (let node = 0; node < cell.nodes; node++) {
    const sum: number[] = [];
    for (const { from, operation } of edges.filter((edge) => edge.node === node)) {
      const source = states[from]!;
      const atInput = cell.reduces && from < cell.inputs;
      if (operation === zero || source.length === 0) continue;
      if (operation === identity && !atInput) sum.push(...source);
      else sum.push(applications.push({ operation, atInput, source }) - 1);
    }
    states.push(sum);
  }
  const nodes = states.slice(cell.inputs);
  return { applications, outputs: cell.output === 'last' ? nodes.slice(-1) : nodes };
}

function reachable(applications: readonly Application[], outputs: readonly Sum[]): readonly number[] {
  const used = new Set<number>();
  const visit = (sum: Sum): void => {
    for (const part of sum) {
      if (part < 0 || used.has(part)) continue;
      used.add(part);
      visit(applications[part]!.source);
    }
  };
  for (const output of outputs) visit(output);
  return [...used].sort((a, b) => a - b);
}

/** All orders that keep the classes in order and permute within each. */
function* ordersOf(classes: readonly (readonly number[])[]): Generator<readonly number[], void, void> {
  const [first, ...rest] = classes;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const head of permutations(first)) {
    for (const tail of ordersOf(rest)) yield [...head, ...tail];
  }
}

function* permutations(items: readonly number[]): Generator<readonly number[], void, void> {
  if (items.length <= 1) {
    yield items;
    return;
  }
  for (const [i, item] of items.entries()) {
    for (const rest of permutations(items.toSpliced(i, 1))) yield [item, ...rest];
  }
}

function describe(
  order: readonly number[],
  applications: readonly Application[],
  outputs: readonly Sum[],
): string {
  const rank = new Map(order.map((index, at) => [index, at]));
  const sumText = (sum: Sum): string =>
    sum
      .map((part) => (part < 0 ? part : rank.get(part)!))
      .sort((a, b) => a - b)
      .join('+');
  const parts = order.map((index) => {
    const { operation, atInput, source } = applications[index]!;
    return `${operation}${atInput ? 'i' : ''}(${sumText(source)})`;
  });
  return `${parts.join('')}>${outputs.map(sumText).sort().join(',')}`;
}
