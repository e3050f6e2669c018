// Trainings as the library and the command line run them: resume, seeds, scores, and what users get wrong.
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeSafetensors } from '../../src/networks/safetensors.ts';
import { decodeWeights } from '../../src/networks/weights.ts';
import { evaluate, retrain, type RetrainOptions } from '../../src/index.ts';
import { buildCli, type Ended, mixop } from '../helpers/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'mixop-retrain-'));
const at = (...names: string[]): string => join(folder, ...names);
const here = { cwd: folder };
/** A training of a second. */
const quick = '--channels 2 --cells 2 --epochs 3 --batch 64';
const config = { channels: 2, cells: 2, epochs: 4, batch: 64, seed: 3 };

beforeAll(async () => {
  await buildCli();
  const { code, stderr } = await mixop(
    `retrain DARTS_V2 ${quick} --out run --average 0.9 --tensorboard`,
    here,
  );
  if (code !== 0) throw new Error(`the training that other tests read failed: ${stderr}`);
  mkdirSync(at('begun'));
  copyFileSync(at('run', 'config.json'), at('begun', 'config.json'));
  const { stderr: bad } = await mixop(
    'search --channels 2 --cells 3 --batch 16 --set trainFraction=0.05 --epochs 1 --out search',
    here,
  );
  if (bad !== '') throw new Error(bad);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function filesOf(run: string): Record<string, string> {
  const names = readdirSync(at(run, 'checkpoints')).map((name) => join('checkpoints', name));
  const weights = ['weights-last.safetensors', 'weights-best.safetensors', 'genotype.txt'];
  return Object.fromEntries([...names, ...weights].map((name) => [name, readFileSync(at(run, name), 'hex')]));
}

function jsonLines({ stdout }: Ended): Record<string, unknown>[] {
  const lines = stdout.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Training and held-out images of a training on Fashion-MNIST. */
async function counts(more: object): Promise<[number, number]> {
  let found: [number, number] = [0, 0];
  const controller = new AbortController();
  await retrain({
    genotype: 'DARTS_V2',
    config: { ...config, data: 'fashion-mini', batch: 8, ...more },
    signal: controller.signal,
    onProgress: (progress) => {
      if (progress.kind !== 'start') return;
      found = [progress.trainImages, progress.heldOutImages];
      controller.abort();
    },
  });
  return found;
}

describe('a training', () => {
  const all = { dropPath: 0.3, average: 0.9, smoothing: 0.1, augment: { cutout: 3, pad: 1 } };

  it('that is stopped within an epoch resumes to the bits of one that was not', async () => {
    const options: RetrainOptions = { genotype: 'PC_DARTS', config: { ...config, ...all } };
    await retrain({ ...options, out: at('whole') });
    const controller = new AbortController();
    const first = await retrain({
      ...options,
      out: at('parts'),
      signal: controller.signal,
      onProgress: (progress) => {
        if (progress.kind === 'epoch' && progress.position.epoch === 2) controller.abort();
      },
    });
    expect(first.finished).toBe(false);
    expect(first.history).toHaveLength(2);
    const second = await retrain({ out: at('parts'), resume: true, threads: 1 });
    expect(second.finished).toBe(true);
    expect(second.history).toHaveLength(4);
    expect(filesOf('parts')).toEqual(filesOf('whole'));
  });

  it('is scored now and then, and after the last epoch, to the same bits', async () => {
    const every = await retrain({ genotype: 'ENAS', config: { ...config, epochs: 3 } });
    const scarce = await retrain({ genotype: 'ENAS', config: { ...config, epochs: 3, evaluateEvery: 2 } });
    const [first, ...rest] = scarce.history;
    expect(first).not.toHaveProperty('validAccuracy');
    expect(first).not.toHaveProperty('bestAccuracy');
    const accuracies = every.history.map(({ validAccuracy }) => validAccuracy!);
    expect(rest.map(({ validAccuracy }) => validAccuracy)).toEqual(accuracies.slice(1));
    expect(rest.at(-1)!.bestAccuracy).toBe(Math.max(...accuracies.slice(1)));
    expect(scarce.weights).toEqual(every.weights);
  });

  it('is not stopped early by a curve with gaps', async () => {
    const stopEarly = { rule: 'median' as const };
    await expect(
      retrain({ genotype: 'ENAS', config: { ...config, stopEarly, evaluateEvery: 2 } }),
    ).rejects.toThrow(/evaluateEvery: 2 leaves gaps in the curve/);
  });

  it('is scored by evaluate as it scored itself, by both kinds of weights', async () => {
    const result = await retrain({ genotype: 'ENAS', config, out: at('scored') });
    const { validAccuracy, validLoss, bestAccuracy } = result.history.at(-1)!;
    const last = await evaluate({ path: at('scored') });
    expect(last).toMatchObject({ accuracy: validAccuracy, images: 360, part: 'held out' });
    expect(last.loss).toBeCloseTo(validLoss!, 5);
    const best = await evaluate({ path: at('scored'), weights: 'best', batch: 7 });
    expect(best.accuracy).toBe(bestAccuracy);
    // A file alone is enough, but it does not know which images it was not trained on.
    const file = await evaluate({ path: at('scored', 'weights-best.safetensors'), data: 'digits' });
    expect(file).toMatchObject({ images: 1797, part: 'all' });
  });

  it('learns', async () => {
    const { history } = await retrain({
      genotype: 'DARTS_V2',
      config: { ...config, channels: 4, epochs: 6 },
    });
    expect(history.at(-1)!.trainAccuracy).toBeGreaterThan(0.85);
    expect(history.at(-1)!.validAccuracy).toBeGreaterThan(0.8);
  });

  it('holds out the test part where there is one, or a share of the training part on request', async () => {
    expect(await counts({})).toEqual([5000, 1000]);
    expect(await counts({ trainFraction: 0.9 })).toEqual([4500, 500]);
  });
});

describe('mixop retrain', () => {
  it('tells seeds, their mean and interval, and leaves a run for each', async () => {
    const ended = await mixop(`retrain DARTS_V1 ${quick} --epochs 1 --seeds 2 --seed 4 --out seeds`, here);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(/^DARTS_V1 on digits, seed 4: 1,437 training and 360 held-out images, /m);
    expect(ended.stdout).toMatch(/^accuracy {2}\d+\.\d\d% \+- \d+\.\d\d over 2 seeds \(95 % of the mean: /m);
    expect(readdirSync(at('seeds')).sort()).toEqual(['seed-4', 'seed-5', 'summary.json']);
    const summary = JSON.parse(readFileSync(at('seeds', 'summary.json'), 'utf8')) as { seeds: number[] };
    expect(summary.seeds).toEqual([4, 5]);
  });

  it('stops at Ctrl-C and resumes all seeds without being told what they are', async () => {
    let told = false;
    const stopped = await mixop(`retrain DARTS_V1 ${quick} --seeds 2 --out cut --json`, {
      ...here,
      watch(child, output) {
        if (told || !output.includes('"kind":"epoch"')) return;
        told = true;
        child.kill('SIGINT');
      },
    });
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toMatch(/continue with: mixop retrain --out cut --resume --seeds 2\n$/);
    const resumed = await mixop('retrain --out cut --resume --seeds 2 --json', here);
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
    expect((await mixop(`retrain DARTS_V1 ${quick} --seeds 2 --out uncut`, here)).code).toBe(0);
    for (const seed of ['seed-0', 'seed-1'])
      expect(filesOf(join('cut', seed))).toEqual(filesOf(join('uncut', seed)));
  }, 60_000);

  it('takes the cell of a search, a file and a text', async () => {
    writeFileSync(at('cell.txt'), readFileSync(at('search', 'genotype.txt')));
    const text = readFileSync(at('search', 'genotype.txt'), 'utf8').trim();
    for (const source of ['search', 'cell.txt', text]) {
      const ended = await mixop(['retrain', source, ...quick.split(' '), '--dry-run', '--json'], here);
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      expect(jsonLines(ended)[0]).toMatchObject({
        kind: 'plan',
        card: { genotype: text, space: 'darts-cnn' },
      });
    }
  });
});

describe('mixop runs export', () => {
  it('gives the events that the run kept itself, and a table', async () => {
    const { code, stdout } = await mixop('runs export run search --tensorboard logs --csv all.csv', here);
    expect(code).toBe(0);
    const event = 'events.out.tfevents.0.mixop';
    expect(stdout.trim().split('\n')).toEqual([
      'all.csv',
      join('logs', 'run', event),
      join('logs', 'search', event),
    ]);
    expect(readFileSync(at('logs', 'run', event))).toEqual(readFileSync(at('run', event)));
    expect(readFileSync(at('all.csv'), 'utf8').trim().split('\r\n')).toHaveLength(1 + 3 + 1);
  });
});

describe('mixop export', () => {
  it('writes every form, and evaluates what it wrote as before', async () => {
    const args = 'export run --onnx out/a.onnx --safetensors out/a.safetensors --pytorch out/network.py';
    const { code, stdout, stderr } = await mixop(args, here);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.trim().split('\n')).toEqual([
      'out/a.safetensors',
      'out/a.onnx',
      'out/network.py',
      'out/network.safetensors',
    ]);
    const again = await mixop('evaluate out/network.safetensors --data digits --json', here);
    const whole = await mixop('evaluate run/weights-last.safetensors --data digits --json', here);
    expect({ ...jsonLines(again)[0], file: '' }).toEqual({ ...jsonLines(whole)[0], file: '' });
  });
});

describe('mixop import', () => {
  it('takes weights under the published names, with all that PyTorch keeps beside them', async () => {
    const { weights } = decodeWeights(readFileSync(at('run', 'weights-last.safetensors')), 'run');
    const more = { shape: [1], values: Float32Array.of(7) };
    const tensors = new Map([...weights, ['auxiliary_head.classifier.bias', more]]);
    writeFileSync(at('foreign.safetensors'), encodeSafetensors({ tensors, metadata: { format: 'pt' } }));
    const refused = await mixop('evaluate foreign.safetensors --data digits', here);
    expect(refused.stderr).toContain('mixop import');
    const args = '--genotype DARTS_V2 --data digits --cells 2 --out own.safetensors';
    const wrong = await mixop(`import foreign.safetensors ${args} --channels 4`, here);
    expect(wrong.stderr).toContain(
      'stem.0.weight has shape [6, 1, 3, 3], and the network needs [12, 1, 3, 3]',
    );
    expect(wrong.code).toBe(4);
    expect(await mixop(`import foreign.safetensors ${args} --channels 2`, here)).toMatchObject({ code: 0 });
    const own = decodeWeights(readFileSync(at('own.safetensors')), 'own');
    expect(own.weights).toEqual(weights);
    expect((await mixop('evaluate own.safetensors --data digits', here)).code).toBe(0);
  });
});

describe('mixop evaluate', () => {
  it('shows accuracy with its interval, classes and confusion', async () => {
    const { code, stdout, stderr } = await mixop('evaluate run', here);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^run\/weights-last\.safetensors on digits, held out images$/m);
    expect(stdout).toMatch(/^accuracy {11}\d+\.\d\d% \(\d+ of 360; 95 %: \d+\.\d% to \d+\.\d%\)$/m);
    expect(stdout).toMatch(/^calibration error {2}\d+\.\d\d%$/m);
    const rows = stdout.trimEnd().split('\n').slice(-10);
    const counts = rows.map((row) => row.trim().split(/\s+/).slice(1).map(Number));
    expect(counts.flat()).toHaveLength(100);
    expect(counts.flat().reduce((sum, count) => sum + count, 0)).toBe(360);
  });
});

const pair = "('sep_conv_3x3', 0), ('sep_conv_3x3', 1)";
const cell = [pair, pair, pair, pair].join(', ');
const genotype = (normal: string, rest = ', normal_concat=[2, 3, 4, 5]'): string =>
  `Genotype(normal=[${normal}]${rest}, reduce=[${cell}], reduce_concat=[2, 3, 4, 5])`;

describe('bad input is one line with place and remedy', () => {
  it.concurrent.each([
    { name: 'an unknown name', args: ['retrain', 'DARTS_V3'], code: 4, says: 'did you mean DARTS_V1' },
    {
      name: 'an unknown operation',
      args: ['retrain', genotype(cell.replace('sep_conv_3x3', 'sep_conv_3x4'))],
      code: 4,
      says: "unknown operation 'sep_conv_3x4'",
    },
    {
      name: 'an edge to a later node',
      args: ['retrain', genotype(cell.replace('0)', '4)'))],
      code: 4,
      says: 'source 4 is not before this node',
    },
    {
      name: 'a missing concat',
      args: ['retrain', genotype(cell, '')],
      code: 4,
      says: "'normal_concat' is missing",
    },
    {
      name: 'a search without its end',
      args: ['retrain', 'nowhere'],
      code: 4,
      says: 'not a published genotype',
    },
    { name: 'no genotype', args: ['retrain'], code: 2, says: 'genotype: is missing' },
    {
      name: 'images too small',
      args: ['retrain', 'DARTS_V2', '--form', 'imagenet'],
      code: 3,
      says: 'halved 5 times',
    },
    {
      name: 'a certain drop',
      args: ['retrain', 'DARTS_V2', '--drop-path', '1'],
      code: 3,
      says: '--drop-path: is 1',
    },
    {
      name: 'a batch too large',
      args: ['retrain', 'DARTS_V2', '--batch', '2000'],
      code: 3,
      says: '--batch: 2000',
    },
    {
      name: 'another space',
      args: ['retrain', 'DARTS_V2', '--space', 'pnas'],
      code: 3,
      says: 'DARTS_V2 is of darts-cnn, not of pnas',
    },
    { name: 'no seeds', args: ['retrain', 'DARTS_V2', '--seeds', '0'], code: 2, says: '--seeds: "0"' },
    { name: 'the scores of a search', args: ['evaluate', 'search'], code: 5, says: 'no trained network' },
    { name: 'other images', args: ['evaluate', 'run', '--data', 'fashion-mini'], code: 4, says: '28x28x1' },
    {
      name: 'the export of a search',
      args: ['export', 'search', '--onnx', 'a.onnx'],
      code: 5,
      says: 'no trained network',
    },
    {
      name: 'the export of what was not trained yet',
      args: ['export', 'begun', '--onnx', 'a.onnx'],
      code: 5,
      says: 'no trained weights yet',
    },
    { name: 'an export into nothing', args: ['export', 'run'], code: 2, says: 'no output format was chosen' },
    { name: 'the alphas of a training', args: ['derive', 'run'], code: 5, says: 'has no alphas' },
    {
      name: 'a training as a search',
      args: ['search', '--out', 'run', '--resume'],
      code: 5,
      says: 'is a run of `mixop retrain`, not of `mixop search`',
    },
    {
      name: 'a changed configuration',
      args: ['retrain', '--out', 'run', '--resume', '--epochs', '5'],
      code: 5,
      says: 'epochs was 3 and is now 5',
    },
  ])('$name', async ({ args, code, says }) => {
    const ended = await mixop(args, here);
    expect(ended.stderr).toMatch(/^mixop: [^\n]+; [^\n]+\n$/);
    expect(ended.stderr).toContain(says);
    expect(ended.code).toBe(code);
  });
});
