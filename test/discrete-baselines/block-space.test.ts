// NASNet's cells of blocks: counting, keys, the published cells, and PPO on them.

import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { type Architecture, isArchitecture } from '../../src/discrete-baselines/architecture.ts';
import { blockSpace } from '../../src/discrete-baselines/spaces/block-space.ts';
import { distinctBlocks } from '../../src/discrete-baselines/spaces/blocks.ts';
import type { ChosenEdge } from '../../src/discrete-baselines/spaces/cell-description.ts';
import { nasNet, ppo } from '../../src/discrete-baselines/strategies/ppo.ts';
import { Graph, PlanBuilder } from '../../src/kernels/graph.ts';
import { nasnetFamily, pnasFamily } from '../../src/discrete-search/families/blocks.ts';
import { baseline } from '../../src/discrete-search/run.ts';
import { parseGenotype } from '../../src/supernet/genotype/text.ts';
import { Parameters } from '../../src/supernet/parameters.ts';
import { publishedGenotypes } from '../../src/supernet/genotype/published.ts';
import { nasnet } from '../../src/supernet/spaces/nasnet.ts';
import { pnas } from '../../src/supernet/spaces/pnas.ts';
import { planted, runAll } from '../helpers/planted.ts';

const space = nasnetFamily().search;
const operations = nasnet.operations.map(({ name }) => name);

/** The decisions of a published cell, its branches in their order. */
function published(name: string): Architecture {
  const genotype = parseGenotype(publishedGenotypes[name]!.text, nasnet);
  const cells = ['normal', 'reduce'].map((kind) =>
    genotype[kind]!.nodes.flatMap((branches, node): ChosenEdge[] =>
      branches.map(({ from, operation }) => ({ from, node, operation: operations.indexOf(operation) })),
    ),
  );
  return space.fromEdges(cells);
}

/** The cell with its blocks in another order, or undefined where one would take a later one. */
function renamed(edges: readonly ChosenEdge[], order: readonly number[]): ChosenEdge[] | undefined {
  const moved = edges.map(({ from, node, operation }) => ({
    from: from < 2 ? from : 2 + order[from - 2]!,
    node: order[node]!,
    operation,
  }));
  return moved.some(({ from, node }) => from >= 2 + node) ? undefined : moved.sort((a, b) => a.node - b.node);
}

/** Two branches a block, each a source and an operation. */
function cell(branches: readonly (readonly [number, number])[]): ChosenEdge[] {
  return branches.map(([from, operation], i) => ({ from, node: Math.floor(i / 2), operation }));
}

it('counts unordered pairs of branches: for 8 operations 136, 300, 528, 820, 1176 a block', () => {
  const small = {
    name: 'pnas',
    cells: ['cell'],
    inputs: 2,
    blocks: 5,
    operations: Array.from('abcdefgh'),
    output: 'all' as const,
  };
  expect(blockSpace(small, String).size).toBe(136n * 300n * 528n * 820n * 1176n);
  const sizes = [0, 1, 2, 3, 4].map((earlier) => distinctBlocks({ ...small, operations: 8 }, earlier).length);
  expect(BigInt(sizes.reduce((product, size) => product * size))).toBe(blockSpace(small, String).size);
});

describe('the space', () => {
  it('samples, mutates, crosses and lists neighbours within itself', () => {
    const random = Random.fromSeed(1);
    for (let i = 0; i < 100; i++) {
      const [a, b] = [space.sample(random), space.sample(random)];
      const child = space.mutate(a, random);
      for (const one of [a, child, space.crossover(a, b, random)])
        expect(isArchitecture(space, one)).toBe(true);
      expect(child.filter((option, at) => option !== a[at])).toHaveLength(1);
      expect(space.encode(a, 'oneHot').reduce((sum, one) => sum + one, 0)).toBe(40);
    }
    const from = space.sample(random);
    const keys = [from, ...space.neighbours(from)].map((one) => space.key(one));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBeGreaterThan(100);
  });

  it('has one key for any order of blocks and of the branches of a block', () => {
    const random = Random.fromSeed(2);
    let tried = 0;
    for (let i = 0; i < 400; i++) {
      const architecture = space.sample(random);
      const [normal, reduce] = space.edges(architecture);
      const swapped = normal!.toSorted(
        (a, b) => a.node - b.node || b.operation - a.operation || b.from - a.from,
      );
      const other = renamed(swapped, [...random.permutation(5)]);
      if (other === undefined) continue;
      tried += 1;
      expect(space.key(space.fromEdges([other, reduce!]))).toBe(space.key(architecture));
    }
    expect(tried).toBeGreaterThan(20);
  });

  it('tells one block that is taken twice from two of the kind, and is quick where all are equal', () => {
    const [reduce] = space.edges(space.sample(Random.fromSeed(3)));
    const key = (normal: ChosenEdge[]): string => space.key(space.fromEdges([normal, reduce!]));
    const rest: readonly [number, number][] = [
      [0, 0],
      [0, 1],
      [0, 0],
      [0, 2],
    ];
    const once = [[0, 3], [1, 3], [2, 4], [2, 4], ...rest, [0, 3], [1, 3]] as const;
    const twice = [[0, 3], [1, 3], [2, 4], [6, 4], ...rest, [0, 3], [1, 3]] as const;
    const two = [[0, 3], [1, 3], [0, 3], [1, 3], ...rest, [2, 4], [3, 4]] as const;
    expect(key(cell(once))).not.toBe(key(cell(two)));
    expect(isArchitecture(space, space.fromEdges([cell(twice), reduce!]))).toBe(false);
    expect(key(cell(Array.from({ length: 10 }, () => [0, 3] as const)))).toMatch(/^(\(0\.3\+0\.3\)){5} /);
  });
});

