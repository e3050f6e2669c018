// Memory of activations by lifetime: nothing overlaps that lives at the same time, every place is aligned, slabs stay
// within 128 MiB, and the published supernet needs what the design says.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstOrder } from '../../src/bilevel/first-order.ts';
import { bilevelStep } from '../../src/bilevel/step.ts';
import { unrolled } from '../../src/bilevel/unrolled.ts';
import { MixopError } from '../../src/base/errors.ts';
import { PlanBuilder } from '../../src/kernels/graph.ts';
import { lifetimes, slabElements } from '../../src/kernels/memory.ts';
import type { Plan, Program } from '../../src/kernels/plan.ts';
import { extent, type Tensor } from '../../src/kernels/tensor.ts';
import type { NetworkForm } from '../../src/supernet/network.ts';
import { dartsCnn } from '../../src/supernet/spaces/darts-cnn.ts';
import { nasbench201 } from '../../src/supernet/spaces/nasbench201.ts';
import { declareSupernet, type SupernetSize } from '../../src/verify/sample-supernet.ts';
import { planOf } from '../helpers/supernet.ts';
import { instructions as addInstructions } from '../../src/kernels/operations/add/types.ts';
import { fill } from '../../src/kernels/plan.ts';

/** By brute force: every pair of activations of a program, and every place. Gives how many pairs share memory. */
function checkLayout(
  { instructions, placements }: Program,
  slabs: readonly number[],
  kept: ReadonlySet<Tensor>,
): number {
  const spans = [...lifetimes(instructions, kept)].map(([tensor, span]) => ({
    ...span,
    tensor,
    ...placements.get(tensor.id)!,
    size: extent(tensor),
  }));
  let shared = 0;
  for (const [i, a] of spans.entries()) {
    expect(a.offset % 64, `offset of ${a.tensor.name}`).toBe(0);
    expect(a.offset + a.size, `end of ${a.tensor.name}`).toBeLessThanOrEqual(slabs[a.slab]!);
    for (let j = i + 1; j < spans.length; j++) {
      const b = spans[j]!;
      const overlap = a.slab === b.slab && a.offset < b.offset + b.size && b.offset < a.offset + a.size;
      if (!overlap) continue;
      shared++;
      const together = a.first <= b.last && b.first <= a.last;
      if (together) throw new Error(`${a.tensor.name} and ${b.tensor.name} overlap`);
    }
  }
  for (const size of slabs) expect(size).toBeLessThanOrEqual(slabElements);
  return shared;
}

function stepPlan(size: SupernetSize, lowering: NetworkForm['lowering'], order: 1 | 2): Plan {
  const built = declareSupernet(size, lowering);
  return planOf(built, () => void bilevelStep(built.problem, order === 1 ? firstOrder : unrolled));
}

describe('a step of a supernet', () => {
  test.each([
    { space: dartsCnn, lowering: 'fused', order: 1 },
    { space: dartsCnn, lowering: 'primitive', order: 1 },
    { space: dartsCnn, lowering: 'fused', order: 2 },
    { space: nasbench201, lowering: 'fused', order: 2 },
  ] as const)('has no overlaps: $space.name, $lowering, order $order', ({ space, lowering, order }) => {
    const size = { space, channels: 4, cells: 3, height: 9, width: 7, batch: 2 };
    const { programs, slabs } = stepPlan(size, lowering, order);
    expect(checkLayout(programs['only']!, slabs, new Set())).toBeGreaterThan(100);
  });

  test('of the published supernet needs at most 34 MB an image', () => {
    const size = { space: dartsCnn, channels: 16, cells: 8, height: 32, width: 32, batch: 8, classes: 10 };
    const { slabs } = stepPlan(size, 'fused', 1);
    const megabytes = (slabs.reduce((sum, elements) => sum + elements, 0) * 4) / 1e6 / 8;
    expect(megabytes).toBeLessThan(34);
    // The six convolutions' outputs of every edge alone are more than this.
    expect(megabytes).toBeGreaterThan(20);
  });
});

describe('random plans', () => {
  const shape = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });
  const node = fc.record({
    shape,
    reads: fc.array(fc.nat(), { maxLength: 4 }),
    kept: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  });

  test('never let two activations overlap that live together', () => {
    const property = fc.property(fc.array(node, { minLength: 1, maxLength: 60 }), (recipe) => {
      const builder = new PlanBuilder();
      const kept = new Set<Tensor>();
      builder.program('random', () => {
        const made: Tensor[] = [];
        for (const [i, { shape, reads, kept: keep }] of recipe.entries()) {
          const y = builder.activation(`y${i}`, shape);
          const xs = made.length === 0 ? [] : reads.map((read) => made[read % made.length]!);
          builder.emit(addInstructions.forward({ reads: { xs }, writes: { y } }));
          made.push(y);
          if (keep) kept.add(builder.keep(y));
        }
      });
      const { programs, slabs } = builder.build();
      checkLayout(programs['random']!, slabs, kept);
    });
    fc.assert(property, { seed: 4, numRuns: 200 });
  });

  test('take a new slab where one is full', () => {
    const builder = new PlanBuilder();
    builder.program('large', () => {
      // Three tensors of 80 MiB, all read at the end.
      const xs = [0, 1, 2].map((i) => builder.activation(`x${i}`, [20, 1024, 1024]));
      for (const y of xs) builder.emit(fill(y, 0));
      builder.emit(addInstructions.forward({ reads: { xs }, writes: { y: builder.activation('y', [4]) } }));
    });
    const { programs, slabs } = builder.build();
    expect(slabs).toHaveLength(3);
    checkLayout(programs['large']!, slabs, new Set());
  });
});

test('a tensor that no slab can hold is refused by name, with its size', () => {
  const builder = new PlanBuilder();
  builder.program('huge', () => {
    const y = builder.activation('cells.0.node0', [33, 1024, 1024]);
    builder.emit(fill(y, 0));
  });
  expect(() => builder.build()).toThrow(MixopError);
  expect(() => builder.build()).toThrow(
    'batch: tensor cells.0.node0 [33, 1024, 1024] needs 132 MiB in one piece, more than 128; lower the batch size',
  );
});
