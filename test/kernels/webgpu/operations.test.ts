// Primitive operations on webgpu, forward and backward, against the reference.
import { describe, test } from 'vitest';
import { onWebGpu, withoutGpu } from '../../helpers/kernels/on-webgpu.ts';
import { primitiveCases, sizes } from '../../helpers/kernels/primitive-cases.ts';
import { compareCases } from '../../helpers/kernels/operation-cases.ts';

describe.skipIf(withoutGpu)('primitive operations', () => {
  // The first one also compiles every kernel.
  test.each(sizes)('on an image %j, the other operand of %i channels', { timeout: 180_000 }, (shape, other) =>
    compareCases(primitiveCases(shape, other), { variants: onWebGpu('tiles') }),
  );
});
