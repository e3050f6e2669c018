// A small fully connected network in float64 with its gradient: the sampler of a posterior needs float64, and thousands
// of networks of this size are trained where a tensor library's cost per operation would rule.

import type { Random } from '../base/random.ts';

export interface DenseShape {
  /** Inputs, the widths of the hidden layers, outputs. */
  readonly sizes: readonly number[];
  /** Of the hidden layers; the outputs are linear. */
  readonly activation: 'tanh' | 'relu';
}

/** All weights [outputs, inputs] and biases, layer by layer, are one flat array. */
export function parameterCount({ sizes }: DenseShape): number {
  return sizes.slice(1).reduce((sum, size, layer) => sum + size * (sizes[layer]! + 1), 0);
}

/** Normal weights with variance gain / inputs (He et al. 2015 for relu, LeCun et al. 1998 for tanh), biases 0. */
export function initialParameters(shape: DenseShape, random: Random): Float64Array {
  const parameters = new Float64Array(parameterCount(shape));
  const gain = shape.activation === 'relu' ? 2 : 1;
  let at = 0;
  for (let layer = 1; layer < shape.sizes.length; layer++) {
    const inputs = shape.sizes[layer - 1]!;
    const outputs = shape.sizes[layer]!;
    for (let i = 0; i < inputs * outputs; i++) parameters[at++] = random.normal() * Math.sqrt(gain / inputs);
    at += outputs;
  }
  return parameters;
}

/** Buffers for one input at a time; not for use by two at once. */
export class DenseNetwork {
  readonly shape: DenseShape;
  private readonly values: readonly Float64Array[];
  private readonly gradients: readonly Float64Array[];
  /** The inputs that are not zero, of 0/1 features few: the first `activeCount`. */
  private readonly active: Uint32Array;
  private activeCount = 0;

  constructor(shape: DenseShape) {
    this.shape = shape;
    this.values = shape.sizes.map((size) => new Float64Array(size));
    this.gradients = shape.sizes.map((size) => new Float64Array(size));
    this.active = new Uint32Array(shape.sizes[0]!);
  }

  /** The outputs for an input; overwritten by the next call. */
  forward(parameters: Float64Array, input: ArrayLike<number>): Float64Array {
    const { sizes, activation } = this.shape;
    this.values[0]!.set(input);
    let count = 0;
    for (let i = 0; i < input.length; i++) if (input[i] !== 0) this.active[count++] = i;
    this.activeCount = count;
    let at = 0;
    for (let layer = 1; layer < sizes.length; layer++) {
      const from = this.values[layer - 1]!;
      const to = this.values[layer]!;
      if (layer === 1) sparseLayer(parameters, at, from, this.active, count, to);
      else denseLayer(parameters, at, from, to);
      if (layer < sizes.length - 1) {
        for (let o = 0; o < to.length; o++)
          to[o] = activation === 'tanh' ? Math.tanh(to[o]!) : Math.max(0, to[o]!);
      }
      at += (from.length + 1) * to.length;
    }
    return this.values.at(-1)!;
  }

  /** Adds to `gradient` what the last input's outputs contribute: d loss / d outputs is given. */
  backward(parameters: Float64Array, outputs: ArrayLike<number>, gradient: Float64Array): void {
    const { sizes, activation } = this.shape;
    this.gradients.at(-1)!.set(outputs);
    let end = parameters.length;
    for (let layer = sizes.length - 1; layer > 0; layer--) {
      const from = this.values[layer - 1]!;
      const dFrom = this.gradients[layer - 1]!;
      const dTo = this.gradients[layer]!;
      const biases = end - dTo.length;
      const start = biases - from.length * dTo.length;
      if (layer > 1) dFrom.fill(0);
      for (let o = 0; o < dTo.length; o++) {
        const slope = dTo[o]!;
        if (slope === 0) continue;
        gradient[biases + o]! += slope;
        const row = start + o * from.length;
        if (layer === 1) {
          for (let k = 0; k < this.activeCount; k++) {
            const i = this.active[k]!;
            gradient[row + i]! += slope * from[i]!;
          }
        } else {
          for (let i = 0; i < from.length; i++) {
            gradient[row + i]! += slope * from[i]!;
            dFrom[i]! += slope * parameters[row + i]!;
          }
        }
      }
      if (layer > 1) {
        // tanh' = 1 - tanh^2; relu' = [output > 0]
        for (let i = 0; i < from.length; i++)
          dFrom[i]! *= activation === 'tanh' ? 1 - from[i]! * from[i]! : from[i]! > 0 ? 1 : 0;
      }
      end = start;
    }
  }
}

/** to[o] = bias[o] + sum of w[o, i] from[i] over the active i; the weights, then the biases, stand from `at` on. */
function sparseLayer(
  parameters: Float64Array,
  at: number,
  from: Float64Array,
  active: Uint32Array,
  count: number,
  to: Float64Array,
): void {
  const biases = at + from.length * to.length;
  for (let o = 0; o < to.length; o++) to[o] = parameters[biases + o]!;
  for (let k = 0; k < count; k++) {
    const i = active[k]!;
    const value = from[i]!;
    for (let o = 0; o < to.length; o++) to[o]! += parameters[at + o * from.length + i]! * value;
  }
}

/** The same over all i, four outputs at a time: one sum alone waits for every addition. */
function denseLayer(parameters: Float64Array, at: number, from: Float64Array, to: Float64Array): void {
  const width = from.length;
  const biases = at + width * to.length;
  const blocks = to.length - (to.length % 4);
  for (let o = 0; o < blocks; o += 4) {
    const w0 = at + o * width;
    const w1 = w0 + width;
    const w2 = w1 + width;
    const w3 = w2 + width;
    let s0 = parameters[biases + o]!;
    let s1 = parameters[biases + o + 1]!;
    let s2 = parameters[biases + o + 2]!;
    let s3 = parameters[biases + o + 3]!;
    for (let i = 0; i < width; i++) {
      const value = from[i]!;
      s0 += parameters[w0 + i]! * value;
      s1 += parameters[w1 + i]! * value;
      s2 += parameters[w2 + i]! * value;
      s3 += parameters[w3 + i]! * value;
    }
    to[o] = s0;
    to[o + 1] = s1;
    to[o + 2] = s2;
    to[o + 3] = s3;
  }
  for (let o = blocks; o < to.length; o++) {
    let sum = parameters[biases + o]!;
    for (let i = 0; i < width; i++) sum += parameters[at + o * width + i]! * from[i]!;
    to[o] = sum;
  }
}
