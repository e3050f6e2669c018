// The unfused DARTS supernet in plain tfjs, written from the specification: one tfjs operation for each step of each
// candidate operation, as a tfjs user would write it. Images are NHWC, weights HWIO; names are PyTorch's.

import * as tf from '@tensorflow/tfjs';
import { normalise } from './tfjs-gradients.ts';

type Tensor = tf.Tensor4D;

export interface PeerSize {
  readonly channels: number;
  readonly cells: number;
  readonly classes: number;
}

/** Returns the parameter of that name; shape: of filters HWIO, depthwise [k, k, C, 1]. `fanIn` 0: ones, undefined: zeros. */
export type GetParameter = (name: string, shape: readonly number[], fanIn?: number) => tf.Tensor;

const nodes = 4;
const operations = 8;
export const edges = 14;

function relu(x: Tensor): Tensor {
  return tf.relu(x);
}

function pointwise(get: GetParameter, x: Tensor, name: string, outputs: number, stride: 1 | 2 = 1): Tensor {
  const inputs = x.shape[3];
  return tf.conv2d(x, get(name, [1, 1, inputs, outputs], inputs) as Tensor, stride, 'valid');
}

/** stride 2 with dilation 2 (tfjs refuses it) touches every second pixel only: a convolution of those, undilated. */
function depthwise(
  get: GetParameter,
  x: Tensor,
  name: string,
  kernel: number,
  stride: 1 | 2,
  dilation: 1 | 2,
): Tensor {
  const filter = get(name, [kernel, kernel, x.shape[3], 1], kernel * kernel) as Tensor;
  if (stride === 2 && dilation === 2) {
    return tf.depthwiseConv2d(tf.maxPool(x, 1, 2, 0), filter, 1, kernel >> 1);
  }
  return tf.depthwiseConv2d(x, filter, stride, dilation * (kernel >> 1), 'NHWC', dilation);
}

/** ReLU, depthwise, 1x1, without the norm that follows. */
function half(
  get: GetParameter,
  x: Tensor,
  name: string,
  at: number,
  kernel: number,
  stride: 1 | 2,
  dilation: 1 | 2,
): Tensor {
  const deep = depthwise(get, relu(x), `${name}.op.${at + 1}.weight`, kernel, stride, dilation);
  return pointwise(get, deep, `${name}.op.${at + 2}.weight`, x.shape[3]);
}

function separable(get: GetParameter, x: Tensor, name: string, kernel: number, stride: 1 | 2): Tensor {
  return half(get, normalise(half(get, x, name, 0, kernel, stride, 1)), name, 4, kernel, 1, 1);
}

function factorizedReduce(get: GetParameter, input: Tensor, name: string, outputs: number): Tensor {
  const x = relu(input);
  const [n, h, w, c] = x.shape;
  const shifted = tf.slice(x, [0, 1, 1, 0], [n, h - 1, w - 1, c]);
  return tf.concat(
    [
      pointwise(get, x, `${name}.conv_1.weight`, outputs / 2, 2),
      pointwise(get, shifted, `${name}.conv_2.weight`, outputs / 2, 2),
    ],
    3,
  );
}

/** A candidate by its column of alpha, before its last norm; not those that have none: `none`, and the skip of stride 1. */
export function beforeNorm(
  get: GetParameter,
  x: Tensor,
  name: string,
  column: number,
  stride: 1 | 2,
): Tensor {
  switch (column) {
    case 1:
      return tf.maxPool(x, 3, stride, 1);
    case 2:
      return tf.avgPool(x, 3, stride, 1);
    case 3:
      return factorizedReduce(get, x, name, x.shape[3]);
    case 4:
      return separable(get, x, name, 3, stride);
    case 5:
      return separable(get, x, name, 5, stride);
    case 6:
      return half(get, x, name, 0, 3, stride, 2);
    default:
      return half(get, x, name, 0, 5, stride, 2);
  }
}

