// NAO: its gradients against finite differences, what it learns, and the strategy.

import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { mean } from '../../src/base/statistics.ts';
import { openTable } from '../../src/data/tables/open-table.ts';
import type { Architecture } from '../../src/discrete-baselines/architecture.ts';
import { naoSearch, type NaoSearchSettings } from '../../src/discrete-baselines/strategies/nao.ts';
import { tokensOf } from '../../src/discrete-baselines/tokens.ts';
import { kendallTau } from '../../src/predictors/agreement.ts';
import { fitNao, naoDefaults } from '../../src/predictors/nao/fit.ts';
import { NaoNetwork } from '../../src/predictors/nao/network.ts';
import { rankedErrors } from '../../src/predictors/nao/ranked-errors.ts';
import { decisionSpaceNamed } from '../../src/discrete-search/spaces.ts';
import { decisionSpaceOf } from '../../src/engine/decision-space.ts';
import { dartsCnn } from '../../src/supernet/spaces/darts-cnn.ts';
import { nasbench201 } from '../../src/supernet/spaces/nasbench201.ts';
import { bits, planted, runAll } from '../helpers/planted.ts';
import { nasbench201File } from '../helpers/tables.ts';

const open = (vocabulary: number) => (): readonly number[] =>
  Array.from({ length: vocabulary }, (_, token) => token);

/** From -5 to 5.6: every 2 is good and every 1 bad, the first digit more so. */
const score = (one: Architecture): number =>
  one.reduce((sum, digit, at) => sum + [0, -1, 1][digit]! + (at === 0 ? 0.3 * digit : 0), 0);

const count = (architecture: Architecture): number => architecture.reduce((sum, bit) => sum + bit, 0);

describe("NAO's network", () => {
  const shape = { vocabulary: 5, embedding: 3, hidden: 5 };
  const sequences = [
    [0, 1, 2, 3],
    [4, 4, 0, 2],
    [1, 3, 3, 0],
  ];
  const errors = Float64Array.of(0.1, 0.7, 0.4);

  it.each([
    { name: 'whole loss', share: 0.8, dropout: 0, scored: 3 },
    { name: "predictor's loss", share: 1, dropout: 0, scored: 3 },
    { name: "decoder's loss", share: 0, dropout: 0, scored: 3 },
    { name: 'whole loss with dropout', share: 0.8, dropout: 0.4, scored: 3 },
    { name: 'whole loss of which one sequence is not scored', share: 0.8, dropout: 0, scored: 2 },
  ])('has the gradient of the $name that finite differences have', ({ share, dropout, scored }) => {
    const network = new NaoNetwork(shape, Random.fromSeed(1));
    const lossAt = (): number =>
      network.loss(sequences, errors.subarray(0, scored), { share, dropout, random: Random.fromSeed(7) });
    lossAt();
    const gradient = network.gradient.slice();
    expect(gradient.some((slope) => Math.abs(slope) > 1e-3)).toBe(true);
    const eps = 1e-5;
    for (const [i, value] of network.values.entries()) {
      network.values[i] = value + eps;
      const above = lossAt();
      network.values[i] = value - eps;
      const below = lossAt();
      network.values[i] = value;
      expect(Math.abs(gradient[i]! - (above - below) / (2 * eps))).toBeLessThan(1e-8);
    }
  });

  it('gives in a batch what it gives one by one', () => {
    const network = new NaoNetwork(shape, Random.fromSeed(2));
    const single = sequences.map((one) => network.predict([one])[0]!);
    for (const [i, value] of network.predict(sequences).entries()) expect(value).toBeCloseTo(single[i]!, 12);
    const decoded = sequences.flatMap((one) => network.improve([one], 3, open(5)));
    expect(network.improve(sequences, 3, open(5))).toEqual(decoded);
  });
});

describe('NAO on 160 of 243 sequences with a known score', () => {
  const random = Random.fromSeed(3);
  const every = Array.from({ length: 243 }, (_, i) =>
    Array.from({ length: 5 }, (_, at) => Math.floor(i / 3 ** at) % 3),
  );
  const order = random.permutation(243);
  const known = Array.from(order.subarray(0, 160), (i) => every[i]!);
  const others = Array.from(order.subarray(160), (i) => every[i]!);
  const { errors } = rankedErrors(Float64Array.from(known, score));
  const settings = { ...naoDefaults, hidden: 16, epochs: 40, batch: 5, rate: 1e-2 };
  const train = (epochs: number): NaoNetwork =>
    fitNao(3, known, errors, { ...settings, epochs }, Random.fromSeed(4));
  const network = train(40);

  it('orders what it has not seen', () => {
    const tau = kendallTau(
      network.predict(others),
      Float64Array.from(others, (one) => -score(one)),
    );
    expect(tau).toBeGreaterThan(0.8);
  });

  /** The share of the others that come back whole. */
  const exact = (of: NaoNetwork): number => {
    const decoded = of.reconstruct(others, open(3));
    return mean(others.map((one, i) => Number(one.every((token, at) => token === decoded[i]![at]))));
  };

  it('reconstructs what it has not seen', () => {
    expect(exact(network)).toBeGreaterThan(0.7);
  });

  it('reconstructs more of it once it has also learnt from sequences without a score', () => {
    // Without those that are asked for.
    const draw = (of: Random): Architecture => known[of.below(known.length)]!;
    const network = fitNao(
      3,
      known.slice(0, 80),
      errors.subarray(0, 80),
      { ...settings, unscored: 10 },
      random,
      draw,
    );
    const alone = fitNao(3, known.slice(0, 80), errors.subarray(0, 80), settings, random);
    expect(exact(network)).toBeGreaterThan(exact(alone) + 0.1);
  });

  it('finds better ones along the gradient, the further the better', () => {
    const [near, far] = [5, 20].map((step) => mean(network.improve(others, step, open(3)).map(score)));
    expect(near).toBeGreaterThan(mean(others.map(score)) + 1);
    expect(far).toBeGreaterThan(near! + 0.5);
  });

  it('trains to equal bits with equal seeds', () => {
    expect(train(2).values).toEqual(train(2).values);
  });
});

