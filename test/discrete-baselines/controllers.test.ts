// Controllers against enumeration and finite differences: LSTM, REINFORCE, PPO, ENAS.

import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import type { Architecture, DecisionSpace } from '../../src/discrete-baselines/architecture.ts';
import { byEntropy, byLogProbability, Controller } from '../../src/discrete-baselines/controller.ts';
import type { Told } from '../../src/discrete-baselines/searcher.ts';
import { cellDecisionSpace } from '../../src/discrete-baselines/spaces/cell-space.ts';
import { chainSpace } from '../../src/discrete-baselines/spaces/chain-space.ts';
import { enas, enasTanh, pham } from '../../src/discrete-baselines/strategies/enas.ts';
import { lstmReinforce, zophLe } from '../../src/discrete-baselines/strategies/lstm-reinforce.ts';
import { logProbabilities, nasNet, ppo, ppoByLogits } from '../../src/discrete-baselines/strategies/ppo.ts';
import { decisionSpaceOf } from '../../src/engine/decision-space.ts';
import { dartsCnn } from '../../src/supernet/spaces/darts-cnn.ts';
import { bits, planted, runAll } from '../helpers/planted.ts';

const chain = chainSpace({ name: 'chain', layers: 3, choices: ['a', 'b', 'c', 'd'] });
/** A single node with two of three sources, three operations: decisions that depend on each other. */
const node = cellDecisionSpace(
  {
    name: 'node',
    cells: [{ name: 'cell', inputs: 3, nodes: 1, output: 'concat', reduces: false }],
    operations: ['sep_conv_3x3', 'pool', 'skip_connect'],
    edgesPerNode: 2,
  },
  String,
);

/** Every architecture of a small space. */
function everyOf(space: DecisionSpace, prefix: Architecture = []): readonly Architecture[] {
  const decision = space.next(prefix);
  if (decision === undefined) return [prefix];
  return decision.allowed.flatMap((option) => everyOf(space, [...prefix, option]));
}

const shape = { hidden: 5, layers: 2, scale: 0.7 };
const controllerOf = (space: DecisionSpace, more: object = {}): Controller =>
  new Controller(space, { ...shape, ...more }, everyOf(space)[0]!);
const reward = (architecture: Architecture): number => Math.sin(1 + 7 * parseInt(architecture.join(''), 5));

