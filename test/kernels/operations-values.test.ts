// Values worked out by hand, where finite differences cannot look: ties, kinks and borders.
import { describe, expect, test } from 'vitest';
import { crossEntropy } from '../../src/kernels/operations/cross-entropy/definition.ts';
import { embedding } from '../../src/kernels/operations/embedding/definition.ts';
import { fan } from '../../src/kernels/operations/fan/definition.ts';
import { factorizedReduce } from '../../src/kernels/operations/factorized-reduce/definition.ts';
import { nodeSum } from '../../src/kernels/operations/node-sum/definition.ts';
import { pool } from '../../src/kernels/operations/pool/definition.ts';
import { relu } from '../../src/kernels/operations/relu/definition.ts';
import type { Tensor } from '../../src/kernels/tensor.ts';
import { type HandTools, runByHand, seed } from '../helpers/kernels/run-operations.ts';
import { fill } from '../../src/kernels/plan.ts';

type Operation = (tools: HandTools, x: Tensor) => Tensor;

const maximum =
  (stride: 1 | 2): Operation =>
  ({ graph }, x) =>
    pool(graph, x, { mode: 'max', kernel: 3, stride });
const average =
  (stride: 1 | 2): Operation =>
  ({ graph }, x) =>
    pool(graph, x, { mode: 'average', kernel: 3, stride });
/** The same pool within a fan, read by a node. */
const fanned =
  (mode: 'max' | 'average', stride: 1 | 2): Operation =>
  ({ graph }, x) => {
    const { pools } = fan(graph, x, stride, [{ mode, normalised: false }], []);
    const terms = [{ column: 0, source: pools[0]!.y, origin: 'fan' as const }];
    return nodeSum(graph, undefined, [{ row: 0, terms }], 'node');
  };

interface Row {
  readonly name: string;
  readonly operation: Operation;
  /** [1, height, width, 1] */
  readonly height: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly dy: readonly number[];
  readonly dx: readonly number[];
}

// On four equal pixels every window has a tie. All windows contain all four pixels.
const tied = { height: 2, x: [7, 7, 7, 7], y: [7, 7, 7, 7], dy: [1, 2, 3, 4], dx: [10, 0, 0, 0] };
// The larger value stands twice; the first in row-major order wins even from the other column.
const tiedLater = { height: 2, x: [1, 9, 9, 1], y: [9, 9, 9, 9], dy: [1, 2, 3, 4], dx: [0, 10, 0, 0] };
// Padding would be larger than all pixels if it were 0.
const negative = { height: 1, x: [-5, -3, -4], y: [-3, -3, -3], dy: [1, 1, 1], dx: [0, 3, 0] };
// Windows of [1, 2], [1, 2, 3] and [2, 3].
const border = { height: 1, x: [2, 4, 9], y: [3, 5, 6.5], dy: [6, 6, 6], dx: [5, 8, 5] };
// At stride 2 and width 3 the windows are [0, 1] and [1, 2].
const halved = { height: 1, x: [2, 4, 9], y: [3, 6.5], dy: [2, 4], dx: [1, 3, 2] };

const rows: readonly Row[] = [
  { name: 'max pool gives a tie to the first pixel', operation: maximum(1), ...tied },
  { name: 'max pool gives a tie to the first in row-major order', operation: maximum(1), ...tiedLater },
  { name: 'max pool ignores padding', operation: maximum(1), ...negative },
  { name: 'average pool does not count padding', operation: average(1), ...border },
  { name: 'average pool at stride 2 does not count padding', operation: average(2), ...halved },
  { name: "a fan's max pool gives a tie to the first pixel", operation: fanned('max', 1), ...tied },
  { name: "a fan's max pool gives a tie in row-major order", operation: fanned('max', 1), ...tiedLater },
  { name: "a fan's max pool ignores padding", operation: fanned('max', 1), ...negative },
  { name: "a fan's average pool does not count padding", operation: fanned('average', 1), ...border },
  {
    name: "a fan's average pool at stride 2 does not count padding",
    operation: fanned('average', 2),
    ...halved,
  },
  {
    name: 'ReLU has gradient 0 at 0',
    operation: ({ graph }, x) => relu(graph, x),
    height: 1,
    x: [-1, 0, 2],
    y: [0, 0, 2],
    dy: [5, 6, 7],
    dx: [0, 0, 7],
  },
];

describe('by hand', () => {
  test.each(rows)('$name', async ({ operation, height, x, y, dy, dx }) => {
    const { made, read, gradient } = await runByHand((tools) => {
      const input = tools.input('x', [1, height, x.length / height, 1], x);
      const output = tools.builder.keep(operation(tools, input));
      seed(tools, output, tools.input('dy', output.shape, dy));
      return output;
    });
    expect(await read(made)).toEqual(y);
    expect(await gradient('x')).toEqual(dx);
  });

  test('a factorized reduce takes zeros beyond an odd border', async () => {
    const { made, read } = await runByHand(({ graph, builder, input }) => {
      const x = input('x', [1, 3, 3, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
      const [first, second] = [input('first', [1, 1], [10]), input('second', [1, 1], [100])];
      return builder.keep(factorizedReduce(graph, x, first, second));
    });
    // Pixels 1, 3, 7, 9 on even places; only 5 on odd ones.
    expect(await read(made)).toEqual([10, 500, 30, 0, 70, 0, 90, 0]);
  });

  test('cross-entropy counts hits, with ties to the first class', async () => {
    const { made, read, gradient } = await runByHand(({ graph, builder, input }) => {
      const logits = input('logits', [3, 2], [Math.log(3), 0, 0, 0, 0, Math.log(3)]);
      const { loss, correct } = crossEntropy(graph, logits, input('labels', [3, 1], [0, 0, 0]));
      graph.backward([loss]);
      return [builder.keep(loss), builder.keep(correct)] as const;
    });
    const [loss] = await read(made[0]);
    expect(loss).toBeCloseTo((Math.log(4 / 3) + Math.log(2) + Math.log(4)) / 3, 14);
    expect(await read(made[1])).toEqual([2]);
    const expected = [-0.25, 0.25, -0.5, 0.5, -0.75, 0.75].map((value) => value / 3);
    for (const [i, value] of (await gradient('logits')).entries())
      expect(value).toBeCloseTo(expected[i]!, 14);
  });

  test('an index that is no row of a table gives NaN, and no gradient', async () => {
    const { made, read, gradient } = await runByHand((tools) => {
      const { graph, builder, input } = tools;
      const indices = builder.persistent('indices', 'indices', [3, 1]);
      builder.emit(fill(indices, 2));
      const y = embedding(graph, input('table', [2, 2], [1, 2, 3, 4]), indices);
      seed(tools, y, input('dy', [3, 2], [1, 1, 1, 1, 1, 1]));
      return builder.keep(y);
    });
    expect(await read(made)).toEqual(Array.from({ length: 6 }, () => NaN));
    expect(await gradient('table')).toEqual([0, 0, 0, 0]);
  });

  test('a loss may not be on the way to another one', () => {
    const record = runByHand((tools) => {
      const { input, graph } = tools;
      const { loss } = crossEntropy(graph, input('logits', [1, 2], [0, 1]), input('labels', [1, 1], [0]));
      seed(tools, loss, input('dy', [1], [2]));
    });
    return expect(record).rejects.toThrow('loss is where differentiation starts');
  });
});
