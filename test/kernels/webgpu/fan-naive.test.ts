// The fast kernels of a fan against the first rung of each, which is the formula as written: both on the adapter, at odd
// sizes, within the rounding of float32.
import { describe, expect, it } from 'vitest';
import { lowerings } from '../../../src/kernels/executors/webgpu/table.ts';
import * as naiveFan from '../../../src/kernels/operations/fan/webgpu/naive/lower.ts';
import type { WebGpuOptions } from '../../../src/kernels/executors/webgpu/executor.ts';
import { fanCases } from '../../helpers/kernels/composite-cases.ts';
import { createInScope, withoutGpu } from '../../helpers/kernels/on-webgpu.ts';
import {
  drawn,
  expectResults,
  record,
  type Recorded,
  type Result,
  runAll,
} from '../../helpers/kernels/operation-cases.ts';

/** Both round, and the sums of a batch norm's gradient may cancel. */
const bound = 3e-5;

/** Odd sizes, and every kind of branch, pool and missing gradient; images of many pixels and of one. */
const cases = Object.fromEntries(
  fanCases.filter(([name]) =>
    /^(groups of single|single images|rows of 16|large images at stride|dense .* stride|pools that|nothing but|three|no grad|two fans)/.test(
      name,
    ),
  ),
);

async function results(recorded: Recorded, options: WebGpuOptions): Promise<ReadonlyMap<string, Result>> {
  const executor = await createInScope(recorded.plan, { validate: true, ...options });
  try {
    executor.poison();
    const values = drawn(recorded.fillings, 1);
    for (const [i, { tensor }] of recorded.fillings.entries()) executor.write(tensor, values[i]!);
    return await runAll(executor, recorded);
  } finally {
    await executor.close();
  }
}

describe.skipIf(withoutGpu)('the fast kernels of a fan', () => {
  it('agree with the formulas as written, under both schedules', { timeout: 180_000 }, async () => {
    expect(Object.keys(cases)).toHaveLength(11);
    const recorded = record(cases);
    const naive = await results(recorded, { lowerings: { ...lowerings, fan: naiveFan } });
    for (const schedule of ['tiles', 'workgroup'] as const) {
      const fast = await results(recorded, { schedule });
      expectResults(fast, naive, bound);
      // What agrees to the bit was compared with itself.
      const different = [...fast].filter(([name, { values }]) =>
        values.some((value, at) => value !== naive.get(name)!.values[at]),
      );
      expect(different.length).toBeGreaterThan(100);
    }
  });
});
