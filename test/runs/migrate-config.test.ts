import { expect, it } from 'vitest';
import { migrateConfig } from '../../src/runs/migrate-config.ts';

const old = { seed: 1, alphas: { from: 15, rate: 6e-4 } };
const today = { seed: 1, alphas: { warmupEpochs: 15, rate: 6e-4 } };

it.each([
  { of: 'a search', config: old, migrated: today },
  {
    of: 'a transfer',
    config: { search: old, retrain: { epochs: 2 } },
    migrated: { search: today, retrain: { epochs: 2 } },
  },
  { of: "today's search", config: today, migrated: today },
  {
    of: 'a training, whose rule has such a key too',
    config: { stopEarly: { from: 10 } },
    migrated: { stopEarly: { from: 10 } },
  },
])('the configuration of $of', ({ config, migrated }) => {
  const before = structuredClone(config);
  expect(migrateConfig(config)).toEqual(migrated);
  expect(config).toEqual(before);
});
