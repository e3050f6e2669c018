// Exported networks against the executor: ONNX in onnxruntime-web, the PyTorch module in Python's torch, where it is.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MixopError } from '../../src/base/errors.ts';
import { Random } from '../../src/base/random.ts';
import { evaluationBatches } from '../../src/data/batches.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { openData } from '../../src/data/open.ts';
import { describeNetwork, type NetworkCard } from '../../src/networks/card.ts';
import { allOf } from '../../src/networks/data.ts';
import { computeLogits } from '../../src/networks/evaluate.ts';
import { encodeOnnx } from '../../src/networks/export/onnx.ts';
import { pytorchModule } from '../../src/networks/export/pytorch.ts';
import { buildEvaluationPlan } from '../../src/networks/plan.ts';
import { derivedNetwork } from '../../src/supernet/derived-network.ts';
import { retrain } from '../../src/networks/retrain.ts';
import type { TrainedNetwork } from '../../src/networks/trained.ts';
import { decodeWeights, encodeWeights, type StateDict } from '../../src/networks/weights.ts';
import { initialValues, toTorch, torchShape } from '../../src/supernet/parameters.ts';
import { publishedGenotypes } from '../../src/supernet/genotype/published.ts';

const folder = mkdtempSync(join(tmpdir(), 'mixop-export-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const python = '/usr/bin/python3';
const torchIsThere = spawnSync(python, ['-c', 'import torch']).status === 0;

function datasetOf(height: number, width: number, channels: number, count = 6): Dataset {
  const random = Random.fromSeed(1);
  const pixels = Uint8Array.from({ length: count * height * width * channels }, () => random.below(256));
  const labels = Uint16Array.from({ length: count }, (_, i) => i % 3);
  return { name: 'noise', count, height, width, channels, classes: 3, pixels, labels, maxPixel: 255 };
}

/** A network of random weights and statistics, as if it had been trained. */
function madeUp(name: string, image: Dataset, rest: Partial<NetworkCard> = {}): TrainedNetwork {
  const { height, width, channels } = image;
  const published = publishedGenotypes[name];
  const each = (value: number): number[] => Array.from({ length: channels }, () => value);
  const card: NetworkCard = {
    genotype: published?.text ?? name,
    space: published?.space.name ?? 'nasbench201',
    form: 'cifar',
    channels: 4,
    cells: 3,
    auxiliary: false,
    image: { height, width, channels },
    classes: 3,
    normalisation: { mean: each(0.4), deviation: each(0.3) },
    ...rest,
  };
  const { parameters } = buildEvaluationPlan(derivedNetwork(describeNetwork(card, name)), card.image, 1, 1);
  const random = Random.fromSeed(2);
  const weights: StateDict = new Map(
    [...parameters.list(), ...parameters.buffers()].map((parameter) => {
      const stream = random.split(parameter.name);
      const spread = 'constant' in parameter.initial ? 0.3 : 0;
      const values = initialValues(parameter, random).map(
        (value) => value + spread * (stream.uniform() - 0.5),
      );
      const shape = torchShape(parameter);
      return [parameter.name, { shape, values: Float32Array.from(toTorch(parameter, values)) }];
    }),
  );
  return { card, weights, file: name };
}

const networks: readonly [title: string, trained: TrainedNetwork, images: Dataset][] = (
  [
    ['DARTS_V2', 'DARTS_V2', datasetOf(8, 8, 1), {}],
    ['PC_DARTS at odd sizes', 'PC_DARTS', datasetOf(11, 9, 3), {}],
    ['NASNet_A', 'NASNet_A', datasetOf(8, 8, 2), {}],
    ['AmoebaNet_A', 'AmoebaNet_A', datasetOf(9, 9, 3), {}],
    ['ENAS for ImageNet', 'ENAS', datasetOf(33, 40, 3), { form: 'imagenet' }],
    [
      'a cell of NAS-Bench-201',
      '|nor_conv_3x3~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|nor_conv_1x1~1|none~2|',
      datasetOf(7, 10, 3),
      { cells: 1 },
    ],
    [
      'a cell of NAS-Bench-201 that passes nothing on',
      '|none~0|+|none~0|none~1|+|none~0|none~1|none~2|',
      datasetOf(8, 8, 3),
      { cells: 1 },
    ],
  ] as const
).map(([title, name, images, rest]) => [title, madeUp(name, images, rest), images]);

/** Normalised images as [N, C, H, W]. */
function planar(dataset: Dataset, { normalisation }: NetworkCard): Float32Array {
  const { height, width, channels, count } = dataset;
  const [batch] = evaluationBatches(dataset, allOf(dataset).indices, count, normalisation);
  const out = new Float32Array(batch!.images.length);
  const area = height * width;
  for (let n = 0; n < count; n++)
    for (let p = 0; p < area; p++)
      for (let c = 0; c < channels; c++)
        out[(n * channels + c) * area + p] = batch!.images[(n * area + p) * channels + c]!;
  return out;
}

async function runOnnx(model: Uint8Array, trained: TrainedNetwork, dataset: Dataset): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(model);
  const { height, width, channels, count } = dataset;
  const shape = [count, channels, height, width];
  const images = new ort.Tensor('float32', planar(dataset, trained.card), shape);
  const { logits } = await session.run({ images });
  return logits!.data as Float32Array;
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a).toHaveLength(b.length);
  return Array.from(a).reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}

