// The conditions of a run's searches: only runs with equal conditions can be ranked against each other.

import { normalize } from 'node:path';
import { tableDefaults } from '../../discrete-baselines/table-evaluator.ts';
import { shortSchema } from '../../networks/config.ts';
import { canonicalJson, type Json } from '../../runs/json.ts';
import { type BaselineConfig, zeroCostSchema } from '../config.ts';
import { kindOf } from '../evaluators/named.ts';

const conditions = ['space', 'table', 'score', 'budget'] as const;
export type Condition = (typeof conditions)[number];

/** As texts, equal where the condition is the same. config: as stored, with its space. */
export function conditionsOf(config: BaselineConfig): Readonly<Record<Condition, string>> {
  const { space = '', sizes, table, columns, guide, weights, images, train, zeroCost, budget, seed } = config;
  const kind = kindOf(config);
  const score = {
    table: { guide: guide ?? tableDefaults[space]?.guide },
    shared: { weights: normalize(weights ?? ''), images },
    train: shortSchema.parse(train ?? {}),
    // The seed draws the batch of images that all searches of the run see.
    'zero-cost': { ...zeroCostSchema.parse(zeroCost ?? {}), seed },
  }[kind];
  const files = [table, columns].map((path) => (path === undefined ? null : normalize(path)));
  const values = { space: { space, sizes }, table: files, score: { kind, ...score }, budget };
  return Object.fromEntries(
    conditions.map((name) => [name, canonicalJson(values[name] as unknown as Json)]),
  ) as Record<Condition, string>;
}

/** The conditions in which runs differ. */
export function differences(runs: readonly Readonly<Record<Condition, string>>[]): readonly Condition[] {
  return conditions.filter((name) => new Set(runs.map((run) => run[name])).size > 1);
}
