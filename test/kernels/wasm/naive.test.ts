// The fast kernels of depthwise convolutions and fans beside their first rungs: the same values within rounding, at odd
// sizes.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DeferredGradient } from '../../../src/kernels/deferred-gradient.ts';
import { createWasmExecutor } from '../../../src/engine/wasm-executor.ts';
import type { WasmExecutor } from '../../../src/kernels/executors/wasm/executor.ts';
import { known, type KnownInstruction } from '../../../src/kernels/operations/all.ts';
import { depthwise } from '../../../src/kernels/operations/depthwise/definition.ts';
import type { FanBackward, FanForward } from '../../../src/kernels/operations/fan/types.ts';
import { extent, type Tensor } from '../../../src/kernels/tensor.ts';
import { fanCases } from '../../helpers/kernels/composite-cases.ts';
import { NaiveKernels } from '../../helpers/naive-kernels.ts';
import { type Build, drawn, expectClose, record } from '../../helpers/kernels/operation-cases.ts';

let naive: NaiveKernels;
beforeAll(async () => {
  naive = await NaiveKernels.compile();
});
beforeEach(() => naive.clear());

/** Runs a case on the fast kernels and checks each of its instructions by `check`. */
async function withFast(
  build: Build,
  check: (instruction: KnownInstruction, executor: WasmExecutor) => Promise<void>,
): Promise<void> {
  const { plan, fillings } = record({ case: build });
  const executor = await createWasmExecutor(plan, { threads: 1 });
  try {
    const values = drawn(fillings, 1);
    for (const [i, { tensor }] of fillings.entries()) executor.write(tensor, values[i]!);
    await executor.run('case');
    for (const instruction of plan.programs['case']!.instructions) await check(known(instruction), executor);
  } finally {
    await executor.close();
  }
}

/** Whether the fast kernel's tensor is what the naive ones left at an address. */
function expectTwin(executor: WasmExecutor, tensor: Tensor, address: number): void {
  expectClose(executor.of(tensor), naive.view(address, extent(tensor)), tensor.name, 1e-5);
}

describe('depthwise convolutions', () => {
  const windows = [
    [3, 1, 1],
    [5, 1, 1],
    [3, 1, 2],
    [5, 1, 2],
    [3, 2, 1],
    [5, 2, 2],
    [7, 2, 1],
  ] as const;
  const shapes = [
    [1, 9, 11, 7],
    [2, 8, 8, 20],
    [3, 16, 4, 5],
    [9, 3, 2, 36],
  ] as const;
  const cases = shapes.flatMap((shape) => windows.map((window) => [shape, ...window] as const));

  test.each(cases)('of %j, kernel %i, stride %i, dilation %i', async (shape, kernel, stride, dilation) => {
    const build: Build = ({ graph, tensor, backward }) =>
      backward(
        depthwise(graph, tensor('x', shape), tensor('weight', [kernel, kernel, shape[3]]), stride, dilation),
      );
    let checked = 0;
    await withFast(build, async (instruction, executor) => {
      if (instruction.op !== 'depthwise') return;
      checked++;
      const { x, weight } = instruction.reads;
      const [from, taps] = [await naive.copy(executor, x), await naive.copy(executor, weight)];
      naive.window(x, kernel, stride, dilation);
      if (instruction.pass === 'forward') {
        const { y } = instruction.writes;
        for (const rung of ['naiveForward', 'vectorsForward']) {
          const to = naive.room(extent(y));
          naive.call(rung, from, taps, to);
          expectTwin(executor, y, to);
        }
        return;
      }
      const dy = await naive.copy(executor, instruction.reads.dy);
      const { dx, dweight } = instruction.writes;
      const [dxAt, dweightAt] = [naive.room(extent(dx!)), naive.room(extent(dweight!))];
      naive.call('naiveBackward', from, taps, dy, dxAt, dweightAt);
      expectTwin(executor, dx!, dxAt);
      expectTwin(executor, dweight!, dweightAt);
    });
    expect(checked).toBe(2);
  });
});

async function checkFanForward({ reads, writes, stride }: FanForward, executor: WasmExecutor): Promise<void> {
  const x = await naive.copy(executor, reads.x);
  for (const { mode, y, statistics } of writes.pools) {
    naive.window(reads.x, 3, stride, 1);
    const to = naive.room(extent(y));
    naive.call('poolForward', x, Number(mode === 'average'), to);
    expectTwin(executor, y, to);
    if (!statistics) continue;
    const measured = naive.room(extent(statistics));
    naive.call('measure', to, measured);
    expectTwin(executor, statistics, measured);
  }
  for (const [b, branch] of reads.branches.entries()) {
    if (branch.kind !== 'separable') throw new Error(`there is no naive ${branch.kind} branch`);
    let input = x;
    for (const [i, { kernel, dilation }] of branch.halves.entries()) {
      const raw = writes.branches[b]!.raw[i]!;
      const statistics = writes.branches[b]!.statistics[i]!;
      const [depth, point] = await weightsOf(branch.weights, i, executor);
      const [rawAt, statisticsAt] = [naive.room(extent(raw)), naive.room(extent(statistics))];
      naive.window(i === 0 ? reads.x : raw, kernel, i === 0 ? stride : 1, dilation);
      naive.call('halfForward', input, depth, point, rawAt, statisticsAt, spareFor(reads.x, raw));
      expectTwin(executor, raw, rawAt);
      expectTwin(executor, statistics, statisticsAt);
      input = naive.room(extent(raw));
      naive.call('normalise', rawAt, statisticsAt, input);
    }
  }
}

