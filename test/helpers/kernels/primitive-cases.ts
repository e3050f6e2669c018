// Every primitive operation, forward and backward, at sizes on both sides of multiples of 4: cases for any executor.
import { Random } from '../../../src/base/random.ts';
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
import { globalPool } from '../../../src/kernels/operations/global-pool/definition.ts';
import { highway } from '../../../src/kernels/operations/highway/definition.ts';
import { activations, type Activation } from '../../../src/kernels/operations/highway/types.ts';
import { linear, linearMaps } from '../../../src/kernels/operations/linear/definition.ts';
import { mixEdge } from '../../../src/kernels/operations/mix/definition.ts';
import { cornerPool, maxPool, pool } from '../../../src/kernels/operations/pool/definition.ts';
import { relu } from '../../../src/kernels/operations/relu/definition.ts';
import { runningNorm } from '../../../src/kernels/operations/running-norm/definition.ts';
import { selectChannels } from '../../../src/kernels/operations/select/definition.ts';
import { slowness } from '../../../src/kernels/operations/slowness/definition.ts';
import { softmax } from '../../../src/kernels/operations/softmax/definition.ts';
import { type Build, type CaseTools, positive } from './operation-cases.ts';

/** Channels of a second operand, so that they differ from the image's. */
const others = [5, 2, 12, 7, 20, 1];

/** Shapes [N, H, W, C]: single pixels, odd and even sizes, channels on both sides of multiples of 4. */
const images: readonly (readonly [number, number, number, number])[] = [
  [1, 1, 1, 1],
  [2, 5, 7, 3],
  [3, 8, 4, 8],
  ...Array.from({ length: 3 }, (_, index) => {
    const random = Random.fromSeed(7).split('image', index);
    const side = (): number => 2 + random.below(22);
    return [1 + random.below(5), side(), side(), 1 + random.below(20)] as const;
  }),
];

type Shape = readonly [number, number, number, number];
type SizedBuild = (tools: CaseTools, shape: Shape, other: number) => void;

