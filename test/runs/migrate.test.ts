// What an older mixop stored is read as today's.
import { expect, it } from 'vitest';
import { configSchema, migrateConfig, migrateMeta, storedConfig } from '../../src/runs/migrate.ts';

const old = { seed: 1, alphas: { from: 15, rate: 6e-4 } };
const today = { seed: 1, alphas: { warmupEpochs: 15, rate: 6e-4 } };

it.each([
  { of: 'a search', config: old, migrated: today },
  {
    of: 'a transfer',
    config: { search: old, retrain: { epochs: 2 } },
    migrated: { search: today, retrain: { epochs: 2 } },
  },
  { of: "today's search", config: storedConfig(today), migrated: today },
  {
    of: 'a training, whose rule has such a key too',
    config: { stopEarly: { from: 10 } },
    migrated: { stopEarly: { from: 10 } },
  },
])('the configuration of $of', ({ config, migrated }) => {
  const before = structuredClone(config);
  expect(migrateConfig(config, 'config.json')).toEqual(migrated);
  expect(config).toEqual(before);
});

it.each([
  { schema: configSchema + 1, says: `was written by a newer mixop: schema ${configSchema + 1}` },
  { schema: 'two', says: 'schema is "two", not a whole number' },
  { schema: 0, says: 'schema is 0' },
])('a configuration of schema $schema is refused', ({ schema, says }) => {
  expect(() => migrateConfig({ seed: 1, schema }, 'runs/a/config.json')).toThrow(
    `runs/a/config.json: ${says}`,
  );
});

it('a checkpoint of shared weights has its sums apart, and the controller as memory', () => {
  const sums = { loss: 2, correct: 3, rewards: 4, reward: 5 };
  const old = { position: { epoch: 1, step: 7, ...sums }, controller: { count: 1 } };
  const migrated = { position: { epoch: 1, step: 7, sums }, history: [], memory: { count: 1 } };
  expect(migrateMeta(old)).toEqual(migrated);
  expect(migrateMeta(migrated)).toEqual(migrated);
});