/** The candidates but `none`, which contributes nothing, weighted. mix: by operation, scalars. */
export function mixedEdge(
  get: GetParameter,
  mix: readonly tf.Tensor[],
  x: Tensor,
  name: string,
  stride: 1 | 2,
): Tensor {
  const terms = Array.from({ length: operations - 1 }, (_, i) => {
    const column = i + 1;
    const skips = column === 3 && stride === 1;
    const y = skips ? x : normalise(beforeNorm(get, x, `${name}._ops.${column}`, column, stride));
    return tf.mul(y, mix[column]!);
  });
  return tf.addN(terms) as Tensor;
}

/** mix: by edge and operation, scalars. */
export function cell(
  get: GetParameter,
  mix: readonly tf.Tensor[],
  inputs: readonly Tensor[],
  reduces: boolean,
  name: string,
): Tensor {
  const states = [...inputs];
  let edge = 0;
  for (let node = 0; node < nodes; node += 1) {
    const incoming = states.map((state, from) => {
      const stride = reduces && from < 2 ? 2 : 1;
      const own = mix.slice(edge * operations, (edge + 1) * operations);
      return mixedEdge(get, own, state, `${name}._ops.${edge++}`, stride);
    });
    states.push(tf.addN(incoming));
  }
  return tf.concat(states.slice(2), 3);
}

/** What a cell does to an input; halves: its height and width are twice those of the other input. */
export function preprocess(
  get: GetParameter,
  x: Tensor,
  name: string,
  outputs: number,
  halves: boolean,
): Tensor {
  return normalise(
    halves
      ? factorizedReduce(get, x, name, outputs)
      : pointwise(get, relu(x), `${name}.op.1.weight`, outputs),
  );
}

/** The softmax of alpha [E, O], row by row, as scalars. */
export function scalars(alpha: tf.Tensor): readonly tf.Tensor[] {
  return tf.split(tf.reshape(tf.softmax(alpha), [-1]), alpha.size);
}

/** images: [N, H, W, 3], alphas [14, 8] by cell kind. Returns logits [N, classes]. */
export function logits(
  get: GetParameter,
  { channels, cells, classes }: PeerSize,
  images: Tensor,
  alphas: { readonly normal: tf.Tensor; readonly reduce: tf.Tensor },
): tf.Tensor2D {
  const mixes = { normal: scalars(alphas.normal), reduce: scalars(alphas.reduce) };
  const width = 3 * channels;
  const filter = get('stem.0.weight', [3, 3, 3, width], 27) as Tensor;
  const stem = normalise(tf.conv2d(images, filter, 1, 1));
  let before = tf.add(tf.mul(stem, get('stem.1.weight', [width], 0)), get('stem.1.bias', [width])) as Tensor;
  let last = before;
  let c = channels;
  let afterReduction = false;
  for (let i = 0; i < cells; i += 1) {
    const reduces = [Math.floor(cells / 3), Math.floor((2 * cells) / 3)].includes(i);
    if (reduces) c *= 2;
    const name = `cells.${i}`;
    const inputs = [
      preprocess(get, before, `${name}.preprocess0`, c, afterReduction),
      preprocess(get, last, `${name}.preprocess1`, c, false),
    ];
    const next = cell(get, mixes[reduces ? 'reduce' : 'normal'], inputs, reduces, name);
    [before, last, afterReduction] = [last, next, reduces];
  }
  const pooled = tf.mean(last, [1, 2]) as tf.Tensor2D;
  const features = pooled.shape[1];
  const weight = get('classifier.weight', [features, classes], features) as tf.Tensor2D;
  return tf.add(tf.matMul(pooled, weight), get('classifier.bias', [classes]));
}

/** labels: one-hot, [N, classes]. Returns the mean cross-entropy. */
export function crossEntropy(out: tf.Tensor2D, labels: tf.Tensor2D): tf.Scalar {
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(out), labels), 1)));
}
