// Scores of untrained networks: closed forms, one executor against the other, gradients by the images against finite
// differences, the evaluator, the measurement against a table.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { openData } from '../../src/data/open.ts';
import { openTable } from '../../src/data/tables/open-table.ts';
import { Graph, PlanBuilder } from '../../src/kernels/graph.ts';
import { ReferenceExecutor } from '../../src/kernels/executors/reference/executor.ts';
import { count } from '../../src/kernels/tensor.ts';
import { genotypeOf, decisionSpaceOf } from '../../src/engine/decision-space.ts';
import { degenerate, zeroCostEvaluator } from '../../src/zero-cost/evaluator.ts';
import { sumOfNorms } from '../../src/zero-cost/gradient-norm.ts';
import { correlationScore, jacobianCovariance } from '../../src/zero-cost/jacobian-covariance.ts';
import { measureZeroCost, zeroCostBatch } from '../../src/zero-cost/measure.ts';
import { addAgreements, logDeterminantOf, naswot } from '../../src/zero-cost/naswot.ts';
import {
  drawArchitectures,
  scoreArchitectures,
  type ScoredArchitecture,
  tauWith,
} from '../../src/zero-cost/sample.ts';
import { multiplied, UntrainedNetwork } from '../../src/zero-cost/score.ts';
import { zeroCostNamed, zeroCostScores } from '../../src/zero-cost/scores.ts';
import { sensitivity } from '../../src/zero-cost/snip.ts';
import { synflow } from '../../src/zero-cost/synflow.ts';
import { buildDerived, type DerivedDescription } from '../../src/supernet/derived-network.ts';
import { declareBatch } from '../../src/supernet/problem/inputs.ts';
import { initialValues } from '../../src/supernet/parameters.ts';
import { dartsCnn } from '../../src/supernet/spaces/darts-cnn.ts';
import { nasbench201 } from '../../src/supernet/spaces/nasbench201.ts';
import { buildCli, mixop } from '../helpers/run-cli.ts';
import { nasbench201File, sharedFile } from '../helpers/tables.ts';
import { useTemporaryFolder } from '../helpers/runs-setup.ts';

const all = Object.values(zeroCostScores);
const search = decisionSpaceOf(nasbench201);
const { train: digits } = await openData('digits');
const networks = { space: nasbench201, size: { channels: 4, cells: 1 }, classes: 10, auxiliary: false };

const described = (ops: string): DerivedDescription => ({
  ...networks,
  genotype: genotypeOf(nasbench201, search, Array.from(ops, Number)),
});

describe('closed forms', () => {
  it('naswot counts the ReLUs that agree, and takes the log-determinant', () => {
    const kernel = new Float64Array(4);
    // Codes 110 and 011, then 1 and 1.
    addAgreements([3, 1, 0, 0, 2, 5], 2, kernel);
    addAgreements([1, 7], 2, kernel);
    expect([...kernel]).toEqual([4, 2, 2, 4]);
    expect(logDeterminantOf(kernel, 2)).toBeCloseTo(Math.log(12), 12);
  });

  it('naswot counts over words of 32 units', () => {
    const random = Random.fromSeed(1);
    const outputs = Float64Array.from({ length: 2 * 101 }, () => random.normal());
    const kernel = new Float64Array(4);
    addAgreements(outputs, 2, kernel);
    const agreeing = Array.from({ length: 101 }, (_, i) => outputs[i]! > 0 === outputs[101 + i]! > 0);
    expect(kernel[1]).toBe(agreeing.filter(Boolean).length);
    expect(kernel[0]).toBe(101);
  });

  it('images with one code have no log-determinant', () => {
    expect(logDeterminantOf(Float64Array.of(7, 7, 7, 7), 2)).toBe(-Infinity);
    const kernel = new Float64Array(9);
    addAgreements([1, 0, 1, 0, 1, 1, 1, 0, 1], 3, kernel);
    expect(logDeterminantOf(kernel, 3)).toBe(-Infinity);
  });

  it('two gradients of correlation r have eigenvalues 1 + r and 1 - r', () => {
    // (1, 0, -1) and (1, -1, 0): r = 1/2.
    const eigenvalues = [1.5, 0.5].map((value) => value + 1e-5);
    const expected = -eigenvalues.reduce((sum, value) => sum + Math.log(value) + 1 / value, 0);
    expect(correlationScore([1, 0, -1, 4, 1, 2.5], 2)).toBeCloseTo(expected, 10);
    expect(correlationScore([1, 1, 1, 4, 1, 2.5], 2)).toBe(-Infinity);
  });

  it('gradient norm and SNIP are sums over layers', () => {
    const layers = [
      { weight: [2, -1], gradient: [3, 4] },
      { weight: [0.5], gradient: [-2] },
    ];
    expect(sumOfNorms(layers)).toBe(7);
    expect(sensitivity(layers)).toBe(11);
  });
});

