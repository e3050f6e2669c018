// The composite operations on webgpu, forward and backward, against the reference.
import { describe, test } from 'vitest';
import { fanCases, nodeCases, preprocessCases } from '../../helpers/kernels/composite-cases.ts';
import { onWebGpu, withoutGpu } from '../../helpers/kernels/on-webgpu.ts';
import { type Build, compareCases, type Variant } from '../../helpers/kernels/operation-cases.ts';

/** All sums are of float32, and that of a batch norm's gradient may cancel. */
const bound = 3e-5;
/** Other texts than those of few large buffers; a software adapter compiles a kernel for half a second. */
const inSmallBuffers = ({ label }: Variant): boolean => label.includes('offered');
const timeout = 180_000;

const all = [...fanCases, ...nodeCases, ...preprocessCases];
const some = (names: RegExp): Readonly<Record<string, Build>> =>
  Object.fromEntries(all.filter(([name]) => names.test(name)));

describe.skipIf(withoutGpu)('composite operations', () => {
  test.each([
    ['fans and their nodes', fanCases],
    ['nodes of primitives', nodeCases],
    ['preprocess', preprocessCases],
  ])(
    '%s',
    (_, cases: readonly (readonly [string, Build])[]) =>
      compareCases(Object.fromEntries(cases), {
        variants: onWebGpu('tiles').filter((variant) => !inSmallBuffers(variant)),
        bound,
      }),
    timeout,
  );

  test(
    'each arena and slab in a buffer of its own',
    () =>
      compareCases(some(/^(two fans|\[3,5,7,3\])/), {
        variants: onWebGpu('tiles', 'workgroup').filter(inSmallBuffers),
        bound,
      }),
    timeout,
  );

  test(
    'joined, with sums over the lanes of a workgroup',
    () =>
      compareCases(
        some(/^(groups at stride 2|single images|dense .* stride 2|three halves|no gradients|\[\d,[59],)/),
        { variants: onWebGpu('workgroup').filter((variant) => !inSmallBuffers(variant)), bound },
      ),
    timeout,
  );
});
