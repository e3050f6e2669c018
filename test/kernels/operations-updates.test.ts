// Operations on whole arenas and scalars against values worked out by hand.
import { describe, expect, test } from 'vitest';
import { PlanBuilder } from '../../src/kernels/graph.ts';
import type { KnownInstruction } from '../../src/kernels/operations/all.ts';
import { ReferenceExecutor } from '../../src/kernels/executors/reference/executor.ts';
import type { Tensor, Vector } from '../../src/kernels/tensor.ts';

/** Arenas of one tensor [2] each, so with two spare lanes, and scalars. */
class Bench {
  readonly builder = new PlanBuilder();
  private readonly values = new Map<Tensor, readonly number[]>();

  vector(name: string, values: readonly number[]): Vector {
    if (name === 'weights') this.builder.persistent(name, 'w', [2]);
    const vector = this.builder.vector(name, 'weights');
    const tensor = this.builder.inArena('weights').get('w')!;
    this.values.set(name === 'weights' ? tensor : this.builder.parallel(tensor, name), values);
    return vector;
  }

  scalar(name: string, ...values: readonly number[]): Tensor {
    const tensor = this.builder.persistent('scalars', name, [values.length]);
    this.values.set(tensor, values);
    return tensor;
  }

  async run(
    ...instructions: readonly KnownInstruction[]
  ): Promise<(what: Vector | Tensor) => Promise<number[]>> {
    this.builder.program('updates', () => {
      for (const instruction of instructions) this.builder.emit(instruction);
    });
    const executor = new ReferenceExecutor(this.builder.build());
    for (const [tensor, values] of this.values) executor.write(tensor, values);
    await executor.run('updates');
    return async (what) => [
      ...(await (what.kind === 'vector' ? executor.readArena(what.arena) : executor.read(what))),
    ];
  }
}

const close = (values: readonly number[], expected: readonly number[]): void => {
  expect(values).toHaveLength(expected.length);
  for (const [i, value] of values.entries()) expect(value).toBeCloseTo(expected[i]!, 12);
};

describe('SGD', () => {
  // Norm 5, so clipping to 2.5 halves the gradient (but for the 1e-6).
  test.each([
    { name: 'without clipping', clip: undefined, g: [3 + 0.1 * 2, 4 - 0.1] },
    { name: 'clipped', clip: 2.5, g: [3 * (2.5 / 5.000001) + 0.2, 4 * (2.5 / 5.000001) - 0.1] },
    { name: 'not clipped below the bound', clip: 5.1, g: [3.2, 3.9] },
  ])('with momentum and decay, $name', async ({ clip, g }) => {
    const bench = new Bench();
    const weights = bench.vector('weights', [2, -1]);
    const velocity = bench.vector('velocity', [10, 20]);
    const gradient = bench.vector('gradient', [3, 4]);
    const rate = bench.scalar('rate', 0.5);
    const norm = bench.scalar('norm', 0);
    const read = await bench.run(
      { op: 'norm', pass: 'update', reads: { x: gradient }, writes: { out: norm } },
      {
        op: 'sgd',
        pass: 'update',
        reads: { gradient, rate, ...(clip !== undefined && { norm }) },
        writes: { weights, velocity },
        momentum: 0.9,
        weightDecay: 0.1,
        ...(clip !== undefined && { clip }),
      },
    );
    const moved = [9 + g[0]!, 18 + g[1]!];
    expect(await read(norm)).toEqual([5]);
    close(await read(velocity), [...moved, 0, 0]);
    close(await read(weights), [2 - 0.5 * moved[0]!, -1 - 0.5 * moved[1]!, 0, 0]);
  });
});

test('Adam with coupled decay', async () => {
  const bench = new Bench();
  const weights = bench.vector('weights', [2, -1]);
  const gradient = bench.vector('gradient', [0.3, 0.5]);
  const first = bench.vector('first', [1, 2]);
  const second = bench.vector('second', [0.04, 0.09]);
  const rate = bench.scalar('rate', 0.1);
  const corrections = bench.scalar('corrections', 0.75, 0.19);
  const read = await bench.run({
    op: 'adam',
    pass: 'update',
    reads: { gradient, rate, corrections },
    writes: { weights, first, second },
    betas: [0.5, 0.9],
    epsilon: 1e-3,
    weightDecay: 0.1,
  });
  const g = [0.5, 0.4];
  const m = [0.5 + 0.25, 1 + 0.2];
  const v = [0.036 + 0.1 * 0.25, 0.081 + 0.1 * 0.16];
  close(await read(first), [...m, 0, 0]);
  close(await read(second), [...v, 0, 0]);
  const step = (i: number): number => ((0.1 / 0.75) * m[i]!) / (Math.sqrt(v[i]! / 0.19) + 1e-3);
  close(await read(weights), [2 - step(0), -1 - step(1), 0, 0]);
  expect(g).toEqual([0.3 + 0.1 * 2, 0.5 - 0.1]);
});

