// Updates of arenas and scalars on webgpu, against the reference.
import { describe, test } from 'vitest';
import { onWebGpu, withoutGpu } from '../../helpers/kernels/on-webgpu.ts';
import { arenas, updateCases } from '../../helpers/kernels/update-cases.ts';
import { compareWithReference } from '../../helpers/kernels/operation-cases.ts';

describe.skipIf(withoutGpu).each(arenas.map((shapes) => [shapes]))('over parameters %j', (shapes) => {
  test.each(updateCases(shapes))('%s', (_, build) =>
    compareWithReference(build, { variants: onWebGpu('tiles') }),
  );
});
