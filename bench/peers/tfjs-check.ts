// Compares the unfused tfjs supernet with answers of the published code, on the default WebGPU adapter. Prints the relative
// L2 error of every quantity; exit code 1 where one is over its bound, 2 for bad arguments or files.
//   npx tsx bench/peers/tfjs-check.ts --fixture DIR

import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { MixopError } from '../../src/base/errors.ts';
import type { Split } from '../../src/bilevel/problem.ts';
import { openDevice } from '../../src/kernels/executors/webgpu/device.ts';
import { shareDevice } from '../../src/tfjs/share-device.ts';
import { readFixture } from '../../src/verify/fixture.ts';
import { RelativeError } from '../../src/verify/relative-error.ts';
import { type TfjsBatch, TfjsSupernet } from './tfjs-step.ts';

/** As float32 executors are held to (screened fixtures). */
const bounds = { forward: 1e-5, gradient: 1e-4 };

/** Axes of PyTorch's tensors in tfjs's order: filters OIHW to HWIO, depthwise [C, 1, k, k] to [k, k, C, 1]. */
function fromTorch(values: ArrayLike<number>, name: string, shape: readonly number[]): tf.Tensor {
  if (name.startsWith('alphas')) return tf.tensor(Float32Array.from(values), [...shape]);
  const order =
    shape.length === 4
      ? shape[3] === 1
        ? [2, 3, 0, 1]
        : [2, 3, 1, 0]
      : shape.map((_, i) => shape.length - 1 - i);
  const torch: number[] = [];
  for (const [i, axis] of order.entries()) torch[axis] = shape[i]!;
  return tf.tidy(() => tf.transpose(tf.tensor(Float32Array.from(values), torch), order));
}

function toTorch(tensor: tf.Tensor, name: string): tf.Tensor {
  if (name.startsWith('alphas')) return tensor;
  const { shape } = tensor;
  const order =
    shape.length === 4
      ? shape[3] === 1
        ? [2, 3, 0, 1]
        : [3, 2, 0, 1]
      : shape.map((_, i) => shape.length - 1 - i);
  return tf.transpose(tensor, order);
}

async function check(folder: string): Promise<boolean> {
  const fixture = await readFixture(folder);
  const { C: channels, layers: cells, classes, image, batch } = fixture.meta;
  const batchOf = (split: Split): TfjsBatch => {
    const images = tf.tensor4d(Float32Array.from(fixture.values(`x_${split}`)), [batch, 3, image, image]);
    const labels = tf.tensor1d([...fixture.values(`y_${split}`)], 'int32');
    return {
      images: tf.transpose(images, [0, 2, 3, 1]),
      labels: tf.cast(tf.oneHot(labels, classes), 'float32') as tf.Tensor2D,
    };
  };
  const valuesOf = (name: string): Float64Array =>
    fixture.values(name.startsWith('alphas') ? name : `param/${name}`);
  const model = new TfjsSupernet(
    { channels, cells, classes },
    { train: batchOf('train'), valid: batchOf('valid') },
    (name, shape) => fromTorch(valuesOf(name), name, shape),
  );
  const named = new Map([
    ...model.weights,
    ['alphas_normal', model.alphas.normal],
    ['alphas_reduce', model.alphas.reduce],
  ] as const);
  let good = true;
  const report = async (
    quantity: string,
    bound: number,
    pairs: Iterable<readonly [string, tf.Tensor]>,
  ): Promise<void> => {
    const error = new RelativeError();
    for (const [name, tensor] of pairs) error.add(await tensor.data(), fixture.values(name));
    const value = error.value();
    good &&= value <= bound;
    console.log(
      `${value <= bound ? 'ok  ' : 'FAIL'} ${quantity}: ${value.toExponential(1)} (bound ${bound.toExponential(0)})`,
    );
  };
  const gradients = (
    split: Split,
    prefix: string,
    names: readonly string[],
  ): { loss: tf.Tensor; pairs: [string, tf.Tensor][] } => {
    const { value, grads } = model.gradients(
      split,
      names.map((name) => named.get(name)!),
    );
    return {
      loss: value,
      pairs: names.map((name) => [`${prefix}${name}`, toTorch(grads[named.get(name)!.name]!, name)]),
    };
  };
  const alphas = ['alphas_normal', 'alphas_reduce'];
  const train = gradients('train', 'train/grad/', [...model.weights.keys(), ...alphas]);
  const first = gradients('valid', 'first/grad/', alphas);
  await report('logits', bounds.forward, [['train/logits', model.logits('train')]]);
  await report('loss', bounds.forward, [['train/loss', train.loss]]);
  await report('gradients of the weights', bounds.gradient, train.pairs.slice(0, -2));
  await report('gradients of the alphas', bounds.gradient, train.pairs.slice(-2));
  await report('validation loss', bounds.forward, [['first/valid_loss', first.loss]]);
  await report('first-order gradient of the alphas', bounds.gradient, first.pairs);
  return good;
}

async function main(): Promise<number> {
  const { fixture } = parseArgs({ options: { fixture: { type: 'string' } } }).values;
  if (fixture === undefined)
    throw new MixopError('usage', '--fixture', 'it is missing', 'name a folder with manifest.json');
  const opened = await openDevice();
  shareDevice(opened.device);
  await tf.setBackend('webgpu');
  try {
    return (await check(fixture)) ? 0 : 1;
  } finally {
    tf.removeBackend('webgpu');
    opened.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  if (!(error instanceof MixopError) && code?.startsWith('ERR_PARSE_ARGS') !== true) throw error;
  console.error(`tfjs-check: ${message}`);
  process.exitCode = 2;
}