describe('on a network', () => {
  const batch = zeroCostBatch(digits, 8, Random.fromSeed(5));
  const fromDigits = { dataset: digits, batch };

  it.each(['334131', '013240'])('of %s all scores are those of the float64 reference', async (ops) => {
    const input = { description: described(ops), ...fromDigits };
    const [wasm, reference] = await Promise.all(
      (['wasm', 'reference'] as const).map((executor) =>
        measureZeroCost(all, input, Random.fromSeed(3), { executor, threads: 1 }),
      ),
    );
    expect(Object.keys(wasm!.scores)).toEqual(Object.keys(zeroCostScores));
    for (const [name, value] of Object.entries(reference!.scores))
      expect([name, wasm!.scores[name]! / value]).toEqual([name, expect.closeTo(1, 3)]);
    expect(wasm!.multiplyAdds).toBe(reference!.multiplyAdds);
  });

  it('each is the same alone as among the others', async () => {
    const input = { description: described('334131'), ...fromDigits };
    const together = await measureZeroCost(all, input, Random.fromSeed(3), { threads: 1 });
    for (const score of all) {
      const alone = await measureZeroCost([score], input, Random.fromSeed(3), { threads: 1 });
      expect(alone).toEqual({ ...together, scores: { [score.name]: together.scores[score.name] } });
    }
  });

  it('of darts-cnn they are finite too', async () => {
    const darts = decisionSpaceOf(dartsCnn);
    const genotype = genotypeOf(dartsCnn, darts, darts.sample(Random.fromSeed(1)));
    const size = { channels: 4, cells: 3 };
    const description = { space: dartsCnn, size, classes: 10, genotype, auxiliary: false };
    const { scores } = await measureZeroCost(all, { description, ...fromDigits }, Random.fromSeed(3), {
      threads: 1,
    });
    expect(Object.values(scores).filter(Number.isFinite)).toHaveLength(all.length);
  });

  it('without a path to the output is the worst by those that look at paths', async () => {
    const input = { description: described('000000'), ...fromDigits };
    const { scores } = await measureZeroCost(all, input, Random.fromSeed(3), { threads: 1 });
    expect(scores).toMatchObject({
      naswot: -Infinity,
      'jacobian-covariance': -Infinity,
      synflow: -Infinity,
    });
  });

  it('the gradients by the images are those of finite differences', async () => {
    const builder = new PlanBuilder();
    const description = described('310204');
    const tensors = declareBatch(builder, 'batch', 3, digits);
    const network = new UntrainedNetwork(builder, description, tensors);
    const recorded = jacobianCovariance.record(network);
    const logits = builder.program('logits', () => {
      const graph = new Graph(builder, {});
      const out = buildDerived(graph, network.parameters, description, tensors.images, 'training');
      return builder.keep(out.logits);
    });
    const executor = new ReferenceExecutor(builder.build());
    const random = Random.fromSeed(9);
    const images = Float64Array.from({ length: count(tensors.images.shape) }, () => random.normal());
    for (const parameter of network.parameters.list())
      executor.write(parameter.tensor, initialValues(parameter, random));
    executor.write(tensors.images, images);
    await recorded.fill?.(executor);
    await executor.run(recorded.program);
    const gradient = await executor.read(builder.parallel(tensors.images, 'inputGradient'));
    const sumAt = async (pixel: number, step: number): Promise<number> => {
      executor.write(
        tensors.images,
        images.map((value, i) => (i === pixel ? value + step : value)),
      );
      await executor.run('logits');
      return Float64Array.from(await executor.read(logits)).reduce((sum, value) => sum + value, 0);
    };
    for (const pixel of [0, 37, 100, 191]) {
      const difference = ((await sumAt(pixel, 1e-5)) - (await sumAt(pixel, -1e-5))) / 2e-5;
      expect(gradient[pixel]).toBeCloseTo(difference, 6);
    }
  });

  it('flow is conserved: what leaves the stem is what enters the classifier (Tanaka et al. 2020, theorem 2)', async () => {
    const builder = new PlanBuilder();
    const tensors = declareBatch(builder, 'batch', 2, digits);
    const network = new UntrainedNetwork(builder, described('334131'), tensors);
    const recorded = synflow.record(network);
    const executor = new ReferenceExecutor(builder.build());
    for (const parameter of network.parameters.list())
      executor.write(parameter.tensor, initialValues(parameter, Random.fromSeed(2)));
    await recorded.fill?.(executor);
    await executor.run(recorded.program);
    const flows = new Map<string, number>();
    for (const { name, tensor } of multiplied(network.parameters)) {
      const weight = Float64Array.from(await executor.read(builder.parallel(tensor, 'flowWeights')));
      const gradient = await executor.read(builder.parallel(tensor, 'flowGradient'));
      flows.set(
        name,
        weight.reduce((sum, value, i) => sum + value * gradient[i]!, 0),
      );
    }
    expect(flows.get('stem.0.weight')! / flows.get('classifier.weight')!).toBeCloseTo(1, 10);
    const sum = [...flows.values()].reduce((total, value) => total + value, 0);
    expect(await recorded.read(executor)).toBeCloseTo(Math.log(sum), 10);
  });
});