async function checkFanBackward(instruction: FanBackward, executor: WasmExecutor): Promise<void> {
  const { reads, writes, stride } = instruction;
  const x = await naive.copy(executor, reads.x);
  const dx = naive.room(extent(reads.x));
  for (const { mode, y, statistics, deferredGradients } of reads.pools) {
    const dy = naive.room(extent(y));
    naive.window(reads.x, 3, stride, 1);
    for (const deferred of deferredGradients) await addDeferred(deferred, y, statistics, dy, executor);
    naive.call('poolBackward', x, Number(mode === 'average'), dy, dx);
  }
  for (const [b, branch] of reads.branches.entries()) {
    if (branch.kind !== 'separable') throw new Error(`there is no naive ${branch.kind} branch`);
    const last = branch.raw.at(-1)!;
    let dRaw = naive.room(extent(last));
    naive.window(last, 1, 1, 1);
    await addDeferred(branch.deferred, last, branch.statistics.at(-1), dRaw, executor);
    for (let i = branch.halves.length - 1; i >= 0; i--) {
      const { kernel, dilation } = branch.halves[i]!;
      const [depth, point] = await weightsOf(branch.weights, i, executor);
      const [ddepth, dpoint] = branch.weights.slice(2 * i).map((weight) => naive.room(extent(weight)));
      const before = i === 0 ? undefined : { raw: branch.raw[i - 1]!, statistics: branch.statistics[i - 1]! };
      naive.window(before?.raw ?? reads.x, kernel, i === 0 ? stride : 1, dilation);
      const rawAt = before && (await naive.copy(executor, before.raw));
      const statisticsAt = before && (await naive.copy(executor, before.statistics));
      const input = before ? naive.room(extent(before.raw)) : x;
      const dinput = before ? naive.room(extent(before.raw)) : dx;
      if (before) naive.call('normalise', rawAt!, statisticsAt!, input);
      const spare = spareFor(reads.x, branch.raw[i]!);
      naive.call('halfBackward', input, depth, point, dRaw, dinput, ddepth!, dpoint!, spare);
      expectTwin(executor, writes.dweights![b]![2 * i]!, ddepth!);
      expectTwin(executor, writes.dweights![b]![2 * i + 1]!, dpoint!);
      if (!before) break;
      const { pitch } = before.raw;
      const [sumDy, sumDyXhat] = [naive.room(pitch), naive.room(pitch)];
      naive.call('gradientSums', dinput, rawAt!, statisticsAt!, sumDy, sumDyXhat);
      dRaw = naive.room(extent(before.raw));
      naive.call('addDeferred', dinput, 1, sumDy, sumDyXhat, rawAt!, statisticsAt!, dRaw);
    }
  }
  naive.window(reads.x, 1, 1, 1);
  for (const deferred of reads.identities) await addDeferred(deferred, reads.x, undefined, dx, executor);
  expect(instruction.accumulate).toBe(false);
  expectTwin(executor, writes.dx!, dx);
}

async function weightsOf(
  weights: readonly Tensor[],
  half: number,
  executor: WasmExecutor,
): Promise<[depth: number, point: number]> {
  return [await naive.copy(executor, weights[2 * half]!), await naive.copy(executor, weights[2 * half + 1]!)];
}

/** Room for two tensors of each shape: what a half computes on its way. */
function spareFor(x: Tensor, raw: Tensor): number {
  return naive.room(2 * (extent(x) + extent(raw)));
}

/** Adds a deferred gradient to what lies at `to`; the window's outputs have the shape of `source`. */
async function addDeferred(
  { dy, mix, row, column, sumDy, sumDyXhat }: DeferredGradient,
  source: Tensor,
  statistics: Tensor | undefined,
  to: number,
  executor: WasmExecutor,
): Promise<void> {
  const place = async (tensor: Tensor | undefined): Promise<number> =>
    tensor ? await naive.copy(executor, tensor) : 0;
  const coefficient = mix ? executor.of(mix)[row * mix.pitch + column]! : 1;
  const sums = [await place(sumDy), await place(sumDyXhat)] as const;
  const operands = [await place(source), await place(statistics), to] as const;
  naive.call('addDeferred', await place(dy), coefficient, ...sums, ...operands);
}

test.each([
  'small images in groups',
  'groups of 2x2 images',
  'many groups a chunk',
  'single images',
  'a narrow image',
  'rows of 16',
  'nothing but pools',
  'three halves',
])('a fan, %s', async (name) => {
  const build = fanCases.find(([known]) => known === name)![1];
  let checked = 0;
  await withFast(build, async (instruction, executor) => {
    if (instruction.op !== 'fan') return;
    checked++;
    if (instruction.pass === 'forward') await checkFanForward(instruction, executor);
    else await checkFanBackward(instruction, executor);
  });
  expect(checked).toBe(2);
});
