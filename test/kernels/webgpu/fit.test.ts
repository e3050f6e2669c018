// What the published search costs on a GPU of default limits: lowered, not run. Needs no device.
import { expect, test } from 'vitest';
import { fitted } from '../../../src/kernels/executors/webgpu/fit.ts';
import { Layout } from '../../../src/kernels/executors/webgpu/layout.ts';
import { lowerPlan } from '../../../src/kernels/executors/webgpu/lower.ts';
import { compose } from '../../../src/kernels/executors/webgpu/prelude.ts';
import { resolveConfig } from '../../../src/search/resolve.ts';
import { buildSearchPlan } from '../../../src/search/images/plan.ts';
import { imageSpaceNamed } from '../../../src/supernet/spaces/named.ts';

const batch = 64;
const { plan } = buildSearchPlan({
  space: imageSpaceNamed('darts-cnn'),
  config: resolveConfig({ space: 'darts-cnn', channels: 16, cells: 8, batch, order: 1 }),
  image: { height: 32, width: 32, channels: 3 },
  classes: 10,
  evaluated: batch,
});
const joined = lowerPlan(plan, 'workgroup', 2 ** 27);
const layout = new Layout(plan, joined.workspaceSlabs, 2 ** 27);

/** Storage buffers that each dispatch of a step binds when so many are allowed. */
function buffersOfStep(maxBuffers: number): readonly number[] {
  const { dispatches, placements } = fitted(joined, layout, maxBuffers).programs.find(
    ({ name }) => name === 'step',
  )!;
  return dispatches.map(({ dispatch }) => {
    const options = { workgroup: 64, specialise: true };
    return compose(dispatch, (operand) => layout.placement(operand, placements), options).bindings.length;
  });
}

test('a step takes at most 1,500 dispatches of at most 8 storage buffers, and 2 GB', () => {
  const buffers = buffersOfStep(8);
  expect(buffers.length).toBeLessThanOrEqual(1500);
  expect(Math.max(...buffers)).toBeLessThanOrEqual(8);
  expect(layout.bytes).toBeLessThanOrEqual(2.0e9);
});

test('joined dispatches are split only where they need more buffers than may be bound', () => {
  const all = buffersOfStep(Infinity);
  const maxBuffers = Math.max(...all);
  expect(buffersOfStep(maxBuffers)).toEqual(all);
  const fewer = buffersOfStep(maxBuffers - 1);
  expect(fewer.length).toBeGreaterThan(all.length);
  const largest = (buffers: readonly number[]): number =>
    buffers.filter((count) => count === maxBuffers).length;
  expect(largest(fewer)).toBeLessThan(largest(all));
});