const request = (ops: string, seed: number) => ({
  id: 0,
  seed,
  architecture: Array.from(ops, Number),
  fidelity: {},
  random: Random.fromSeed(seed),
});

describe('as an evaluator', () => {
  const batch = zeroCostBatch(digits, 8, Random.fromSeed(5));
  const data = { dataset: digits, batch };
  const evaluator = zeroCostEvaluator(zeroCostNamed('naswot'), networks, search, data, { threads: 1 });
  const { signal } = new AbortController();
  it('gives equal scores to equal streams, though several are asked for at once', async () => {
    const [a, b, c] = await Promise.all(
      [1, 1, 2].map((seed) => evaluator.evaluate(request('334131', seed), signal)),
    );
    expect(a!.score).toBe(b!.score);
    expect(a!.score).not.toBe(c!.score);
    expect(a!.metrics).toEqual({ parameters: expect.any(Number), multiplyAdds: expect.any(Number) });
  });

  it('gives a network without a score a finite one below all others', async () => {
    expect((await evaluator.evaluate(request('000000', 1), signal)).score).toBe(degenerate);
  });

  it('refuses a fidelity that it does not know', async () => {
    const asked = { ...request('334131', 1), fidelity: { epochs: 3 } };
    await expect(evaluator.evaluate(asked, signal)).rejects.toThrow(/zero-cost scores do not support epochs/);
  });
});

/** Scores of these architectures, without those that are known. */
async function scored(names: readonly string[], known: readonly string[]): Promise<ScoredArchitecture[]> {
  const options = { ...networks, dataset: digits, images: 8, architectures: 3, seed: 4 };
  const found: ScoredArchitecture[] = [];
  for await (const one of scoreArchitectures(names, new Set(known), [naswot, synflow], options, {
    threads: 1,
  }))
    found.push(one);
  return found;
}

describe('against a table', () => {
  const table = {
    place: 'made up',
    space: 'nasbench201',
    rows: new Map([
      ['334131', 0],
      ['000000', 1],
      ['111111', 2],
      ['222222', 3],
    ]),
    columns: {},
  };
  it('an architecture has the same scores whatever was scored before it', async () => {
    const whole = await scored(['334131', '000000', '222222'], []);
    expect(await scored(['222222', '334131'], ['334131'])).toEqual([whole[2]]);
  });

  it('a network without a score stands behind all others, a column without a value is left out', () => {
    const scored = Object.entries({ '334131': -5, '000000': -Infinity, '111111': 2, '222222': 1 }).map(
      ([digits, score]) => ({ digits, scores: { score }, parameters: 0, multiplyAdds: 0 }),
    );
    const tau = (...column: number[]) =>
      tauWith(scored, ({ scores }) => scores['score']!, table, Float64Array.from(column));
    expect(tau(2, 1, 4, 3)).toEqual({ tau: 1, compared: 4 });
    expect(tau(1, 2, 4, 3)).toEqual({ tau: 4 / 6, compared: 4 });
    expect(tau(2, 1, Number.NaN, 3)).toEqual({ tau: 1, compared: 3 });
  });

  it('draws without replacement', () => {
    expect(new Set(drawArchitectures(table, 4, 1)).size).toBe(4);
  });

  const cifar = sharedFile('cifar10/cifar10-lossless-4000.bin');
  it(
    'NASWOT orders NAS-Bench-201 by accuracy, the Jacobian score as its column in the table does',
    { timeout: 120_000 },
    async ({ skip }) => {
      for (const file of [cifar, nasbench201File]) skip(!existsSync(file), `${file} is absent`);
      const published = await openTable(nasbench201File);
      const { train } = await openData(`cifar10:${cifar}`);
      const drawn = drawArchitectures(published, 40, 1);
      const size = { channels: 16, cells: 1 };
      const sample = { space: nasbench201, size, dataset: train, images: 64, architectures: 40, seed: 1 };
      const scored: ScoredArchitecture[] = [];
      for await (const one of scoreArchitectures(drawn, new Set(), [naswot, jacobianCovariance], sample, {}))
        scored.push(one);
      const tau = (score: string, column: string): number =>
        tauWith(scored, ({ scores }) => scores[score]!, published, published.columns[column]!).tau;
      expect(tau('naswot', 'c10_valid_e200')).toBeGreaterThan(0.4);
      expect(tau('jacobian-covariance', 'naswot_score')).toBeGreaterThan(0.5);
    },
  );
});

