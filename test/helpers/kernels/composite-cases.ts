// Cases of the composite operations, forward and backward: odd sizes, channels that fill no vector, both strides,
// dilations; small images and larger ones.
import { fan, type FanPool } from '../../../src/kernels/operations/fan/definition.ts';
import type { BranchKind, FanBranch } from '../../../src/kernels/operations/fan/types.ts';
import { nodeSum } from '../../../src/kernels/operations/node-sum/definition.ts';
import type { NodeTerm } from '../../../src/kernels/operations/node-sum/types.ts';
import { preprocess } from '../../../src/kernels/operations/preprocess/definition.ts';
import { relu } from '../../../src/kernels/operations/relu/definition.ts';
import type { Tensor } from '../../../src/kernels/tensor.ts';
import { type Build, type CaseTools, positive } from './operation-cases.ts';

const half = (kernel: number, dilation: number) => ({ kernel, dilation });
const sep3: BranchKind = { kind: 'separable', halves: [half(3, 1), half(3, 1)] };
const sep5: BranchKind = { kind: 'separable', halves: [half(5, 1), half(5, 1)] };
const dil3: BranchKind = { kind: 'separable', halves: [half(3, 2)] };
const dil5: BranchKind = { kind: 'separable', halves: [half(5, 2)] };
const dense1: BranchKind = { kind: 'dense', kernel: 1 };
const dense3: BranchKind = { kind: 'dense', kernel: 3 };
const reduce: BranchKind = { kind: 'reduce' };
const bothPools: FanPool[] = [
  { mode: 'max', normalised: true },
  { mode: 'average', normalised: true },
];

type Make = CaseTools['tensor'];

function weightsOf(branch: BranchKind, name: string, c: number, make: Make): Tensor[] {
  if (branch.kind === 'separable') {
    return branch.halves.flatMap(({ kernel }, i) => [
      make(`${name}/${i}/depth`, [kernel, kernel, c]),
      make(`${name}/${i}/point`, [c, c]),
    ]);
  }
  if (branch.kind === 'dense') return [make(name, [branch.kernel, branch.kernel, c, c])];
  const first = Math.floor(c / 2);
  return [make(`${name}/first`, [c, first]), make(`${name}/second`, [c, c - first])];
}

interface FanCase {
  readonly shape: readonly [number, number, number, number];
  readonly stride: 1 | 2;
  readonly branches: readonly BranchKind[];
  readonly pools?: readonly FanPool[];
  /** Which gradients are wanted besides that of mix. */
  readonly wanted?: 'all' | 'input' | 'weights';
}

/** A fan whose outputs, and x itself at stride 1, go to one node over two edges. */
function fanAndNode(
  tools: CaseTools,
  { shape, stride, branches, pools = [], wanted = 'all' }: FanCase,
): void {
  const { graph, tensor, constant, backward } = tools;
  const x = (wanted === 'weights' ? constant : tensor)('x', shape);
  const made = branches.map((branch, i): FanBranch => {
    const make = wanted === 'input' ? constant : tensor;
    return { ...branch, weights: weightsOf(branch, `branch${i}`, shape[3], make) };
  });
  const out = fan(graph, x, stride, pools, made);
  const terms = [
    ...out.pools.map((pool) => ({ source: pool.y, statistics: pool.statistics })),
    ...out.branches.map(({ raw, statistics }) => ({
      source: raw.at(-1)!,
      statistics: statistics.at(-1)!,
    })),
    ...(stride === 1 ? [{ source: x, statistics: undefined }] : []),
  ].map(({ source, statistics }, column): NodeTerm => {
    return { column, source, ...(statistics && { statistics }), origin: 'fan' };
  });
  const mix = tensor('mix', [2, terms.length], positive);
  // Pools and x serve both edges, as in a cell; every branch belongs to one.
  const shared = terms.filter((_, i) => i < pools.length || i >= pools.length + branches.length);
  const edges = [
    { row: 0, terms },
    { row: 1, terms: shared },
  ];
  backward(nodeSum(graph, mix, shared.length > 0 ? edges : edges.slice(0, 1), 'node'));
}

const darts: FanCase['branches'] = [sep3, sep5, dil3, dil5];

