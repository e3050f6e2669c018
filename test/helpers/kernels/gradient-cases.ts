// For every operation of the plan, the ways in which it can be used. The table is total: an operation without a case
// does not compile.
import type { OperationName } from '../../../src/kernels/operations/all.ts';
import { add, flatten } from '../../../src/kernels/operations/add/definition.ts';
import { batchNorm } from '../../../src/kernels/operations/batch-norm/definition.ts';
import { concat } from '../../../src/kernels/operations/concat/definition.ts';
import { convolution } from '../../../src/kernels/operations/convolution/definition.ts';
import { crossEntropy } from '../../../src/kernels/operations/cross-entropy/definition.ts';
import { depthwise } from '../../../src/kernels/operations/depthwise/definition.ts';
import { dropout } from '../../../src/kernels/operations/dropout/definition.ts';
import { dropPath } from '../../../src/kernels/operations/drop-path/definition.ts';
import { edgeNorm } from '../../../src/kernels/operations/edge-norm/definition.ts';
import { embedding } from '../../../src/kernels/operations/embedding/definition.ts';
import { factorizedReduce } from '../../../src/kernels/operations/factorized-reduce/definition.ts';
import { fan, type FanPool } from '../../../src/kernels/operations/fan/definition.ts';
import type { BranchKind, FanBranch } from '../../../src/kernels/operations/fan/types.ts';
import { globalPool } from '../../../src/kernels/operations/global-pool/definition.ts';
import { highway } from '../../../src/kernels/operations/highway/definition.ts';
import { linear, linearMaps } from '../../../src/kernels/operations/linear/definition.ts';
import { mixEdge } from '../../../src/kernels/operations/mix/definition.ts';
import { nodeSum } from '../../../src/kernels/operations/node-sum/definition.ts';
import type { NodeTerm } from '../../../src/kernels/operations/node-sum/types.ts';
import { cornerPool, maxPool, pool } from '../../../src/kernels/operations/pool/definition.ts';
import { preprocess } from '../../../src/kernels/operations/preprocess/definition.ts';
import { relu } from '../../../src/kernels/operations/relu/definition.ts';
import { runningNorm } from '../../../src/kernels/operations/running-norm/definition.ts';
import { selectChannels } from '../../../src/kernels/operations/select/definition.ts';
import { slowness } from '../../../src/kernels/operations/slowness/definition.ts';
import { softmax } from '../../../src/kernels/operations/softmax/definition.ts';
import type { Tensor } from '../../../src/kernels/tensor.ts';
import type { CaseTools } from './finite-differences.ts';

/** [N, H, W, C] */
export type Image = readonly [number, number, number, number];

export interface OperationCase {
  readonly name: string;
  readonly build: (tools: CaseTools, image: Image) => readonly Tensor[];
}

export interface FanCase {
  readonly stride: 1 | 2;
  readonly pools: readonly FanPool[];
  readonly branches: readonly BranchKind[];
  /** A term that passes x on, to both nodes (stride 1 only). */
  readonly identity?: boolean;
  /** A term made of primitives, to both nodes. */
  readonly primitive?: boolean;
  /** Terms are weighted by a matrix that is itself differentiated by. */
  readonly mixed: boolean;
}

