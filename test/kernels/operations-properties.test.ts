// The backward of every operation against finite differences on images of any small size.
import * as fc from 'fast-check';
import { describe, test } from 'vitest';
import { checkGradients } from '../helpers/kernels/finite-differences.ts';
import {
  dense,
  dilated,
  fanCase,
  type Image,
  operationCases,
  separable,
} from '../helpers/kernels/gradient-cases.ts';

const image: fc.Arbitrary<Image> = fc.tuple(
  fc.integer({ min: 1, max: 3 }),
  fc.integer({ min: 1, max: 6 }),
  fc.integer({ min: 1, max: 6 }),
  fc.integer({ min: 2, max: 6 }),
);
const seed = fc.integer({ min: 0, max: 1000 });

describe('on images of any small size', () => {
  const { fan: _, ...others } = operationCases;
  test.each(Object.entries(others))('%s', async (_name, cases) => {
    const property = fc.asyncProperty(
      image,
      seed,
      fc.constantFrom(...cases),
      fc.boolean(),
      async (image, seed, { build }, shared) =>
        checkGradients((tools) => build(tools, image), { seed, samples: 6, shared }),
    );
    await fc.assert(property, { seed: 1, numRuns: 25 });
  });

  test('fans with any pools and branches, weighted or not', async () => {
    const pool = fc.record({ mode: fc.constantFrom('max', 'average'), normalised: fc.boolean() });
    const options = fc.record({
      stride: fc.constantFrom(1, 2),
      pools: fc.uniqueArray(pool, { selector: ({ mode }) => mode, maxLength: 2 }),
      branches: fc.array(
        fc.constantFrom(
          separable(3),
          separable(3, 5),
          separable(5, 3),
          dilated(3),
          dilated(5),
          dense(1),
          dense(3),
        ),
        { maxLength: 3 },
      ),
      mixed: fc.boolean(),
    });
    const property = fc.asyncProperty(image, seed, options, fc.boolean(), (image, seed, options, shared) =>
      checkGradients(
        // A primitive term always: a case without any term would check nothing.
        (tools) => fanCase(tools, image, { ...options, identity: options.stride === 1, primitive: true }),
        { seed, samples: 4, shared },
      ),
    );
    await fc.assert(property, { seed: 2, numRuns: 60 });
  });
});