const builds: Readonly<Record<string, SizedBuild>> = {
  ReLU: ({ graph, tensor, backward }, shape) => backward(relu(graph, tensor('x', shape))),

  'a sum with one input twice': ({ graph, tensor, backward }, shape) => {
    const [a, b] = [tensor('a', shape), tensor('b', shape)];
    backward(add(graph, [a, b, relu(graph, a)], 'sum'));
  },

  'batch norm without affine': ({ graph, tensor, backward }, shape) =>
    backward(batchNorm(graph, tensor('x', shape))),

  'batch norm with affine, its gradient added to another': ({ graph, tensor, backward }, shape) => {
    const x = tensor('x', shape);
    const affine = { gamma: tensor('gamma', [shape[3]]), beta: tensor('beta', [shape[3]]) };
    backward(batchNorm(graph, x, affine), relu(graph, x));
  },

  'batch norm by running statistics, its gradient added to another': (
    { graph, tensor, constant, backward },
    shape,
  ) => {
    const x = tensor('x', shape);
    const affine = { gamma: tensor('gamma', [shape[3]]), beta: tensor('beta', [shape[3]]) };
    const running = {
      mean: constant('mean', [shape[3]]),
      variance: constant('variance', [shape[3]], positive),
    };
    backward(runningNorm(graph, x, affine, running), relu(graph, x));
  },

  'drop path, its gradient added to another': ({ graph, tensor, constant, backward }, shape, other) => {
    const x = tensor('x', shape);
    const factors = constant('factors', [shape[0], other + 1]);
    backward(dropPath(graph, x, factors, other), relu(graph, x));
  },

  'average of the corners': ({ graph, tensor, backward }, [n, h, , c]) => {
    const x = tensor('x', [n, h, h, c]);
    backward(cornerPool(graph, x), relu(graph, x));
  },

  'the largest of unpadded windows, its gradient added to another': (
    { graph, tensor, backward },
    [n, h, w, c],
    other,
  ) => {
    const x = tensor('x', [n, h + 1, w + 1, c]);
    const kernel = Math.min(h + 1, w + 1, 2 + (other % 4));
    backward(maxPool(graph, x, kernel, 2 + (other % 2)), relu(graph, x));
  },

  'an image as one row, its gradient added to another': ({ graph, tensor, backward }, [n, h, w], other) => {
    const x = tensor('x', [n, h, w, 4 * other]);
    backward(flatten(graph, x), relu(graph, x));
  },

  concatenation: ({ graph, tensor, backward }, [n, h, w, c], other) => {
    const [a, b] = [tensor('a', [n, h, w, c]), tensor('b', [n, h, w, other])];
    backward(concat(graph, [a, b, relu(graph, a)], 'joined'));
  },

  'channels in another order, some left out, one gradient added to another': (
    { graph, tensor, backward },
    [n, h, w, c],
    other,
  ) => {
    const [a, b] = [tensor('a', [n, h, w, c]), tensor('b', [n, h, w, other])];
    const all = Array.from({ length: c + other - 1 }, (_, channel) => channel + 1);
    const turned = [
      ...all.filter((channel) => channel % 3 === 1),
      ...all.filter((channel) => channel % 3 === 0),
    ];
    backward(selectChannels(graph, [a, b], turned.length > 0 ? turned : [0], 'some'), relu(graph, a));
  },

  'edge normalisation': ({ graph, tensor, backward }, [, , , c], other) => {
    const { y, shares } = edgeNorm(graph, tensor('mix', [c + other, other]), tensor('beta', [c + other, 1]), [
      c,
      other,
    ]);
    backward(y, shares);
  },

  'global pool of two images': ({ graph, tensor, backward }, [n, h, w, c], other) => {
    const [a, b] = [tensor('a', [n, h, w, c]), tensor('b', [n, h, w, other])];
    backward(globalPool(graph, [a, relu(graph, b), b]));
  },

  linear: ({ graph, tensor, backward }, [n, h, , c], other) => {
    const x = tensor('x', [n * h, c]);
    const y = linear(graph, x, tensor('weight', [c, other]), tensor('bias', [other]));
    backward(y, relu(graph, x));
  },

  'one weight on two inputs, twice': ({ graph, tensor, backward }, [n, h, w, c], other) => {
    const [weight, bias] = [tensor('weight', [c, 3 * other]), tensor('bias', [3 * other])];
    const [x, z] = [tensor('x', [n * h * w, c]), tensor('z', [h, c])];
    backward(...linearMaps(graph, [x, z], weight, { bias }), linear(graph, x, weight, bias), relu(graph, x));
  },

  'a transposed weight, its gradient added to another': (
    { graph, tensor, backward },
    [n, h, w, c],
    other,
  ) => {
    const [x, z] = [tensor('x', [n * h, c]), tensor('z', [n * w, 40 * other])];
    const weight = tensor('weight', [40 * other, c]);
    const bias = tensor('bias', [40 * other]);
    const ys = linearMaps(graph, [x, x], weight, { transposed: true, bias });
    backward(...ys, ...linearMaps(graph, [z], weight), relu(graph, x));
  },

  'a weight to two rows': ({ graph, tensor, backward }, [n, h, , c], other) =>
    backward(...linearMaps(graph, [tensor('x', [n * h, c])], tensor('weight', [c, 2, other]))),

  'rows of a table, read twice': ({ graph, tensor, constant, backward }, [n, h, w, c], other) => {
    const table = tensor('table', [other + 3, c]);
    const draw = (uniform: number): number => Math.floor(uniform * (other + 3));
    const places = ['first', 'second'].map((name) => constant(name, [n * h * w, 1], draw));
    backward(...places.map((indices) => embedding(graph, table, indices)));
  },

  'a node of a recurrent cell, two edges of one mix': ({ graph, tensor, backward }, [n, h, w, c]) => {
    const edge = (name: string, row: number) => ({
      state: tensor(`${name}/state`, [n * h * w, c]),
      product: tensor(`${name}/product`, [n * h * w, 2, c]),
      row,
      columns: { tanh: 5, relu: 2, sigmoid: 3, identity: 4 },
    });
    const [a, b] = [edge('a', 2), edge('b', 1)];
    const mix = tensor('mix', [3, 6]);
    backward(
      highway(graph, [a, b], mix, 'y'),
      highway(graph, [{ ...a, row: 0 }], mix, 'z'),
      relu(graph, a.state),
    );
  },

  'a node of a recurrent cell, an edge for each activation': ({ graph, tensor, backward }, [n, h, , c]) => {
    const edge = (activation: Activation) => ({
      state: tensor(`${activation}/state`, [n * h, c]),
      product: tensor(`${activation}/product`, [n * h, 2, c]),
      row: 0,
      columns: { [activation]: 0 },
    });
    backward(highway(graph, activations.map(edge), undefined, 'y'));
  },

  'a node of a recurrent cell, gradients of a state or a product only': (
    { graph, tensor, constant, backward },
    [n, h, , c],
  ) => {
    const edges = [tensor, constant].map((make, i) => ({
      state: make(`state${i}`, [n * h, c]),
      product: (make === tensor ? constant : tensor)(`product${i}`, [n * h, 2, c]),
      row: 0,
      columns: { tanh: 0, identity: 1 },
    }));
    backward(highway(graph, edges, constant('mix', [1, 2]), 'y'));
  },

  'dropout, its gradient added to another': ({ graph, tensor, constant, backward }, shape) => {
    const x = tensor('x', shape);
    backward(dropout(graph, x, constant('mask', shape, positive)), relu(graph, x));
  },

  'differences of neighbours': ({ graph, tensor }, [n, h, w, c]) => {
    const xs = ['a', 'b', 'c'].map((name) => tensor(name, [n * h * w, c]));
    graph.backward([slowness(graph, xs, 0.7)]);
  },

  'a node of a recurrent cell that is saturated': ({ graph, constant }, [n, h, , c]) => {
    const state = constant('state', [n * h, c]);
    const product = constant('product', [n * h, 2, c], (uniform) => 300 * uniform - 150);
    const edges = activations.map((activation) => ({ state, product, row: 0, columns: { [activation]: 0 } }));
    highway(graph, edges, undefined, 'y');
  },

  'softmax of alphas': ({ graph, tensor, backward }, [, h, , c]) => {
    const x = tensor('x', [h, c]);
    backward(softmax(graph, x), relu(graph, x));
  },

  'mixing of an edge': ({ graph, tensor, backward }, shape) => {
    const [mix, a, b] = [tensor('mix', [3, 5]), tensor('a', shape), tensor('b', shape)];
    const terms = [
      { column: 4, x: a },
      { column: 1, x: b },
    ];
    const other = [{ column: 4, x: relu(graph, a) }];
    backward(mixEdge(graph, mix, 1, terms, 'first'), mixEdge(graph, mix, 2, other, 'second'));
  },

  'cross-entropy': ({ graph, tensor, constant }, [n, h, ,], other) => {
    const labels = constant('labels', [n * h, 1], (uniform) => Math.floor(uniform * other));
    const { loss } = crossEntropy(graph, tensor('logits', [n * h, other]), labels);
    graph.backward([loss]);
  },

  'cross-entropy, smoothed and weighted': ({ graph, tensor, constant }, [n, h, ,], other) => {
    const labels = constant('labels', [n * h, 1], (uniform) => Math.floor(uniform * other));
    const options = { smoothing: 0.1, weight: 0.4 };
    const { loss } = crossEntropy(graph, tensor('logits', [n * h, other]), labels, options);
    graph.backward([loss]);
  },

  'factorized reduce, its gradient added to another': ({ graph, tensor, backward }, shape, other) => {
    const x = tensor('x', shape);
    const [first, second] = ['first', 'second'].map((name) => tensor(name, [shape[3], other]));
    backward(factorizedReduce(graph, x, first!, second!), relu(graph, x));
  },
};

