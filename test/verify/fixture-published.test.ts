// One search step against the answers of the published code: the fixture that ships with the package, and the ones
// beside the checkout where there are any.
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { embeddedData } from '../../src/data/package-root.ts';
import { ReferenceExecutor } from '../../src/kernels/executors/reference/executor.ts';
import { checkFixture } from '../../src/verify/check-fixture.ts';
import { readFixture } from '../../src/verify/fixture.ts';

const shared = ['darts-c4-l3', 'darts-c6-l3'].map((name) =>
  fileURLToPath(new URL(`../../../shared/fixtures/${name}`, import.meta.url)),
);
const folders = [embeddedData('verify', 'darts-c4-l3'), ...shared];

const quantities = [
  'train/logits',
  'train/loss',
  'train/grad of weights',
  'train/grad of alphas',
  'first/valid_loss',
  'first/grad of alphas',
  'second/grad of alphas',
  'second/after_adam',
  'second/weight_step/loss',
  'second/weight_step/grad_norm',
  'second/after_sgd',
];

const rows = folders.flatMap((folder) =>
  (['fused', 'primitive'] as const).map((lowering) => ({
    folder,
    lowering,
    title: `${folder === folders[0] ? 'embedded ' : ''}${basename(folder)}, ${lowering}`,
  })),
);

describe('a step as the published code does it', () => {
  for (const { folder, lowering, title } of rows) {
    it(`equals the answers of ${title}`, async ({ skip }) => {
      skip(!existsSync(folder), `${basename(folder)} is not beside the clone`);
      const fixture = await readFixture(folder);
      const comparisons = await checkFixture(
        fixture,
        (plan) => Promise.resolve(new ReferenceExecutor(plan)),
        lowering,
      );
      expect(comparisons.map(({ quantity }) => quantity)).toEqual(quantities);
      const bounds = Object.fromEntries(comparisons.map(({ quantity, bound }) => [quantity, bound]));
      expect(bounds).toEqual(
        Object.fromEntries(quantities.map((name) => [name, name === 'second/grad of alphas' ? 1e-4 : 1e-6])),
      );
      expect(comparisons.filter(({ error, bound }) => !(error <= bound!))).toEqual([]);
    });
  }
});
