// The composite operations on webgpu, forward and backward, against the reference.
import { describe, test } from 'vitest';
import { fanCases, nodeCases, preprocessCases } from './helpers/composite-cases.ts';
import { onWebGpu, withoutGpu } from './helpers/on-webgpu.ts';
import { type Build, compareCases, type Variant } from './operation-cases.ts';

/** All sums are of float32, and that of a batch norm's gradient may cancel. */
const bound = 3e-5;
/** Small buffers: other texts, which a software adapter takes long to compile. */
const inSmallBuffers = ({ label }: Variant): boolean => label.includes('offered');
const fewCases = /^(two fans|\[3,5,7,3\])/;

const few = Object.fromEntries(
  [...fanCases, ...nodeCases, ...preprocessCases].filter(([name]) => fewCases.test(name)),
);
/** A software adapter compiles a kernel for half a second. */
const timeout = 180_000;

describe.skipIf(withoutGpu)('composite operations', () => {
  test.each([
    ['fans and their nodes', fanCases],
    ['nodes of primitives', nodeCases],
    ['preprocess', preprocessCases],
  ])(
    '%s',
    (_, cases: readonly (readonly [string, Build])[]) =>
      compareCases(Object.fromEntries(cases), {
        variants: onWebGpu('tiles', 'workgroup').filter((variant) => !inSmallBuffers(variant)),
        bound,
      }),
    timeout,
  );

  test(
    'each arena and slab in a buffer of its own',
    () => compareCases(few, { variants: onWebGpu('tiles', 'workgroup').filter(inSmallBuffers), bound }),
    timeout,
  );
});