describe('published cells', () => {
  it.each(['NASNet_A', 'AmoebaNet_A'])(
    '%s is an architecture, and its text is what was published',
    (name) => {
      const architecture = published(name);
      expect(isArchitecture(space, architecture)).toBe(true);
      const given = parseGenotype(publishedGenotypes[name]!.text, nasnet);
      expect(parseGenotype(space.text(architecture), nasnet)).toEqual(given);
    },
  );

  it('NASNet-A has 3,830,950 parameters at 36 channels and 20 cells', () => {
    const image = { height: 32, width: 32, channels: 3 };
    const network = nasnetFamily().network(published('NASNet_A'), { channels: 36, cells: 20 }, image, 10);
    const builder = new PlanBuilder();
    const parameters = new Parameters(builder);
    const images = builder.persistent('inputs', 'images', [1, 32, 32, 3]);
    builder.program('evaluate', () =>
      network.build(new Graph(builder, {}), parameters, images, 'evaluation'),
    );
    expect(parameters.count()).toBe(3_830_950);
  });
});

describe('cells that grow by blocks', () => {
  const growing = pnasFamily().search;
  const one = [0, 1, 1, 4, 6];
  const two = [0, 1, 1, 4, 2, 0, 0, 7, 6];

  it('may end after any block, by a decision of their own', () => {
    for (const cell of [one, two]) expect(isArchitecture(growing, cell)).toBe(true);
    expect(isArchitecture(growing, one.slice(0, 4))).toBe(false);
    expect(isArchitecture(growing, [6])).toBe(false);
    // The first source of a block ends the cell, the second does not.
    expect(isArchitecture(growing, [0, 1, 6])).toBe(false);
    const sizes = [136n, 300n, 528n, 820n, 1176n];
    const products = sizes.map((_, i) => sizes.slice(0, i + 1).reduce((product, size) => product * size));
    expect(growing.size).toBe(products.reduce((sum, product) => sum + product));
  });

  it('are drawn whole, and encode to one length', () => {
    const random = Random.fromSeed(4);
    const drawn = Array.from({ length: 50 }, () => growing.sample(random));
    for (const cell of drawn) expect(cell).toHaveLength(20);
    for (const encoding of ['oneHot', 'adjacency', 'path'] as const) {
      const lengths = [one, two, drawn[0]!].map((cell) => growing.encode(cell, encoding).length);
      expect(new Set(lengths).size).toBe(1);
    }
    expect(growing.encode(one, 'oneHot').reduce((sum, bit) => sum + bit, 0)).toBe(one.length);
  });

  it('are the normal and the reduction cell, and all their blocks leave them', () => {
    const text = growing.text(two);
    const genotype = parseGenotype(text, pnas);
    expect(genotype['normal']).toEqual(genotype['reduce']);
    expect(genotype['normal']!.concat).toEqual([2, 3]);
    expect(genotype['normal']!.nodes[1]).toEqual([
      { from: 2, operation: 'sep_conv_3x3' },
      { from: 0, operation: 'dil_conv_3x3' },
    ]);
    expect(() => parseGenotype(text.replace("('sep_conv_3x3', 2), ", ''), pnas)).toThrow(
      /3 pairs.*the last nodes may be left out/s,
    );
    expect(() => parseGenotype(text.replace('[2, 3]', '[2, 4]'), pnas)).toThrow(/state 4 is not a node/);
  });

  it('have one key for any order of branches, and another where a block is added', () => {
    expect(growing.key([1, 4, 0, 1, 6])).toBe(growing.key(one));
    expect(growing.key(two)).not.toBe(growing.key(one));
  });
});

it('PPO finds a planted operation in all ten blocks', async () => {
  const wanted = operations.indexOf('sep_conv_5x5');
  const share = (architecture: Architecture): number =>
    5 * architecture.filter((option, i) => i % 2 === 1 && option === wanted).length;
  const searcher = ppo(space, { ...nasNet, hidden: 16, rate: 0.02 });
  const limits = { evaluations: 800 };
  const results = await runAll({ space, searcher, evaluator: planted(share), limits, seed: 1, batch: 20 });
  const mean = (part: typeof results): number =>
    part.reduce((sum, { evaluation }) => sum + evaluation.score, 0) / part.length;
  // Uniform draws have a seventh of 100.
  expect(mean(results.slice(0, 20))).toBeLessThan(25);
  expect(mean(results.slice(-40))).toBeGreaterThan(70);
});

it('PPO trains cells of blocks', async () => {
  const train = { data: 'digits', channels: 4, cells: 2, epochs: 1, batch: 32, dataShare: 0.2 };
  const settings = { hidden: 4, batch: 2 };
  const config = { strategy: 'ppo', space: 'nasnet', settings, train, budget: { evaluations: 3 } };
  const { lines, text } = await baseline({ config, executor: { threads: 1 } });
  expect(lines).toHaveLength(3);
  expect(parseGenotype(text!, nasnet)['normal']!.nodes).toHaveLength(5);
});