describe('on the command line', () => {
  const at = useTemporaryFolder();
  beforeAll(buildCli);
  const quick = '--channels 2 --cells 1 --images 6 --scores naswot,snip --threads 1';

  /** All architectures, as a table. */
  function writeTable(): void {
    const rows = Array.from({ length: 5 ** 6 }, (_, i) => `${i},${i.toString(5).padStart(6, '0')},${i % 97}`);
    writeFileSync(at('table.csv'), ['index,ops,c10_valid_e12', ...rows, ''].join('\n'));
  }

  it('goes on in its file, and refuses one of other settings or of other content', async () => {
    writeTable();
    const run = (more: string) =>
      mixop(
        `zero-cost --table table.csv --columns c10_valid_e12 ${quick} --out scores.jsonl ${more}`.split(' '),
        { cwd: at() },
      );
    const first = await run('--architectures 4');
    expect(first.stderr).toBe('');
    expect(first.stdout).toMatch(/naswot +-?\d\.\d{3} of 4/);
    const text = readFileSync(at('scores.jsonl'), 'utf8');
    writeFileSync(at('scores.jsonl'), text.slice(0, -20));
    const again = await run('--architectures 4');
    expect(again).toEqual(first);
    expect(readFileSync(at('scores.jsonl'), 'utf8')).toBe(text);
    const other = await run('--seed 1');
    expect([other.code, other.stderr]).toEqual([5, expect.stringContaining('holds scores with seed 0')]);
    writeFileSync(at('scores.jsonl'), `${text}{"a": 1}\n`);
    const broken = await run('--architectures 4');
    expect([broken.code, broken.stderr]).toEqual([
      4,
      expect.stringContaining('scores.jsonl:6: is not a line'),
    ]);
  });

  it('a search by a score finds an architecture and saves it', async () => {
    const search = `baseline aging-evolution --space nasbench201 --zero-cost channels=2 --zero-cost cells=1`;
    const ended = await mixop(
      `${search} --zero-cost images=6 --budget 12 --batch 2 --workers 2 --threads 1 --out run --json`,
      {
        cwd: at(),
      },
    );
    expect(ended.stderr).toBe('');
    const result = JSON.parse(ended.stdout) as { evaluations: number; summary: { score: { mean: number } } };
    expect(result.evaluations).toBe(12);
    expect(result.summary.score.mean).toBeGreaterThan(degenerate);
  });

  it.each([
    ['--zero-cost score=nasswot', '--zero-cost score: "nasswot" is not known; did you mean naswot'],
    ['--zero-cost images=1', '--zero-cost images: is 1'],
    ['--zero-cost epochs=3', '--zero-cost epochs: is not a known'],
    ['--zero-cost cells=1 --space nasbench-macro', 'zero-cost scores do not support nasbench-macro'],
    ['--zero-cost score=snip --table table.csv', 'were given together'],
    ['--evaluator zero-cost --table table.csv', 'zero-cost does not use --table'],
    ['--zero-cost images=9999', '9999 images are more than the 1797'],
  ])('refuses %s', async (args, says) => {
    writeTable();
    const ended = await mixop(`baseline random --budget 2 ${args}`, { cwd: at() });
    expect(ended.stderr).toContain(says);
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(ended.code).toBeGreaterThan(1);
  });
});
