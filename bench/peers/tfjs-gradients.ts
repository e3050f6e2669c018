// Three of tfjs's gradients that a DARTS supernet needs are wrong or missing (4.22): average pooling divides by the whole
// window where it is padded, dilated depthwise convolutions throw, and batch norm throws without scale and offset. These
// replace them, built from tfjs's own kernels.

import * as tf from '@tensorflow/tfjs';

type Pair = readonly [number, number];
type Tensor = tf.Tensor4D;

const axes = [0, 1, 2];
const epsilon = 1e-5;

/**
 * Batch norm by the batch's own mean and variance, eps 1e-5, without scale and offset. x: [N, H, W, C].
 * dx = inv * (dy - mean(dy) - xhat * mean(dy * xhat)).
 */
export const normalise = tf.customGrad((x, save) => {
  const { mean, variance } = tf.moments(x as tf.Tensor, axes);
  const xhat = tf.batchNorm(x as tf.Tensor, mean, variance, undefined, undefined, epsilon);
  (save as tf.GradSaveFunc)([xhat, variance]);
  const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor => {
    const [normal, spread] = saved as [tf.Tensor, tf.Tensor];
    const inverse = tf.rsqrt(tf.add(spread, epsilon));
    const centred = tf.sub(dy, tf.mean(dy, axes));
    return tf.mul(tf.sub(centred, tf.mul(normal, tf.mean(tf.mul(dy, normal), axes))), inverse);
  };
  return { value: xhat, gradFunc };
}) as (x: Tensor) => Tensor;

/** Window by its part inside the image, for every output: [1, H', W', 1]. Kept for the life of the process. */
const shares = new Map<string, tf.Tensor>();

function shareOf(x: Tensor, dy: Tensor, window: number, stride: number, pad: number): tf.Tensor {
  const [, inputs, width] = x.shape;
  const [, height, columns] = dy.shape;
  const key = [inputs, width, window, stride, pad].join();
  const known = shares.get(key);
  if (known !== undefined) return known;
  const inside = (at: number, length: number): number =>
    Math.min(at * stride - pad + window, length) - Math.max(at * stride - pad, 0);
  const values = Array.from({ length: height * columns }, (_, i) => {
    const rows = inside(Math.floor(i / columns), inputs);
    return (window * window) / (rows * inside(i % columns, width));
  });
  const made = tf.keep(tf.tensor4d(values, [1, height, columns, 1]));
  shares.set(key, made);
  return made;
}

/** dx = tfjs's own gradient of dy times the share: it divides by the window. */
const averagePool: tf.GradConfig = {
  kernelName: 'AvgPool',
  inputsToSave: ['x'],
  gradFunc: (gradient, [input], attributes) => {
    const [dy, x] = [gradient as Tensor, input as Tensor];
    const { filterSize, strides, pad } = attributes as unknown as {
      filterSize: number;
      strides: number;
      pad: number;
    };
    const attrs = { filterSize, strides, pad };
    const scaled = (): tf.Tensor => tf.mul(dy, shareOf(x, dy, filterSize, strides, pad));
    return { x: () => tf.engine().runKernel('AvgPoolGrad', { dy: scaled(), input: x }, attrs) as tf.Tensor };
  },
};

/**
 * Without dilation tfjs's own kernels. With dilation 2 (stride 1, pad k - 1): dx is the same convolution of dy with the
 * filter turned around; dfilter that of every second pixel, which `spaceToBatchND` gathers.
 */
const depthwise: tf.GradConfig = {
  kernelName: 'DepthwiseConv2dNative',
  inputsToSave: ['x', 'filter'],
  gradFunc: (gradient, saved, attributes) => {
    const [x, filter] = saved as [Tensor, Tensor];
    const dy = gradient as Tensor;
    const { strides, pad, dilations } = attributes as unknown as {
      strides: Pair | number;
      pad: number;
      dilations: Pair | number;
    };
    const backward = (kernel: string, inputs: Record<string, tf.Tensor>, rest: object): tf.Tensor =>
      tf.engine().runKernel(kernel, inputs, { strides, dilations: [1, 1], ...rest }) as tf.Tensor;
    const dfilter = (from: Tensor, to: Tensor, border: number): tf.Tensor =>
      backward(
        'DepthwiseConv2dNativeBackpropFilter',
        { x: from, dy: to },
        { pad: border, filterShape: filter.shape },
      );
    if ([dilations].flat().every((one) => one === 1)) {
      return {
        x: () => backward('DepthwiseConv2dNativeBackpropInput', { dy, filter }, { pad, inputShape: x.shape }),
        filter: () => dfilter(x, dy, pad),
      };
    }
    const [, height, width] = x.shape;
    /** Pads to a multiple of the dilation, besides the border. */
    const apart = (image: Tensor, border: number): Tensor =>
      tf.spaceToBatchND(
        image,
        [2, 2],
        [height, width].map((size) => [border, border + (size % 2)]),
      );
    return {
      x: () => tf.depthwiseConv2d(dy, tf.reverse(filter, [0, 1]), 1, pad, 'NHWC', 2),
      filter: () => dfilter(apart(x, pad), apart(dy, 0), 0),
    };
  },
};

for (const config of [averagePool, depthwise]) {
  tf.unregisterGradient(config.kernelName);
  tf.registerGradient(config);
}
