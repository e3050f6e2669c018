// Zero-cost scores as features of predictors: which bits, what predictors learn from them, and the command line.

import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import type { Architecture } from '../../src/discrete-baselines/architecture.ts';
import { kendallTau } from '../../src/predictors/agreement.ts';
import type { Predictor } from '../../src/predictors/predictor.ts';
import { predictorNamed } from '../../src/discrete-search/predictors/predictors.ts';
import { scoreFeatures } from '../../src/discrete-search/predictors/score-features.ts';
import { decisionSpaceOf } from '../../src/engine/decision-space.ts';
import type { ScoredArchitecture } from '../../src/zero-cost/sample.ts';
import { nasbench201 } from '../../src/supernet/spaces/nasbench201.ts';
import { buildCli, mixop } from '../helpers/run-cli.ts';
import { useTemporaryFolder } from '../helpers/runs-setup.ts';

const space = decisionSpaceOf(nasbench201);
const digitsOf = (index: number): string => index.toString(5).padStart(6, '0');
const architectureOf = (index: number): number[] => Array.from(digitsOf(index), Number);
const scoredAs = (index: number, scores: Record<string, number>): ScoredArchitecture => ({
  digits: digitsOf(index),
  scores,
  parameters: 1,
  multiplyAdds: 1,
});

describe('score features', () => {
  const scored = Array.from({ length: 160 }, (_, i) =>
    scoredAs(i, { a: i === 0 ? -Infinity : i ** 3, b: -i }),
  );
  const features = scoreFeatures(scored, ['a', 'b']);
  const ones = (index: number): number[] =>
    features.groups.map(({ start, end }) =>
      Array.from(features.of(architectureOf(index)))
        .slice(start, end)
        .reduce((sum, bit) => sum + bit, 0),
    );

  it.each([
    { place: 'no score, and the best other one', index: 0, above: [0, 15] },
    { place: 'the lowest sixteenth', index: 10, above: [0, 14] },
    { place: 'the next', index: 11, above: [1, 14] },
    { place: 'the middle', index: 80, above: [7, 7] },
    { place: 'the top', index: 159, above: [15, 0] },
  ])('count the quantiles that an architecture is above: $place', ({ index, above }) => {
    expect(ones(index)).toEqual(above);
  });
});

/** Scores that the architectures themselves say nothing about, and targets that follow them. */
const count = 240;
const random = Random.fromSeed(1);
const hidden = Float64Array.from({ length: count }, () => random.normal());
const indices = Array.from(random.permutation(5 ** 6).subarray(0, count));
const scored = indices.map((index, i) => scoredAs(index, { score: Math.exp(hidden[i]!) }));

describe('predictors with scores', () => {
  const features = scoreFeatures(scored, ['score']);
  const all = indices.map(architectureOf);
  const tau = (predictor: Predictor<Architecture>): number => {
    const fitted = predictor.fit(all.slice(0, 120), hidden.slice(0, 120), Random.fromSeed(2));
    return kendallTau(fitted.predict(all.slice(120)).mean, hidden.slice(120));
  };
  it.each(['ridge', 'forest', 'networks', 'gp-hamming', 'gp-path', 'gp'])('%s learns from them', (name) => {
    expect(tau(predictorNamed(name, space, features))).toBeGreaterThan(0.75);
    expect(tau(predictorNamed(name, space))).toBeLessThan(0.3);
  });

  it.each(['gp-edit', 'lstm', 'nao'])('%s refuses them', (name) => {
    expect(() => predictorNamed(name, space, features)).toThrow(
      /predictor .*: takes no features, and so no scores; take ridge/,
    );
  });
});

describe('mixop predictors --scores', () => {
  const at = useTemporaryFolder();
  beforeAll(buildCli);

  function writeFiles(settings: object): void {
    const values = new Map(indices.map((index, i) => [index, 50 + 10 * hidden[i]!]));
    const rows = Array.from({ length: 5 ** 6 }, (_, i) => `${i},${digitsOf(i)},${values.get(i) ?? i % 97}`);
    writeFileSync(at('table.csv'), ['index,ops,c10_valid_e12', ...rows, ''].join('\n'));
    const head = { channels: 16, cells: 1, images: 64, seed: 0, scores: ['score'], dataFingerprint: 'x' };
    const lines = scored.map(({ digits, ...rest }) => ({ architecture: digits, ...rest }));
    const text = [{ space: 'nasbench201', ...head, ...settings }, ...lines].map((line) =>
      JSON.stringify(line),
    );
    writeFileSync(at('scores.jsonl'), `${text.join('\n')}\n`);
  }
  const run = (more: string) =>
    mixop(`predictors --table table.csv --scores scores.jsonl --splits 2 ${more}`.split(' '), { cwd: at() });

  it('measures with and without them, on those architectures', async () => {
    writeFiles({});
    const ended = await run('--predictors ridge --train 100 --held-out 140 --json');
    expect(ended.stderr).toBe('');
    const [without, having] = ended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { predictor: string; tau: number });
    expect([without!.predictor, having!.predictor]).toEqual(['ridge', 'ridge + scores']);
    expect(without!.tau).toBeLessThan(0.25);
    expect(having!.tau).toBeGreaterThan(0.75);
  });

  it.each([
    {
      name: 'more architectures than have scores',
      more: '--train 101 --held-out 140',
      says: 'scores.jsonl has 240',
    },
    {
      name: 'a predictor without features',
      more: '--predictors lstm',
      says: 'predictor lstm: takes no features',
    },
    {
      name: 'another space',
      more: '',
      settings: { space: 'darts-cnn' },
      says: 'its architectures are of darts-cnn',
    },
  ])('refuses $name', async ({ more, settings = {}, says }) => {
    writeFiles(settings);
    const ended = await run(`--train 20 --held-out 20 ${more}`.trim());
    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toContain(says);
    expect(ended.stderr).not.toContain('    at ');
  });
});