/** A fan with two nodes: pools, identities and primitives go to both, branches to one of the two in turn. */
export function fanCase(tools: CaseTools, image: Image, options: FanCase): readonly Tensor[] {
  const { graph, input, weight } = tools;
  const { stride, pools, branches, identity, primitive, mixed } = options;
  const c = image[3];
  const x = input('x', image);
  const weights = (kind: BranchKind, b: number): readonly Tensor[] => {
    const shapes =
      kind.kind === 'separable'
        ? kind.halves.flatMap(({ kernel }) => [
            [kernel, kernel, c],
            [c, c],
          ])
        : kind.kind === 'dense'
          ? [[kind.kernel, kind.kernel, c, c]]
          : halves(c);
    return shapes.map((shape, i) => weight(`branch${b}.${i}`, shape));
  };
  const made = branches.map((kind, b): FanBranch => ({ ...kind, weights: weights(kind, b) }));
  const outputs = fan(graph, x, stride, pools, made);
  const terms: [NodeTerm[], NodeTerm[]] = [[], []];
  let column = 0;
  for (const { y, statistics } of outputs.pools) {
    for (const list of terms) {
      list.push({ column, source: y, origin: 'fan', ...(statistics && { statistics }) });
    }
    column++;
  }
  for (const [b, { raw, statistics }] of outputs.branches.entries()) {
    const term = { column: column++, source: raw.at(-1)!, statistics: statistics.at(-1)! };
    terms[b % 2]!.push({ ...term, origin: 'fan' });
  }
  if (identity === true) for (const list of terms) list.push({ column, source: x, origin: 'fan' });
  if (identity === true) column++;
  if (primitive === true) {
    const source = depthwise(graph, x, weight('primitive', [3, 3, c]), stride, 1);
    for (const list of terms) list.push({ column, source, origin: 'primitive' });
    column++;
  }
  const mix = mixed ? input('mix', [2, column + 1]) : undefined;
  return terms.flatMap((list, row) =>
    list.length > 0 ? [nodeSum(graph, mix, [{ row, terms: list }], `node${row}`)] : [],
  );
}

/** The two filters of a factorized reduce to c channels, unequal where c is odd. */
function halves(c: number): readonly (readonly number[])[] {
  return [
    [c, Math.ceil(c / 2)],
    [c, Math.floor(c / 2)],
  ];
}

export const separable = (...kernels: readonly number[]): BranchKind => ({
  kind: 'separable',
  halves: kernels.map((kernel) => ({ kernel, dilation: 1 })),
});
export const dilated = (kernel: number): BranchKind => ({
  kind: 'separable',
  halves: [{ kernel, dilation: 2 }],
});
export const dense = (kernel: number): BranchKind => ({ kind: 'dense', kernel });
const reduce: BranchKind = { kind: 'reduce' };
const bothPools = (normalised: boolean): readonly FanPool[] => [
  { mode: 'max', normalised },
  { mode: 'average', normalised },
];

const strides = [1, 2] as const;
const cornerSides = [1, 2, 3, 6, 7, 8, 11];
/** Height and width. */
const filters = [
  [1, 1],
  [3, 3],
  [5, 5],
  [2, 2],
  [1, 7],
  [7, 1],
] as const;
const modes = ['max', 'average'] as const;

const fanCases = [
  { name: 'DARTS at stride 1', stride: 1, identity: true, mixed: true, pools: bothPools(true) },
  { name: 'DARTS at stride 2', stride: 2, mixed: true, pools: bothPools(true), extra: [reduce] },
  { name: 'without mix', stride: 1, identity: true, mixed: false, pools: bothPools(true) },
  { name: 'without mix at stride 2', stride: 2, mixed: false, pools: bothPools(true), extra: [reduce] },
  {
    name: 'plain pools and primitives',
    stride: 1,
    identity: true,
    primitive: true,
    mixed: true,
    pools: bothPools(false),
  },
  { name: 'primitives at stride 2', stride: 2, primitive: true, mixed: true, pools: bothPools(false) },
] as const;

const restrictedFans: readonly (FanCase & { name: string })[] = [
  { name: 'one pool', stride: 1, mixed: true, pools: [{ mode: 'max', normalised: true }], branches: [] },
  {
    name: 'one plain pool',
    stride: 2,
    mixed: false,
    pools: [{ mode: 'average', normalised: false }],
    branches: [],
  },
  { name: 'one identity', stride: 1, identity: true, mixed: true, pools: [], branches: [] },
  { name: 'one separable branch', stride: 1, mixed: false, pools: [], branches: [separable(3, 3)] },
  { name: 'one dilated branch', stride: 2, mixed: true, pools: [], branches: [dilated(5)] },
  { name: 'one dense branch', stride: 1, mixed: false, pools: [], branches: [dense(3)] },
  {
    name: 'dense branches',
    stride: 1,
    identity: true,
    mixed: true,
    pools: bothPools(false),
    branches: [dense(1), dense(3)],
  },
  {
    name: 'dense branches at stride 2',
    stride: 2,
    mixed: true,
    pools: [],
    branches: [dense(1), dense(3), reduce],
  },
];

