// Mixed edges in a model of TensorFlow.js: two of them between a convolution and a linear layer, trained on the digits.
// Alpha learns on one half of the images and the weights on the other, in turn, as DARTS does it (first order).
//
//   npx tsx --import ./scripts/wgsl.mjs examples/tfjs-mixed-edge.ts [cpu|webgpu]

import * as tf from '@tensorflow/tfjs';
import { openData } from '../src/index.ts';
import { dartsCnn, mixedEdge, mixedEdgeWeights, openDevice, shareDevice } from '../src/tfjs/index.ts';

const [batch, channels, steps] = [32, 4, 40];

const backend = process.argv[2] ?? 'cpu';
const device = backend === 'webgpu' ? await openDevice() : undefined;
if (device !== undefined) shareDevice(device.device);
await tf.setBackend(backend);

const { train: digits } = await openData('digits');
const { pixels, labels, maxPixel, height, width, classes, count } = digits;

/** The batch number `step` of every second image, from the first or the second on. */
function batchOf(half: 0 | 1, step: number): { images: tf.Tensor4D; targets: tf.Tensor2D } {
  const indices = Array.from({ length: batch }, (_, i) => ((step * batch + i) * 2 + half) % count);
  const size = height * width;
  const values = indices.flatMap((index) => [...pixels.subarray(index * size, (index + 1) * size)]);
  return {
    images: tf.tensor4d(
      values.map((value) => value / maxPixel),
      [batch, height, width, 1],
    ),
    targets: tf.cast(
      tf.oneHot(
        indices.map((index) => labels[index]!),
        classes,
      ),
      'float32',
    ) as tf.Tensor2D,
  };
}

const stem = tf.variable(
  tf.randomNormal([3, 3, 1, channels], 0, 0.3, 'float32', 1),
) as tf.Variable<tf.Rank.R4>;
const head = tf.variable(
  tf.randomNormal([channels, classes], 0, 0.3, 'float32', 2),
) as tf.Variable<tf.Rank.R2>;
const edges = ([1, 2] as const).map((stride, seed) => ({
  stride,
  alpha: tf.variable(tf.zeros([8])),
  weights: mixedEdgeWeights(channels, { stride, seed }),
}));

/** constant: what the step does not train; its gradient is not computed. */
function lossOf(half: 0 | 1, step: number, constant: 'alpha' | 'weights'): tf.Scalar {
  const { images, targets } = batchOf(half, step);
  let x = tf.conv2d(images, stem, 1, 'same');
  for (const { stride, alpha, weights } of edges) x = mixedEdge(x, alpha, weights, { stride, constant });
  const logits = tf.matMul(tf.mean(x, [1, 2]) as tf.Tensor2D, head);
  return tf.losses.softmaxCrossEntropy(targets, logits);
}

const alphas = edges.map(({ alpha }) => alpha);
const weights = [stem, head, ...edges.flatMap((edge) => Object.values(edge.weights))];
const [forAlphas, forWeights] = [tf.train.adam(0.05, 0.5), tf.train.adam(0.03)];
const losses: number[] = [];
for (let step = 0; step < steps; step += 1) {
  forAlphas.minimize(() => lossOf(1, step, 'weights'), false, alphas);
  const loss = forWeights.minimize(() => lossOf(0, step, 'alpha'), true, weights)!;
  losses.push((await loss.data())[0]!);
  loss.dispose();
}

const mean = (values: readonly number[]): string =>
  (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(3);
console.log(
  `${tf.getBackend()}: loss ${mean(losses.slice(0, 5))} at first, ${mean(losses.slice(-5))} at last`,
);
for (const { stride, alpha } of edges) {
  const mix = await tf.softmax(alpha).data();
  const best = mix.indexOf(Math.max(...mix));
  console.log(`edge of stride ${stride}: ${dartsCnn.operations[best]!.name} ${mix[best]!.toFixed(2)}`);
}
device?.close();
