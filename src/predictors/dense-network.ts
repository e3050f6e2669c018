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
  /** The first layer's inputs that are not zero, of 0/1 features few; of other layers all. */
  private readonly active: readonly Uint32Array[];
  private readonly activeCount: Uint32Array;

  constructor(shape: DenseShape) {
    this.shape = shape;
    this.values = shape.sizes.map((size) => new Float64Array(size));
    this.gradients = shape.sizes.map((size) => new Float64Array(size));
    this.active = shape.sizes.map((size) => Uint32Array.from({ length: size }, (_, i) => i));
    this.activeCount = Uint32Array.from(shape.sizes);
  }

  /** The outputs for an input; overwritten by the next call. */
  forward(parameters: Float64Array, input: ArrayLike<number>): Float64Array {
    const { sizes, activation } = this.shape;
    this.values[0]!.set(input);
    let count = 0;
    for (let i = 0; i < input.length; i++) if (input[i] !== 0) this.active[0]![count++] = i;
    this.activeCount[0] = count;
    let at = 0;
    for (let layer = 1; layer < sizes.length; layer++) {
      const from = this.values[layer - 1]!;
      const to = this.values[layer]!;
      const biases = at + from.length * to.length;
      const active = this.active[layer - 1]!;
      const count = this.activeCount[layer - 1]!;
      const last = layer === sizes.length - 1;
      for (let o = 0; o < to.length; o++) {
        let sum = parameters[biases + o]!;
        for (let k = 0; k < count; k++) sum += parameters[at + active[k]!]! * from[active[k]!]!;
        at += from.length;
        to[o] = last ? sum : activation === 'tanh' ? Math.tanh(sum) : Math.max(0, sum);
      }
      at += to.length;
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
      const dFrom = this.gradients[layer - 1]!.fill(0);
      const dTo = this.gradients[layer]!;
      const active = this.active[layer - 1]!;
      const count = this.activeCount[layer - 1]!;
      const biases = end - dTo.length;
      const start = biases - from.length * dTo.length;
      for (let o = 0; o < dTo.length; o++) {
        const slope = dTo[o]!;
        if (slope === 0) continue;
        gradient[biases + o]! += slope;
        const row = start + o * from.length;
        for (let k = 0; k < count; k++) {
          const i = active[k]!;
          gradient[row + i]! += slope * from[i]!;
          dFrom[i]! += slope * parameters[row + i]!;
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
