// What the webgpu executor leaves open, on the schedule of real GPUs with the limits that the adapter offers: threads of a
// workgroup, and dispatches of a submit. No bit depends on either.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createWebGpuExecutor } from '../../../src/kernels/executors/webgpu/executor.ts';
import { smallNetwork } from '../../helpers/browser-case.ts';
import { fanCases, nodeCases, preprocessCases } from '../../helpers/kernels/composite-cases.ts';
import { createInScope, withoutGpu } from '../../helpers/kernels/on-webgpu.ts';
import { primitiveCases } from '../../helpers/kernels/primitive-cases.ts';
import { type Build, compareCases, type Variant } from '../../helpers/kernels/operation-cases.ts';

const variants = [64, 128, 256].map((workgroup): Variant => ({
  label: `${workgroup} threads`,
  create: (plan) => createInScope(plan, { schedule: 'workgroup', validate: true, workgroup }),
  group: 'workgroup',
}));

const named = (
  cases: readonly (readonly [string, Build])[],
  names: RegExp,
): Readonly<Record<string, Build>> => Object.fromEntries(cases.filter(([name]) => names.test(name)));

/** Of windows one of each kind: a software adapter compiles a kernel for half a second. */
const primitives = {
  ...named(
    Object.entries(primitiveCases([3, 5, 7, 6], 9)),
    /^(?!.*stride [12])|^(depthwise 5|convolution 3|(max|average) pool 3) of stride 2/,
  ),
  'one corner, so no stride': primitiveCases([2, 1, 1, 5], 9)['average of the corners']!,
};
const composites = named(
  [...fanCases, ...nodeCases, ...preprocessCases],
  /^(dense .* stride 2|\[3,5,7,3\]|\[2,9,9\])/,
);

describe.skipIf(withoutGpu)('workgroups of 64, 128 and 256 threads', () => {
  test.each([
    ['primitive operations', primitives, 20, 1e-5],
    ['composite operations', composites, 3, 3e-5],
  ])('%s', { timeout: 180_000 }, async (_, cases, least, bound) => {
    expect(Object.keys(cases).length).toBeGreaterThanOrEqual(least);
    await compareCases(cases, { variants, bound });
  });
});

describe.skipIf(withoutGpu)('submits', () => {
  afterEach(() => void vi.restoreAllMocks());

  test('of one dispatch each and of all at once give equal bits', async () => {
    const { plan, fill } = smallNetwork();
    const gradients: unknown[] = [];
    for (const dispatchesPerSubmit of [1, Infinity]) {
      const executor = await createWebGpuExecutor(plan, { dispatchesPerSubmit });
      fill(executor);
      const submits = vi.spyOn(executor.device.queue, 'submit');
      await executor.run('step');
      const { dispatches } = executor.deviceCost('step');
      expect(dispatches).toBeGreaterThan(10);
      expect(submits).toHaveBeenCalledTimes(dispatchesPerSubmit === 1 ? dispatches : 1);
      gradients.push(await executor.readArena('gradients'));
      await executor.close();
    }
    expect(gradients[0]).toEqual(gradients[1]);
    expect((gradients[0] as Float32Array).some((value) => value !== 0)).toBe(true);
  });
});
