// Short trainings that score architectures: they are those of `retrain`, smaller; stopped, resumed and in workers.

import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { openData } from '../../src/data/open.ts';
import { shrinkImages } from '../../src/data/resize.ts';
import { shortSchema } from '../../src/networks/config.ts';
import { retrain } from '../../src/networks/retrain.ts';
import { ShortTraining } from '../../src/networks/short-training.ts';
import { baseline } from '../../src/discrete-search/run.ts';
import type { BaselineOptions } from '../../src/discrete-search/options.ts';
import { incumbents, type LedgerLine, tracesOf } from '../../src/discrete-search/ledger.ts';
import { cellFamily } from '../../src/discrete-search/families/cells.ts';
import { genotypeOf, decisionSpaceOf } from '../../src/engine/decision-space.ts';
import { imageSpaceNamed } from '../../src/supernet/spaces/named.ts';
import { buildCli, mixop } from '../helpers/run-cli.ts';
import { errorOf, useTemporaryFolder } from '../helpers/runs-setup.ts';

const at = useTemporaryFolder();
const small = { data: 'digits', channels: 2, cells: 2, batch: 16, epochs: 2, trainFraction: 0.1 };

function timeless(lines: readonly LedgerLine[]): readonly object[] {
  return lines.map((line) => ({ ...line, seconds: 0 }));
}

const image = (side: number, pixels: readonly number[]): Dataset => ({
  name: 'one',
  count: 1,
  height: side,
  width: side,
  channels: 1,
  classes: 2,
  pixels: Uint8Array.from(pixels),
  labels: Uint16Array.of(0),
  maxPixel: 255,
});

describe('shrunk images', () => {
  it.each([
    ['are themselves at their own size', 2, 2, [1, 2, 3, 4], [1, 2, 3, 4]],
    ['have the mean of whole pixels', 2, 1, [10, 20, 30, 41], [25]],
    // Parts of 1.5 pixels: 1, 1/2 and their products, over 2.25.
    ['count pixels by their part', 3, 2, [9, 0, 0, 0, 0, 0, 0, 0, 9], [4, 0, 0, 4]],
    ['of one value keep it', 3, 2, Array.from({ length: 9 }, () => 200), [200, 200, 200, 200]],
  ])('%s', (_, from, to, pixels, expected) => {
    expect([...shrinkImages(image(from, pixels), to).pixels]).toEqual(expected);
  });

  it('are never larger', async () => {
    expect(await errorOf(() => shrinkImages(image(2, [1, 2, 3, 4]), 3))).toContain('give 2 at most');
  });
});

describe.each(['darts-cnn', 'nasbench201'])('in %s', (name) => {
  const space = imageSpaceNamed(name);
  const search = decisionSpaceOf(space);
  const architecture = search.sample(Random.fromSeed(2));
  const training = async (more: object = {}): Promise<ShortTraining> => {
    const config = shortSchema.parse({ ...small, cells: 1, seed: 5, ...more });
    return new ShortTraining(cellFamily(space), config, await openData('digits'), { threads: 1 });
  };

  it('a training is to the bit that of `retrain`', async () => {
    const { curve, parameters } = await (await training()).score(architecture, {}, 5);
    const config = { ...small, cells: 1, seed: 5 };
    const genotype = genotypeOf(space, search, architecture);
    const whole = await retrain({ genotype: { genotype, space, name }, config, threads: 1 });
    expect(curve).toEqual(whole.history.map(({ validAccuracy }) => validAccuracy));
    expect(parameters).toBe(whole.parameters);
  });

  it.each([{ epochs: 1 }, { dataShare: 0.5 }, { imageSize: 4 }, { channels: 4 }])(
    'a fidelity of %o is the configuration with it',
    async (fidelity) => {
      const score = await (await training()).score(architecture, fidelity, 1);
      expect(score).toEqual(await (await training(fidelity)).score(architecture, {}, 1));
      expect(score).not.toEqual(await (await training()).score(architecture, {}, 1));
    },
  );
});