const fans: readonly (readonly [string, FanCase])[] = [
  ['small images in groups', { shape: [5, 8, 8, 8], stride: 1, branches: darts, pools: bothPools }],
  ['groups of 2x2 images', { shape: [9, 2, 2, 20], stride: 1, branches: darts, pools: bothPools }],
  ['groups of single pixels', { shape: [6, 1, 1, 4], stride: 1, branches: darts, pools: bothPools }],
  ['groups at stride 2', { shape: [7, 7, 5, 6], stride: 2, branches: [...darts, reduce], pools: bothPools }],
  ['many groups a chunk', { shape: [70, 3, 4, 5], stride: 1, branches: darts, pools: bothPools }],
  ['single images', { shape: [2, 9, 11, 7], stride: 1, branches: darts, pools: bothPools }],
  ['a narrow image', { shape: [1, 17, 2, 3], stride: 1, branches: darts, pools: bothPools }],
  ['rows of 16', { shape: [2, 9, 16, 6], stride: 1, branches: darts, pools: bothPools }],
  ['rows of 4', { shape: [1, 6, 4, 5], stride: 1, branches: darts, pools: bothPools }],
  ['large images', { shape: [3, 16, 20, 18], stride: 1, branches: darts, pools: bothPools }],
  [
    'large images at stride 2',
    { shape: [5, 17, 13, 9], stride: 2, branches: [...darts, reduce], pools: bothPools },
  ],
  ['even images at stride 2', { shape: [17, 12, 10, 2], stride: 2, branches: [...darts, reduce] }],
  ['a wide tile', { shape: [4, 5, 5, 36], stride: 1, branches: darts }],
  ['dense convolutions', { shape: [3, 7, 6, 5], stride: 1, branches: [dense1, dense3, sep3] }],
  ['dense convolutions at stride 2', { shape: [4, 7, 9, 8], stride: 2, branches: [dense3, reduce, dense1] }],
  [
    'pools that are not normalised',
    { shape: [4, 6, 6, 8], stride: 1, branches: [dense1], pools: [{ mode: 'average', normalised: false }] },
  ],
  ['nothing but pools', { shape: [3, 9, 9, 4], stride: 2, branches: [], pools: bothPools }],
  [
    'three halves',
    {
      shape: [4, 6, 5, 4],
      stride: 2,
      branches: [{ kind: 'separable', halves: [half(3, 1), half(5, 2), half(3, 1)] }],
    },
  ],
  [
    'no gradients of weights',
    { shape: [5, 8, 8, 8], stride: 1, branches: darts, pools: bothPools, wanted: 'input' },
  ],
  [
    'no gradient of the input',
    { shape: [3, 9, 8, 8], stride: 2, branches: [...darts, reduce], pools: bothPools, wanted: 'weights' },
  ],
];

function twoFans(tools: CaseTools): void {
  const { graph, tensor, backward } = tools;
  const x = tensor('x', [5, 7, 7, 6]);
  const sums = [1, 2].map((i) => {
    const weights = weightsOf(dil3, `fan${i}`, 6, tensor);
    const out = fan(graph, x, 2, bothPools, [{ ...dil3, weights }]);
    const [raw, statistics] = [out.branches[0]!.raw[0]!, out.branches[0]!.statistics[0]!];
    const terms: NodeTerm[] = [{ column: 0, source: raw, statistics, origin: 'fan' }];
    for (const { y, statistics } of out.pools) {
      terms.push({ column: terms.length, source: y, statistics: statistics!, origin: 'fan' });
    }
    return nodeSum(graph, undefined, [{ row: 0, terms }], `node${i}`);
  });
  backward(...sums);
}

/** By name: a fan whose outputs go to a node. */
export const fanCases: readonly (readonly [string, Build])[] = [
  ...fans.map(([name, one]) => [name, (tools: CaseTools) => fanAndNode(tools, one)] as const),
  ['two fans of one state, whose gradients add up', twoFans],
];

function nodeOfPrimitives(shape: readonly number[]): Build {
  return ({ graph, tensor, backward }) => {
    const [a, b] = [tensor('a', shape), tensor('b', shape)];
    const sources = [a, b, relu(graph, a), relu(graph, b), a];
    const terms = sources.map((source, column): NodeTerm => ({ column, source, origin: 'primitive' }));
    const mix = tensor('mix', [3, 5], positive);
    const mixed = nodeSum(
      graph,
      mix,
      [
        { row: 1, terms: terms.slice(0, 2) },
        { row: 2, terms: terms.slice(2) },
      ],
      'mixed',
    );
    backward(mixed, nodeSum(graph, undefined, [{ row: 0, terms }], 'plain'));
  };
}

export const nodeCases: readonly (readonly [string, Build])[] = [
  [3, 5, 7, 3],
  [2, 33, 31, 17],
  [64, 4, 4, 12],
].map((shape) => [`[${shape.join()}], with and without coefficients`, nodeOfPrimitives(shape)]);

interface PreprocessCase {
  readonly shape: readonly number[];
  readonly widths: readonly number[];
  readonly c: number;
}

function bothPreprocesses({ shape, widths, c }: PreprocessCase): Build {
  return ({ graph, tensor, backward }) => {
    const xs = widths.map((width, i) => tensor(`x${i}`, [...shape, width]));
    const cin = widths.reduce((sum, width) => sum + width, 0);
    const first = Math.floor(c / 2);
    const halves = [tensor('first', [cin, first]), tensor('second', [cin, c - first])];
    backward(preprocess(graph, xs, [tensor('w', [cin, c])]), preprocess(graph, xs, halves));
  };
}

function partialPreprocess({ graph, tensor, constant, backward }: CaseTools): void {
  const shape = [3, 6, 5, 4];
  const input = preprocess(graph, [tensor('x', shape), constant('k', shape)], [constant('w', [8, 6])]);
  const weights = preprocess(graph, [constant('y', shape)], [tensor('v', [4, 6])]);
  backward(input, weights);
}
const preprocesses: readonly PreprocessCase[] = [
  { shape: [3, 5, 7], widths: [3], c: 5 },
  { shape: [2, 9, 9], widths: [4, 6, 1, 8], c: 8 },
  { shape: [5, 16, 16], widths: [20, 20], c: 16 },
  { shape: [40, 2, 2], widths: [16], c: 20 },
];

export const preprocessCases: readonly (readonly [string, Build])[] = [
  ...preprocesses.map(
    (one) =>
      [
        `[${one.shape.join()}], [${one.widths.join()}] to ${one.c} channels, and reduced`,
        bothPreprocesses(one),
      ] as const,
  ),
  ['inputs or weights without gradients', partialPreprocess],
];
