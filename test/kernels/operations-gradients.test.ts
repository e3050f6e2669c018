// The backward of every operation against finite differences of its forward: odd sizes, single pixels, channels that
// do not fill their pitch, and gradients that are added to what stands there already.
import { describe, test } from 'vitest';
import { checkGradients } from '../helpers/kernels/finite-differences.ts';
import { type Image, operationCases } from '../helpers/kernels/gradient-cases.ts';

const images: readonly Image[] = [
  [2, 5, 7, 3],
  [3, 1, 1, 2],
  [1, 3, 3, 5],
];

const rows = Object.entries(operationCases).flatMap(([operation, cases]) =>
  cases.map(({ name, build }) => ({ title: [operation, name].filter(Boolean).join(': '), build })),
);

describe.each(images)('on images [%i, %i, %i, %i]', (...image) => {
  test.each(rows)('$title', async ({ build }) => {
    await checkGradients((tools) => build(tools, image), { samples: 24 });
    await checkGradients((tools) => build(tools, image), { samples: 8, shared: true, seed: 2 });
  });
});