it('a quarter of the pixels is a quarter of the multiply-adds, but for the classifier', async () => {
  const space = imageSpaceNamed('darts-cnn');
  const search = decisionSpaceOf(space);
  const architecture = search.sample(Random.fromSeed(2));
  const training = new ShortTraining(
    cellFamily(space),
    shortSchema.parse(small),
    await openData('digits'),
    {},
  );
  const [whole, shrunk] = [
    await training.score(architecture, { epochs: 1 }, 1),
    await training.score(architecture, { epochs: 1, imageSize: 4 }, 1),
  ];
  expect(shrunk.parameters).toBe(whole.parameters);
  const classifier = (4 * whole.multiplyAdds - 16 * shrunk.multiplyAdds) / -12;
  expect(classifier).toBeGreaterThan(0);
  expect(classifier % 10).toBe(0);
});

describe('searches by short trainings', () => {
  const common: BaselineOptions = {
    config: { strategy: 'aging-evolution', train: small, budget: { evaluations: 6 }, batch: 2 },
    pause: 0,
    executor: { threads: 1 },
  };

  it('end in the same ledger in one process, in two, and stopped in the middle', async () => {
    const whole = await baseline(common);
    expect(whole.lines.map(({ curve, epochs }) => [curve!.length, epochs])).toEqual(
      whole.lines.map(() => [2, 2]),
    );
    const two = await baseline({ ...common, workers: 2 });
    expect(timeless(two.lines)).toEqual(timeless(whole.lines));
    const stopping = new AbortController();
    const onProgress: BaselineOptions['onProgress'] = ({ kind }) => {
      // In the middle of an evaluation.
      if (kind === 'evaluated') setTimeout(() => stopping.abort(), 5);
    };
    const stopped = await baseline({ ...common, out: at('run'), onProgress, signal: stopping.signal });
    expect(stopped.finished).toBe(false);
    const resumed = await baseline({ ...common, out: at('run'), resume: true });
    expect(timeless(resumed.lines)).toEqual(timeless(whole.lines));
  }, 60_000);

  it.each(['hyperband', 'asha'])(
    '%s trains few for long, and what it found is one of them',
    async (strategy) => {
      const settings = { resource: 'epochs', min: 1, max: 4, eta: 2 };
      const { lines } = await baseline({
        config: { ...common.config, strategy, settings, budget: { evaluations: 12 }, batch: 1 },
      });
      const longest = lines.filter(({ epochs }) => epochs === 4);
      expect(longest.length).toBeGreaterThan(0);
      expect(longest.length).toBeLessThan(6);
      expect(incumbents(tracesOf(lines)[0]!).at(-1)!.epochs).toBe(4);
    },
    60_000,
  );
});

describe('the command', () => {
  beforeAll(buildCli, 120_000);
  const sizes = '--train channels=2 --train cells=2 --train trainFraction=0.1 --train epochs=1';

  it('searches by short trainings and says what it found', async () => {
    const args = `baseline random ${sizes} --budget 2 --batch 2 --workers 2 --threads 1 --out run`;
    const { code, stdout } = await mixop(args, { cwd: at() });
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/validation accuracy, %\)[^]*multiplyAdds[^]*Genotype\(normal/),
    ]);
  }, 60_000);

  it.each([
    ['--train epochs=0', '--train epochs: is 0'],
    ['--train epoch=3', 'did you mean "epochs"'],
    ['--train epochs', 'write --train key=value'],
    ['--train data=nowhere', '"nowhere" is not a known data set'],
    ['--train imageSize=99', '99 is over the 8x8 of digits'],
    [`${sizes} --train dataShare=0.1`, '64 images are more than the 17 of the training split'],
    ['--evaluator train --weights paths', 'train does not use --weights RUN'],
    ['--evaluator shared', 'the source of shared is missing'],
    ['--evaluator nothing', '--evaluator: is "nothing"; write table or shared or train'],
    ['--train epochs=1 --weights paths', 'were given together'],
    ['--train epochs=1 --space nasbench-macr', '"nasbench-macr" is not a known space'],
    ['--train epochs=1 --guide mean', '--guide: applies to tables only'],
  ])('baseline random %s tells what is wrong in one line', async (args, says) => {
    const { code, stderr } = await mixop(`baseline random --budget 1 ${args}`, { cwd: at() });
    expect([stderr, code]).toEqual([expect.stringContaining(says), expect.any(Number)]);
    expect(code).toBeGreaterThan(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