describe('ranked errors', () => {
  it('keep order, the best the least, and lead back to the scores', () => {
    const targets = Float64Array.of(91, 10, 88, 90.5);
    const { errors, score } = rankedErrors(targets);
    const expected = [0.125, 0.875, 0.625, 0.375];
    for (const [i, error] of errors.entries()) {
      expect(error).toBeCloseTo(expected[i]!, 12);
      expect(score(error)).toBeCloseTo(targets[i]!, 9);
    }
    expect([0, 1].map(score).every(Number.isFinite)).toBe(true);
  });
});

describe('tokens', () => {
  it.each([nasbench201, dartsCnn])('of $name tell kinds of decisions apart and lead back', (of) => {
    const cells = decisionSpaceOf(of);
    const tokens = tokensOf(cells);
    const random = Random.fromSeed(5);
    for (let n = 0; n < 20; n++) {
      const architecture = cells.sample(random);
      const sequence = tokens.of(architecture);
      expect(tokens.architecture(sequence)).toEqual(architecture);
      expect(sequence.every((token, at) => tokens.open(sequence.slice(0, at)).includes(token))).toBe(true);
      expect(Math.max(...sequence)).toBeLessThan(tokens.vocabulary);
    }
    // NAS-Bench-201: five operations. DARTS: seven that can be chosen, and up to five sources.
    expect(tokens.vocabulary).toBe(of === nasbench201 ? 5 : 12);
  });
});

describe('tokens of a space whose architectures have different lengths', () => {
  it('are refused', () => {
    expect(() => tokensOf(decisionSpaceNamed('metaqnn'))).toThrow(/differ in the number or the kinds/);
  });
});

const search: NaoSearchSettings = { initial: 20, round: 10, top: 10, step: 5, most: 40 };
const training = { ...naoDefaults, embedding: 8, hidden: 16, epochs: 60, batch: 5, rate: 1e-2 };

describe('the strategy nao', () => {
  const chain = bits(10);
  const limits = { evaluations: 50 };

  it('finds the best of 1,024 chains in 50', async () => {
    const searcher = naoSearch(chain, search, training);
    const results = await runAll({ space: chain, searcher, evaluator: planted(count), seed: 1, limits });
    expect(Math.max(...results.map(({ evaluation }) => evaluation.score))).toBe(10);
  });

  const searcher = naoSearch(chain, search, { ...training, epochs: 2 });

  it('asks for nothing twice, and for the same with equal seeds', async () => {
    const options = { space: chain, searcher, evaluator: planted(count), seed: 2, limits, batch: 8 };
    const run = async (): Promise<readonly string[]> =>
      (await runAll(options)).map(({ architecture }) => architecture.join(''));
    const asked = await run();
    expect(new Set(asked).size).toBe(50);
    expect(await run()).toEqual(asked);
  });

  it('waits for the results of a round before the next, and goes on at random while all scores are equal', async () => {
    const random = Random.fromSeed(1);
    const first = searcher.ask(searcher.init(random), 100, random);
    expect(first.proposals).toHaveLength(20);
    expect(searcher.ask(first.state, 1, random).proposals).toEqual([]);
    const flat = {
      space: chain,
      searcher,
      evaluator: planted(() => 1),
      seed: 1,
      limits: { evaluations: 40 },
    };
    expect(await runAll(flat)).toHaveLength(40);
  });

  it('proposes valid cells of DARTS', async () => {
    const darts = decisionSpaceOf(dartsCnn);
    const one = naoSearch(darts, search, { ...training, epochs: 2 });
    const limits = { evaluations: 24 };
    const results = await runAll({ space: darts, searcher: one, evaluator: planted(count), seed: 1, limits });
    for (const { architecture } of results.slice(20))
      expect(darts.fromEdges(darts.edges(architecture))).toHaveLength(32);
  });
});

describe('NAO on NAS-Bench-201', () => {
  it('orders pairs after 200 architectures better than 76 % of the time', async ({ skip }) => {
    skip(!existsSync(nasbench201File), `${nasbench201File} is absent`);
    const table = await openTable(nasbench201File);
    const column = table.columns.c10_valid_e200!;
    const rows = [...table.rows.entries()];
    const order = Random.fromSeed(1).permutation(rows.length);
    const pick = (from: number, to: number): { digits: Architecture[]; values: Float64Array } => {
      const some = Array.from(order.subarray(from, to), (row) => rows[row]!);
      return {
        digits: some.map(([name]) => Array.from(name, Number)),
        values: Float64Array.from(some, ([, row]) => column[row]!),
      };
    };
    const [known, asked] = [pick(0, 200), pick(200, 1200)];
    const settings = { ...naoDefaults, hidden: 16, epochs: 60, batch: 5, rate: 1e-2 };
    const network = fitNao(5, known.digits, rankedErrors(known.values).errors, settings, Random.fromSeed(1));
    const tau = kendallTau(
      network.predict(asked.digits).map((error) => -error),
      asked.values,
    );
    expect((1 + tau) / 2).toBeGreaterThan(0.76);
  });
});