/** Windows of operations that have one: [stride, kernel, dilation]. */
const windows = [
  [1, 3, 1],
  [2, 3, 1],
  [1, 5, 1],
  [2, 5, 2],
  [1, 3, 2],
  [1, 1, 1],
  [2, 1, 1],
  [1, 7, 1],
  [2, 7, 1],
] as const;

/** Filters that are not square, or even: [stride, height, width]. */
const filters = [
  [1, 1, 7],
  [2, 7, 1],
  [2, 2, 2],
] as const;

const windowed: [string, SizedBuild][] = windows.flatMap(
  ([stride, kernel, dilation]): [string, SizedBuild][] => [
    [
      `depthwise ${kernel} of stride ${stride} and dilation ${dilation}`,
      ({ graph, tensor, backward }, shape) => {
        const x = tensor('x', shape);
        const weight = tensor('weight', [kernel, kernel, shape[3]]);
        backward(depthwise(graph, x, weight, stride, dilation), relu(graph, x));
      },
    ],
    [
      `convolution ${kernel} of stride ${stride}`,
      ({ graph, tensor, backward }, shape, other) => {
        const x = tensor('x', shape);
        const weight = tensor('weight', [kernel, kernel, shape[3], other]);
        backward(convolution(graph, x, weight, stride), relu(graph, x));
      },
    ],
  ],
);

const oblong = filters.map(([stride, height, width]): [string, SizedBuild] => [
  `convolution ${height}x${width} of stride ${stride}`,
  ({ graph, tensor, backward }, shape, other) => {
    const x = tensor('x', shape);
    const weight = tensor('weight', [height, width, shape[3], other]);
    backward(convolution(graph, x, weight, stride), relu(graph, x));
  },
]);

const pools = (['max', 'average'] as const).flatMap((mode) =>
  (
    [
      [3, 1],
      [3, 2],
      [2, 2],
    ] as const
  ).map(([kernel, stride]): [string, SizedBuild] => [
    `${mode} pool ${kernel} of stride ${stride}`,
    ({ graph, tensor, backward }, shape) => {
      const x = tensor('x', shape);
      backward(pool(graph, x, { mode, kernel, stride }), relu(graph, x));
    },
  ]),
);

/** Shapes of images, each with the channels of the other operand. */
export const sizes: readonly (readonly [Shape, number])[] = images.map((shape, index) => [
  shape,
  others[index]!,
]);

/** All primitive operations at a size. */
export function primitiveCases(shape: Shape, other: number): Readonly<Record<string, Build>> {
  return Object.fromEntries(
    [...Object.entries(builds), ...windowed, ...oblong, ...pools].map(([name, build]) => [
      name,
      (tools: CaseTools) => build(tools, shape, other),
    ]),
  );
}
