// The channels of PC-DARTS: which the operations process, and their order afterwards.
import { expect, test } from 'vitest';
import { MixopError } from '../../src/base/errors.ts';
import { Graph, PlanBuilder } from '../../src/kernels/graph.ts';
import { ReferenceExecutor } from '../../src/kernels/executors/reference/executor.ts';
import { divide, shuffle, sumBypassed } from '../../src/supernet/partial-channels.ts';

const [height, width, channels, parts] = [3, 5, 8, 4];
/** Channel c of pixel p is 100 * p + c. */
const values = Array.from(
  { length: height * width * channels },
  (_, i) => 100 * Math.floor(i / channels) + (i % channels),
);

/** The selected and the bypassed channels of an image, and both shuffled with a share of 1 and of 1/2. */
async function divided(stride: 1 | 2) {
  const builder = new PlanBuilder();
  const x = builder.persistent('inputs', 'x', [1, height, width, channels]);
  const shares = builder.persistent('inputs', 'shares', [1, 2]);
  const tensors = builder.program('all', () => {
    const graph = new Graph(builder, {});
    const { selected, bypassed } = divide(graph, x, parts, stride);
    const both = sumBypassed(
      graph,
      shares,
      [
        { row: 0, bypassed },
        { row: 1, bypassed },
      ],
      'both',
    );
    const shuffled = shuffle(graph, selected, bypassed, parts, 'shuffled');
    return [selected, bypassed, both, ...(stride === 1 ? [shuffled] : [])].map((tensor) =>
      builder.keep(tensor),
    );
  });
  const executor = new ReferenceExecutor(builder.build());
  executor.write(x, values);
  executor.write(shares, [1, 0.5]);
  await executor.run('all');
  return Promise.all(tensors.map(async (tensor) => [...(await executor.read(tensor))]));
}

test('the first part is selected, the rest is weighted by the shares of the edges', async () => {
  const [selected, bypassed, both] = await divided(1);
  expect(selected!.slice(0, 4)).toEqual([0, 1, 100, 101]);
  expect(bypassed!.slice(0, 7)).toEqual([2, 3, 4, 5, 6, 7, 102]);
  expect(both).toEqual(bypassed!.map((value) => 1.5 * value));
});

test('channels are shuffled as the published code shuffles them', async () => {
  const shuffled = (await divided(1)).at(-1)!;
  // view(groups, channels / groups), transposed: 4 groups of 2.
  expect(shuffled.slice(0, channels)).toEqual([0, 2, 4, 6, 1, 3, 5, 7]);
  expect(shuffled.slice(channels, 2 * channels)).toEqual([100, 102, 104, 106, 101, 103, 105, 107]);
});

test('bypassed channels are halved by 2x2 max pools', async () => {
  const [, bypassed] = await divided(2);
  // Rows 0 and 2 of 3, columns 0, 2 and 4 of 5: windows end at the border.
  const largest = [6, 8, 9, 11, 13, 14].map((pixel) => 100 * pixel + 2);
  expect(bypassed!.filter((_, i) => i % 6 === 0)).toEqual(largest);
});

test('channels that cannot be divided are refused', () => {
  const builder = new PlanBuilder();
  const x = builder.persistent('inputs', 'x', [1, 2, 2, 6]);
  expect(() => builder.program('all', () => divide(new Graph(builder, {}), x, parts, 1))).toThrow(MixopError);
});