describe('vectors', () => {
  test.each([
    { name: 'by a factor', scale: undefined, out: [2 - 3, -1 - 4] },
    { name: 'by a factor and a scalar', scale: 10, out: [2 - 30, -1 - 40] },
  ])('axpy $name, in place too', async ({ scale, out }) => {
    const bench = new Bench();
    const base = bench.vector('weights', [2, -1]);
    const x = bench.vector('x', [3, 4]);
    const other = bench.vector('other', [0, 0]);
    const reads = { base, x, ...(scale !== undefined && { scale: bench.scalar('scale', scale) }) };
    const read = await bench.run(
      { op: 'axpy', pass: 'update', reads, writes: { out: other }, factor: -1 },
      { op: 'axpy', pass: 'update', reads, writes: { out: base }, factor: -1 },
    );
    expect(await read(other)).toEqual([...out, 0, 0]);
    expect(await read(base)).toEqual([...out, 0, 0]);
  });

  test('copy', async () => {
    const bench = new Bench();
    const from = bench.vector('weights', [2, -1]);
    const to = bench.vector('to', [7, 7]);
    const read = await bench.run({ op: 'copy', pass: 'update', reads: { from }, writes: { to } });
    expect(await read(to)).toEqual([2, -1, 0, 0]);
  });
});

describe('scalars', () => {
  test.each([
    { numerator: undefined, denominator: 4, out: 0.5 },
    { numerator: 3, denominator: 4, out: 1.5 },
    { numerator: 3, denominator: 0, out: 0 },
    { numerator: undefined, denominator: 0, out: 0 },
  ])('2 * $numerator / $denominator is $out', async ({ numerator, denominator, out }) => {
    const bench = new Bench();
    const result = bench.scalar('result', 99);
    const reads = {
      denominator: bench.scalar('denominator', denominator),
      ...(numerator !== undefined && { numerator: bench.scalar('numerator', numerator) }),
    };
    const read = await bench.run({
      op: 'quotient',
      pass: 'update',
      reads,
      writes: { out: result },
      factor: 2,
    });
    expect(await read(result)).toEqual([out]);
  });

  test('fill leaves spare lanes zero', async () => {
    const bench = new Bench();
    bench.vector('weights', [1, 2]);
    const y = bench.builder.inArena('weights').get('w')!;
    const read = await bench.run({ op: 'fill', pass: 'update', reads: {}, writes: { y }, value: 3 });
    expect(await read({ kind: 'vector', arena: 'weights' })).toEqual([3, 3, 0, 0]);
  });

  test('track moves running statistics to those of a batch, its variance unbiased', async () => {
    const bench = new Bench();
    // Two channels over 5 pixels: mean 3 and -1, biased variance 4 and 0.
    const statistics = bench.builder.persistent('scalars', 'statistics', [4]);
    const rows = { ...statistics, shape: [2, 2], pitch: 2 };
    bench.scalar('statistics', 3, -1, 1 / Math.sqrt(4 + 1e-5), 1 / Math.sqrt(1e-5));
    const [mean, variance] = [bench.scalar('mean', 1, 2), bench.scalar('variance', 1, 8)];
    const read = await bench.run({
      op: 'track',
      pass: 'update',
      reads: { statistics: rows },
      writes: { mean, variance },
      momentum: 0.1,
      pixels: 5,
    });
    close(await read(mean), [0.9 * 1 + 0.1 * 3, 0.9 * 2 - 0.1]);
    close(await read(variance), [0.9 * 1 + 0.1 * 5, 0.9 * 8]);
    expect(await read(statistics)).toHaveLength(4);
  });

  test('record writes one row of the ring', async () => {
    const bench = new Bench();
    const ring = bench.builder.persistent('results', 'ring', [3, 2]);
    const [slot, a, b] = [bench.scalar('slot', 1), bench.scalar('a', 5), bench.scalar('b', 6)];
    const values = [a, b];
    const read = await bench.run({ op: 'record', pass: 'update', reads: { slot, values }, writes: { ring } });
    expect(await read(ring)).toEqual([0, 0, 5, 6, 0, 0]);
  });
});