const everyBranch: readonly BranchKind[] = [separable(3, 3), separable(5, 5), dilated(3), dilated(5)];

const allFans: readonly OperationCase[] = [
  ...fanCases.map(({ name, ...options }) => ({
    name,
    build: (tools: CaseTools, image: Image) =>
      fanCase(tools, image, {
        ...options,
        branches: [...everyBranch, ...('extra' in options ? options.extra : [])],
      }),
  })),
  ...restrictedFans.map(({ name, ...options }) => ({
    name,
    build: (tools: CaseTools, image: Image) => fanCase(tools, image, options),
  })),
];

export const operationCases: Readonly<Record<OperationName, readonly OperationCase[]>> = {
  preprocess: [
    {
      name: '1x1',
      build: ({ graph, input, weight }, image) => [
        preprocess(graph, [input('x', image)], [weight('w', [image[3], 3])]),
      ],
    },
    {
      name: '1x1 over three inputs side by side',
      build({ graph, input, weight }, [n, h, w, c]) {
        const xs = [c, 2, 5].map((channels, i) => input(`x${i}`, [n, h, w, channels]));
        return [preprocess(graph, xs, [weight('w', [c + 7, 6])])];
      },
    },
    {
      name: 'factorized reduce over two inputs side by side',
      build({ graph, input, weight }, [n, h, w, c]) {
        const xs = [c, 3].map((channels, i) => input(`x${i}`, [n, h, w, channels]));
        return [preprocess(graph, xs, [weight('first', [c + 3, 3]), weight('second', [c + 3, 3])])];
      },
    },
  ],
  // A fan and its nodes have one gradient: the node leaves the fan's part to the fan.
  fan: allFans,
  nodeSum: [
    {
      name: 'two edges of primitives, a source on both',
      build({ graph, input }, image) {
        const [a, b] = [input('a', image), input('b', image)];
        const edges = [
          {
            row: 2,
            terms: [a, b].map((source, column): NodeTerm => ({ column, source, origin: 'primitive' })),
          },
          { row: 0, terms: [{ column: 3, source: a, origin: 'primitive' as const }] },
        ];
        return [nodeSum(graph, input('mix', [3, 4]), edges, 'node')];
      },
    },
    {
      name: 'primitives without mix',
      build({ graph, input }, image) {
        const terms = ['a', 'b'].map((name, column): NodeTerm => {
          const source = relu(graph, input(name, image));
          return { column, source, origin: 'primitive' };
        });
        return [nodeSum(graph, undefined, [{ row: 0, terms }], 'node')];
      },
    },
  ],
  relu: [{ name: '', build: ({ graph, input }, image) => [relu(graph, input('x', image))] }],
  convolution: strides.flatMap((stride) =>
    filters.map(([height, width]) => ({
      name: `${height}x${width}, stride ${stride}`,
      build: ({ graph, input, weight }: CaseTools, image: Image) => [
        convolution(graph, input('x', image), weight('w', [height, width, image[3], 3]), stride),
      ],
    })),
  ),
  depthwise: strides.flatMap((stride) =>
    [1, 2].flatMap((dilation) =>
      [3, 5, 7].map((kernel) => ({
        name: `${kernel}x${kernel}, stride ${stride}, dilation ${dilation}`,
        build: ({ graph, input, weight }: CaseTools, image: Image) => [
          depthwise(graph, input('x', image), weight('w', [kernel, kernel, image[3]]), stride, dilation),
        ],
      })),
    ),
  ),
  batchNorm: [
    { name: 'plain', build: ({ graph, input }, image) => [batchNorm(graph, input('x', image))] },
    {
      name: 'affine',
      build: ({ graph, input, weight }, image) => [
        batchNorm(graph, input('x', image), {
          gamma: weight('gamma', [image[3]]),
          beta: weight('beta', [image[3]]),
        }),
      ],
    },
  ],
  runningNorm: [
    {
      name: '',
      build({ graph, input, weight, constant }, image) {
        const channels = [image[3]];
        const affine = { gamma: weight('gamma', channels), beta: weight('beta', channels) };
        const mean = constant(
          'mean',
          channels,
          Array.from({ length: image[3] }, (_, c) => c / 4 - 0.3),
        );
        const variance = constant(
          'variance',
          channels,
          Array.from({ length: image[3] }, (_, c) => 0.2 + c),
        );
        return [runningNorm(graph, input('x', image), affine, { mean, variance })];
      },
    },
  ],
  pool: [
    ...strides.flatMap((stride) =>
      modes.flatMap((mode) =>
        ([2, 3] as const).map((kernel) => ({
          name: `${mode} ${kernel}x${kernel}, stride ${stride}`,
          build: ({ graph, input }: CaseTools, image: Image) => [
            pool(graph, input('x', image), { mode, kernel, stride }),
          ],
        })),
      ),
    ),
    ...[
      [2, 2],
      [3, 2],
      [5, 3],
    ].map(([kernel, stride]) => ({
      name: `largest of unpadded ${kernel}x${kernel} at stride ${stride}`,
      build: ({ graph, input }: CaseTools, [n, h, w, c]: Image) => [
        maxPool(graph, input('x', [n, h + 4, w + 4, c]), kernel!, stride!),
      ],
    })),
    ...cornerSides.map((side) => ({
      name: `corners of ${side}x${side}`,
      build: ({ graph, input }: CaseTools, [n, , , c]: Image) => [
        cornerPool(graph, input('x', [n, side, side, c])),
      ],
    })),
  ],
  factorizedReduce: [
    {
      name: '',
      build: ({ graph, input, weight }, image) => [
        factorizedReduce(
          graph,
          input('x', image),
          weight('first', [image[3], 2]),
          weight('second', [image[3], 3]),
        ),
      ],
    },
  ],
  dropPath: [
    {
      name: 'two paths',
      build({ graph, input, constant }, image) {
        const length = image[0] * 3;
        const factors = constant(
          'factors',
          [image[0], 3],
          Array.from({ length }, (_, i) => (i % 2) * 1.25),
        );
        const x = input('x', image);
        return [dropPath(graph, x, factors, 2), dropPath(graph, input('z', image), factors, 0)];
      },
    },
  ],
  add: [
    {
      name: 'an image as one row',
      build: ({ graph, input }, [n, h, w]) => [flatten(graph, input('x', [n, h, w, 4]))],
    },
    {
      name: 'one input twice',
      build({ graph, input }, image) {
        const x = input('x', image);
        return [add(graph, [x, input('z', image), x], 'sum')];
      },
    },
  ],
  mix: [
    {
      name: 'two edges of one matrix, a term on both',
      build({ graph, input }, image) {
        const [a, b] = [relu(graph, input('a', image)), input('b', image)];
        const mix = input('mix', [3, 5]);
        const terms = [
          { column: 4, x: a },
          { column: 1, x: b },
        ];
        return [
          mixEdge(graph, mix, 2, terms, 'first'),
          mixEdge(graph, mix, 0, [{ column: 2, x: a }], 'second'),
        ];
      },
    },
  ],
  softmax: [{ name: '', build: ({ graph, input }, [, h, , c]) => [softmax(graph, input('x', [h, c]))] }],
  concat: [
    {
      name: 'two rows',
      build: ({ graph, input }, [n, h, , c]) => [
        concat(graph, [input('x', [n, c]), input('z', [n, h])], 'joined'),
      ],
    },
    {
      name: 'one input twice',
      build({ graph, input }, [n, h, w, c]) {
        const x = input('x', [n, h, w, c]);
        return [concat(graph, [x, input('z', [n, h, w, 5]), x], 'joined')];
      },
    },
  ],
  select: [
    {
      name: 'of two inputs, some channels left out',
      build({ graph, input }, [n, h, w, c]) {
        const x = input('x', [n, h, w, c]);
        const z = input('z', [n, h, w, 5]);
        return [selectChannels(graph, [x, z], [c + 3, c - 1, c], 'some'), relu(graph, x)];
      },
    },
  ],
  edgeNorm: [
    {
      name: 'nodes of 2, 3 and 1 edges',
      build({ graph, input }) {
        const { y, shares } = edgeNorm(graph, input('mix', [6, 5]), input('beta', [6, 1]), [2, 3, 1]);
        return [y, shares];
      },
    },
  ],
  globalPool: [
    {
      name: 'two inputs',
      build: ({ graph, input }, [n, h, w, c]) => [
        globalPool(graph, [input('x', [n, h, w, c]), input('z', [n, h, w, 3])]),
      ],
    },
  ],
  linear: [
    {
      name: '',
      build: ({ graph, input, weight }, [n, , , c]) => [
        linear(graph, input('x', [n, c]), weight('weight', [c, 5]), weight('bias', [5])),
      ],
    },
    {
      name: 'a weight that two layers read, one of them on two inputs',
      build({ graph, input }, [n, h, , c]) {
        const [weight, bias] = [input('weight', [c, 5]), input('bias', [5])];
        const [x, z] = [input('x', [n, c]), input('z', [h, c])];
        return [...linearMaps(graph, [x, z], weight, { bias }), linear(graph, x, weight, bias)];
      },
    },
    {
      name: 'a weight as it is and transposed',
      build({ graph, input }, [n, , w, c]) {
        const [x, weight] = [input('x', [n, c]), input('weight', [c, w])];
        const back = linearMaps(graph, linearMaps(graph, [x], weight), weight, {
          bias: input('bias', [c]),
          transposed: true,
        });
        return [...back];
      },
    },
    {
      name: 'to two rows',
      build: ({ graph, input }, [n, , w, c]) => [
        ...linearMaps(graph, [input('x', [n, c])], input('weight', [c, 2, w])),
      ],
    },
  ],
  embedding: [
    {
      name: 'rows that repeat, also in a second reading',
      build({ graph, input, constant }, [n, , w, c]) {
        const table = input('table', [4, c]);
        const read = (name: string, length: number): Tensor => {
          const indices = Array.from({ length }, (_, i) => (i * i) % 4);
          return embedding(graph, table, constant(name, [length, 1], indices));
        };
        return [read('first', n + 2), read('second', w)];
      },
    },
  ],
  dropout: [
    {
      name: '',
      build({ graph, input, constant }, image) {
        const length = image.reduce((product, size) => product * size, 1);
        const mask = Array.from({ length }, (_, i) => (i % 3 === 0 ? 0 : 1.5));
        return [dropout(graph, input('x', image), constant('mask', image, mask))];
      },
    },
  ],
  slowness: [
    {
      name: '',
      build({ graph, input, loss }, [n, h, w, c]) {
        loss(
          slowness(
            graph,
            ['a', 'b', 'c'].map((name) => input(name, [n * h * w, c])),
            0.7,
          ),
        );
        return [];
      },
    },
  ],
  highway: [
    {
      name: 'two edges of one matrix, all activations',
      build({ graph, input }, [n, h, w, c]) {
        const mix = input('mix', [4, 5]);
        const edge = (name: string, row: number) => ({
          state: input(`${name}/state`, [n * h * w, c]),
          product: input(`${name}/product`, [n * h * w, 2, c]),
          row,
          columns: { tanh: 1, relu: 2, sigmoid: 3, identity: 4 },
        });
        const edges = [edge('a', 3), edge('b', 1)];
        return [highway(graph, edges, mix, 'y'), highway(graph, [{ ...edges[0]!, row: 0 }], mix, 'z')];
      },
    },
    ...(['tanh', 'relu', 'sigmoid', 'identity'] as const).map((activation) => ({
      name: `one edge, ${activation}`,
      build({ graph, input }: CaseTools, [n, h, w, c]: Image) {
        const [state, product] = [input('state', [n * h, c]), input('product', [n * h, 2, c])];
        const edge = { state, product, row: w, columns: { [activation]: 0 } };
        return [highway(graph, [edge], undefined, 'y')];
      },
    })),
  ],
  crossEntropy: [
    { name: '', options: {} },
    { name: 'smoothed and weighted', options: { smoothing: 0.1, weight: 0.4 } },
  ].map(({ name, options }) => ({
    name,
    build({ graph, input, constant, loss }: CaseTools, [n, , , c]: Image) {
      const labels = constant(
        'labels',
        [n, 1],
        Array.from({ length: n }, (_, i) => i % c),
      );
      loss(crossEntropy(graph, input('logits', [n, c]), labels, options).loss);
      return [];
    },
  })),
};