describe.each([
  { name: 'a chain', space: chain, more: {} },
  { name: 'a node, squashed logits', space: node, more: enasTanh },
])('the controller on $name', ({ space, more }) => {
  const controller = controllerOf(space, more);
  const parameters = controller.initialise(Random.fromSeed(1));
  const every = everyOf(space);

  it('has probabilities that sum to 1 over all architectures, and the entropy of their distribution', () => {
    const passes = every.map((one) => controller.pass(parameters, one));
    const p = passes.map(({ logProbability }) => Math.exp(logProbability));
    expect(p.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
    // The entropy of the whole is the mean, over architectures, of the sum of their decisions' entropies.
    const whole = p.reduce((sum, value) => sum - value * Math.log(value), 0);
    const chained = p.reduce((sum, value, i) => sum + value * passes[i]!.entropy, 0);
    expect(chained).toBeCloseTo(whole, 10);
  });

  it('has the gradients of log p and of the entropy that finite differences have', () => {
    const one = every[7]!;
    const pass = controller.pass(parameters, one);
    const forms = [
      { slope: pass.backward(pass.steps.map(byLogProbability)), value: 'logProbability' },
      { slope: pass.backward(pass.steps.map(byEntropy)), value: 'entropy' },
    ] as const;
    const eps = 1e-5;
    for (const { slope, value } of forms) {
      for (let i = 0; i < controller.size; i += 7) {
        const at = (delta: number): number =>
          controller.pass(parameters.with(i, parameters[i]! + delta), one)[value];
        expect(Math.abs(slope[i]! - (at(eps) - at(-eps)) / (2 * eps))).toBeLessThan(1e-8);
      }
    }
  });

  it('has a Monte-Carlo policy gradient that agrees with the exact one by enumeration', () => {
    const random = Random.fromSeed(2);
    const policy = (one: Architecture): Float64Array => {
      const pass = controller.pass(parameters, one);
      return pass.backward(
        pass.steps.map((step) => byLogProbability(step).map((value) => reward(one) * value)),
      );
    };
    const gradients = new Map(every.map((one) => [one.join(' '), policy(one)]));
    const exact = new Float64Array(controller.size);
    const second = new Float64Array(controller.size);
    for (const one of every) {
      const p = Math.exp(controller.pass(parameters, one).logProbability);
      for (const [i, value] of gradients.get(one.join(' '))!.entries()) {
        exact[i]! += p * value;
        second[i]! += p * value ** 2;
      }
    }
    const draws = 4000;
    const mean = new Float64Array(controller.size);
    for (let n = 0; n < draws; n++) {
      const drawn = gradients.get(controller.sample(parameters, random).join(' '))!;
      for (const [i, value] of drawn.entries()) mean[i]! += value / draws;
    }
    const scores = exact.map((value, i) => {
      const deviation = Math.sqrt(Math.max(0, second[i]! - value ** 2) / draws);
      return deviation < 1e-9 ? 0 : Math.abs(mean[i]! - value) / deviation;
    });
    expect(Math.max(...scores)).toBeLessThan(5);
  });
});

describe('PPO', () => {
  const controller = controllerOf(chain);
  const parameters = controller.initialise(Random.fromSeed(3));
  const pass = controller.pass(parameters, [1, 2, 3]);
  const before = logProbabilities(pass);

  it.each([0.7, -0.4])('at ratio 1 is REINFORCE, advantage %d', (advantage) => {
    const expected = pass.steps.map((step) => byLogProbability(step).map((value) => -advantage * value));
    for (const [i, row] of ppoByLogits(pass, before, advantage, 0.2, 0).entries())
      for (const [k, value] of row.entries()) expect(value).toBeCloseTo(expected[i]![k]!, 14);
  });

  it.each([
    { advantage: 1, shift: -1, moves: false, what: 'better and already likelier' },
    { advantage: 1, shift: 1, moves: true, what: 'better but less likely' },
    { advantage: -1, shift: 1, moves: false, what: 'worse and already less likely' },
    { advantage: -1, shift: -1, moves: true, what: 'worse but likelier' },
  ])('moves a decision that is $what: $moves', ({ advantage, shift, moves }) => {
    const old = before.map((value) => value + shift);
    const slopes = ppoByLogits(pass, old, advantage, 0.2, 0).flat();
    expect(slopes.some((slope) => slope !== 0)).toBe(moves);
  });
});

const told = (score: number): readonly Told[] => [
  { id: 0, architecture: [0, 0, 0], evaluation: { score, seconds: 0, epochs: 0, metrics: {} } },
];

describe("ENAS's logits", () => {
  it('stay within the constant: sources 1.10, operations 0.44', () => {
    const controller = controllerOf(node, { ...enasTanh, scale: 30 });
    const random = Random.fromSeed(4);
    for (let n = 0; n < 50; n++) {
      const parameters = controller.initialise(random);
      for (const { decision, logits } of controller.pass(parameters, everyOf(node)[n % 9]!).steps) {
        const limit = decision.kind === 'operation' ? 1.1 / 2.5 : 1.1;
        for (const logit of logits) expect(Math.abs(logit)).toBeLessThanOrEqual(limit + 1e-12);
      }
    }
  });

  it('prefer separable convolutions from the start, more so in the normal cell', () => {
    const darts = decisionSpaceOf(dartsCnn);
    const searcher = enas(darts, pham);
    const random = Random.fromSeed(5);
    const { proposals } = searcher.ask(searcher.init(random), 400, random);
    const share = [0, 1].map((cell) => {
      const chosen = proposals.flatMap(({ architecture }) => darts.edges(architecture)[cell]!);
      const separable = chosen.filter(({ operation }) => [3, 4].includes(operation));
      return separable.length / chosen.length;
    });
    // Squashed biases of 0.44 against 0: e^0.44 of 2 e^0.44 + 5, and with the prior e^0.69 and e^-0.25.
    const expected = [
      (2 * Math.exp(0.69)) / (2 * Math.exp(0.69) + 5 * Math.exp(-0.25)),
      (2 * Math.exp(0.44)) / (2 * Math.exp(0.44) + 5),
    ];
    for (const [cell, value] of share.entries()) expect(Math.abs(value - expected[cell]!)).toBeLessThan(0.06);
  });

  it('take the reward into the baseline before it is subtracted', () => {
    const searcher = enas(chain, { ...pham, batch: 1, entropy: 0 });
    const random = Random.fromSeed(6);
    const once = searcher.tell(searcher.init(random), told(50), random);
    expect(once.baseline).toBe(0.5);
    expect(searcher.tell(once, told(60), random).baseline).toBeCloseTo(0.99 * 0.5 + 0.01 * 0.6, 14);
  });
});

const sum = (architecture: Architecture): number => architecture.reduce((total, bit) => total + bit, 0);

describe('planted optima are learnt by', () => {
  const space = bits(8);
  const evaluator = planted((architecture) => (100 * sum(architecture)) / 8);
  it.each([
    lstmReinforce(space, { ...zophLe, hidden: 12, rate: 0.02 }),
    enas(space, { ...pham, hidden: 12, batch: 5, rate: 0.03 }),
    ppo(space, { ...nasNet, hidden: 12, rate: 0.02 }),
  ])('$name', async (searcher) => {
    const results = await runAll({ space, searcher, evaluator, seed: 1, limits: { evaluations: 700 } });
    const mean = (of: typeof results): number =>
      of.reduce((total, { architecture }) => total + sum(architecture), 0) / of.length;
    // ENAS squashes its logits, so that it never becomes certain: e^1.1 against e^-1.1 at most.
    expect(mean(results.slice(-100))).toBeGreaterThan(6.4);
  });
});