/** The class of each of 300 images, of ten. */
function predictions(logits: Float32Array): number[] {
  return Array.from({ length: 300 }, (_, n) => {
    const row = [...logits.subarray(n * 10, n * 10 + 10)];
    return row.indexOf(Math.max(...row));
  });
}

describe('ONNX', () => {
  beforeAll(() => void (ort.env.wasm.numThreads = 1));

  it.each(networks)('%s gives the executor’s logits', async (_, trained, images) => {
    const wanted = await computeLogits(trained, allOf(images), { executor: 'reference' });
    const found = await runOnnx(encodeOnnx(trained), trained, images);
    expect(largestDifference(found, wanted)).toBeLessThan(1e-4);
  });

  it('gives the executor’s predictions on real test images of a trained network', async () => {
    const config = { data: 'digits', channels: 4, cells: 3, epochs: 6, batch: 64 };
    const { card, weights } = await retrain({ genotype: 'DARTS_V1', config });
    const trained = { card, weights, file: 'trained' };
    const { train } = await openData('digits');
    const size = 64 * 1;
    const indices = allOf(train).indices.subarray(0, 300);
    const shown: Dataset = {
      ...train,
      count: 300,
      pixels: train.pixels.subarray(0, 300 * size),
      labels: train.labels.subarray(0, 300),
    };
    const wanted = await computeLogits(trained, { dataset: train, indices });
    const found = await runOnnx(encodeOnnx(trained), trained, shown);
    expect(largestDifference(found, wanted)).toBeLessThan(1e-4);
    expect(predictions(found)).toEqual(predictions(wanted));
    const hits = predictions(wanted).filter((k, n) => k === train.labels[n]).length;
    expect(hits).toBeGreaterThan(240);
  });
});

describe('safetensors', () => {
  it('keep every bit of weights and card', () => {
    const [, trained] = networks[1]!;
    const { card, weights } = decodeWeights(encodeWeights(trained.weights, trained.card), 'file');
    expect(card).toEqual(trained.card);
    expect(weights).toEqual(trained.weights);
  });

  it.each([
    {
      what: 'channels',
      rest: { channels: 6 },
      says: 'stem.0.weight has shape [12, 1, 3, 3], and the network needs [18, 1, 3, 3]',
    },
    {
      what: 'cells',
      rest: { cells: 4 },
      says: 'has no tensor cells.3.preprocess0.conv_1.weight [8, 32, 1, 1]',
    },
    {
      what: 'classes',
      rest: { classes: 4 },
      says: 'classifier.weight has shape [3, 64], and the network needs [4, 64]',
    },
  ])('of other $what are refused by name and shape', async ({ rest, says }) => {
    const [, trained, images] = networks[0]!;
    const card = { ...trained.card, ...rest };
    const dataset = { ...images, classes: card.classes };
    const computed = computeLogits({ ...trained, card }, allOf(dataset));
    await expect(computed).rejects.toThrow(MixopError);
    await expect(computed).rejects.toThrow(says);
    expect(() => encodeOnnx({ ...trained, card })).toThrow(says);
  });

  it('that lack a tensor are refused', async () => {
    const [, trained, images] = networks[0]!;
    const weights = new Map(trained.weights);
    weights.delete('classifier.bias');
    const computed = computeLogits({ ...trained, weights }, allOf(images));
    await expect(computed).rejects.toThrow('has no tensor classifier.bias [3]');
  });
});

describe('the PyTorch module', () => {
  it('gives the executor’s logits, for every network', { timeout: 60_000 }, async ({ skip }) => {
    skip(!torchIsThere, `${python} has no torch`);
    const at = (name: string): string => join(folder, name);
    for (const [i, [, trained, images]] of networks.entries()) {
      writeFileSync(at(`network${i}.py`), await pytorchModule(trained.card, trained.file));
      writeFileSync(at(`network${i}.safetensors`), encodeWeights(trained.weights, trained.card));
      writeFileSync(at(`images${i}.f32`), planar(images, trained.card));
    }
    const shapes = networks.map(([, , { height, width, channels, count }]) => [
      count,
      channels,
      height,
      width,
    ]);
    const program = `
import importlib, torch
torch.set_num_threads(1)
for i, shape in enumerate(${JSON.stringify(shapes)}):
    module = importlib.import_module(f'network{i}')
    data = bytearray(open(f'images{i}.f32', 'rb').read())
    images = torch.frombuffer(data, dtype=torch.float32).reshape(shape)
    with torch.no_grad():
        print(module.load(f'network{i}.safetensors')(images).flatten().tolist())
`;
    const text = execFileSync(python, ['-B', '-c', program], { cwd: folder, encoding: 'utf8' });
    const found = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as number[]);
    expect(found).toHaveLength(networks.length);
    for (const [i, [, trained, images]] of networks.entries()) {
      const wanted = await computeLogits(trained, allOf(images), { executor: 'reference' });
      expect(largestDifference(found[i]!, wanted)).toBeLessThan(1e-4);
    }
  });
});
