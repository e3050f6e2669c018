// The parameters of a network: PyTorch's names and layouts, tensors in the arena of weights, and PyTorch's initial
// distributions.

import type { Random } from '../base/random.ts';
import type { Values } from '../kernels/executor.ts';
import type { PlanBuilder } from '../kernels/graph.ts';
import type { RunningStatistics } from '../kernels/operations/running-norm/definition.ts';
import { count, extent, gatherRows, type Tensor } from '../kernels/tensor.ts';

/**
 * The order of a parameter's axes here and in PyTorch. dense: [height, width, I, O] and OIHW; pointwise: [I, O] and [O, I, 1, 1];
 * depthwise: [k, k, C] and [C, 1, k, k]; linear: [I, O] and [O, I]; rows: [I, ...] and the same with the other axes flattened;
 * vector: [C] in both.
 */
type ParameterLayout = 'dense' | 'pointwise' | 'depthwise' | 'linear' | 'rows' | 'vector';

export interface Parameter {
  readonly name: string;
  readonly tensor: Tensor;
  readonly layout: ParameterLayout;
  /** Uniform in [-bound, bound] (PyTorch's default, 1 / sqrt(fan in)), a constant, or ones on the diagonal. */
  readonly initial: { readonly bound: number } | { readonly constant: number } | { readonly diagonal: 1 };
}

export const weightArena = 'weights';
/** Running means and variances. */
export const runningArena = 'running';
/** Constants: no step changes them. */
const fixedArena = 'fixed';

/** Where parameters and running statistics are read from: their own arenas, or ones parallel to them. */
export interface ParameterArenas {
  readonly weights: string;
  readonly running: string;
}

/** Weights of a language model start uniform in [-0.04, 0.04] (the published code). */
const recurrentBound = 0.04;

/** Declares parameters in a plan's arena of weights; declaring a name again returns the same parameter. */
export class Parameters {
  private readonly builder: PlanBuilder;
  private readonly arenas: ParameterArenas;
  private readonly byName = new Map<string, Parameter>();
  private readonly statistics = new Map<string, Parameter>();
  private readonly constants = new Map<string, Parameter>();

  constructor(
    builder: PlanBuilder,
    arenas: ParameterArenas = { weights: weightArena, running: runningArena },
  ) {
    this.builder = builder;
    this.arenas = arenas;
  }

  /** All parameters, in the order of their first declaration. */
  list(): readonly Parameter[] {
    return [...this.byName.values()];
  }

  /** Running statistics, as PyTorch names them: no parameters, but they belong to a trained network. */
  buffers(): readonly Parameter[] {
    return [...this.statistics.values()];
  }

  /** Constant tensors: written once, and no part of a trained network. */
  fixed(): readonly Parameter[] {
    return [...this.constants.values()];
  }

  /** Trainable numbers, padding lanes not counted. */
  count(): number {
    return this.list().reduce((sum, { tensor }) => sum + count(tensor.shape), 0);
  }

  /** A filter bank without bias: [height, width, I, O], or [I, O] where it is 1x1. */
  convolution(
    name: string,
    kernel: number | readonly [height: number, width: number],
    inputs: number,
    outputs: number,
  ): Tensor {
    const [height, width] = typeof kernel === 'number' ? [kernel, kernel] : kernel;
    const initial = { bound: 1 / Math.sqrt(inputs * height * width) };
    return height * width === 1
      ? this.declare(name, [inputs, outputs], 'pointwise', initial)
      : this.declare(name, [height, width, inputs, outputs], 'dense', initial);
  }

  depthwise(name: string, kernel: number, channels: number): Tensor {
    return this.declare(name, [kernel, kernel, channels], 'depthwise', { bound: 1 / kernel });
  }

  linear(name: string, inputs: number, outputs: number): { weight: Tensor; bias: Tensor } {
    const initial = { bound: 1 / Math.sqrt(inputs) };
    return {
      weight: this.declare(`${name}.weight`, [inputs, outputs], 'linear', initial),
      bias: this.declare(`${name}.bias`, [outputs], 'vector', initial),
    };
  }

  /** A language model's: embedding [V, C], which also decodes, the decoder's bias, and a matrix for each state. */
  recurrent(
    words: number,
    units: number,
    nodes: number,
  ): { table: Tensor; bias: Tensor; first: Tensor; nodes: readonly Tensor[] } {
    const rows = (name: string, shape: readonly number[]): Tensor =>
      this.declare(name, shape, 'rows', { bound: recurrentBound });
    return {
      table: rows('encoder.weight', [words, units]),
      bias: this.declare('decoder.bias', [words], 'vector', { constant: 0 }),
      first: rows('rnns.0._W0', [2 * units, 2, units]),
      nodes: Array.from({ length: nodes }, (_, i) => rows(`rnns.0._Ws.${i}`, [units, 2, units])),
    };
  }

  affine(name: string, channels: number): { gamma: Tensor; beta: Tensor } {
    return {
      gamma: this.declare(`${name}.weight`, [channels], 'vector', { constant: 1 }),
      beta: this.declare(`${name}.bias`, [channels], 'vector', { constant: 0 }),
    };
  }

  /** Running mean and variance of a batch norm, [C] each. */
  running(name: string, channels: number): RunningStatistics {
    const { running } = this.arenas;
    const declare = (part: string, constant: number): Tensor => {
      const parameter = { name: `${name}.${part}`, layout: 'vector', initial: { constant } } as const;
      return this.place(this.statistics, runningArena, running, [channels], parameter);
    };
    return { mean: declare('running_mean', 0), variance: declare('running_var', 1) };
  }

  /** A 1x1 filter that truncates channels or pads them with zeros, [I, O]; not trained. */
  identity(inputs: number, outputs: number): Tensor {
    const name = `identity ${inputs} ${outputs}`;
    const parameter = { name, layout: 'pointwise', initial: { diagonal: 1 } } as const;
    return this.place(this.constants, fixedArena, fixedArena, [inputs, outputs], parameter);
  }

  private declare(
    name: string,
    shape: readonly number[],
    layout: ParameterLayout,
    initial: Parameter['initial'],
  ): Tensor {
    const { weights } = this.arenas;
    return this.place(this.byName, weightArena, weights, shape, { name, layout, initial });
  }

  private place(
    known: Map<string, Parameter>,
    home: string,
    arena: string,
    shape: readonly number[],
    parameter: Omit<Parameter, 'tensor'>,
  ): Tensor {
    const there = known.get(parameter.name);
    const own = this.builder.persistent(home, parameter.name, shape);
    if (there !== undefined) return there.tensor;
    const tensor = arena === home ? own : this.builder.parallel(own, arena);
    known.set(parameter.name, { ...parameter, tensor });
    return tensor;
  }
}

/** Initial values, dense. Every name has its own random stream, so values do not depend on the order of parameters. */
export function initialValues({ name, tensor, initial }: Parameter, random: Random): Float64Array {
  const values = new Float64Array(count(tensor.shape));
  if ('constant' in initial) return values.fill(initial.constant);
  if ('diagonal' in initial) {
    const width = tensor.shape.at(-1)!;
    return values.map((_, i) => (Math.floor(i / width) === i % width ? initial.diagonal : 0));
  }
  const stream = random.split(name);
  return values.map(() => Math.fround((2 * stream.uniform() - 1) * initial.bound));
}

/** The dense values of a tensor in a copy of its arena, or of one parallel to it. */
export function denseValues(arena: Values, tensor: Tensor): Float64Array {
  const from = Float64Array.from(arena.subarray(tensor.offset, tensor.offset + extent(tensor)));
  return gatherRows(from, new Float64Array(count(tensor.shape)), tensor);
}

/** The shape of a parameter in PyTorch. */
export function torchShape({ tensor, layout }: Parameter): readonly number[] {
  const [a, b, c, d] = tensor.shape as readonly [number, number, number, number];
  switch (layout) {
    case 'dense':
      return [d, c, a, b];
    case 'pointwise':
      return [b, a, 1, 1];
    case 'depthwise':
      return [c, 1, a, b];
    case 'linear':
      return [b, a];
    case 'rows':
      return [a, count(tensor.shape) / a];
    case 'vector':
      return [a];
  }
}

/** Index in PyTorch's order of every element in ours. */
function torchOrder({ tensor, layout }: Parameter): Uint32Array {
  const { shape } = tensor;
  if (layout === 'vector' || layout === 'rows')
    return Uint32Array.from({ length: count(shape) }, (_, i) => i);
  const taps = layout === 'dense' || layout === 'depthwise' ? shape[0]! * shape[1]! : 1;
  const inputs = layout === 'depthwise' ? 1 : shape.at(-2)!;
  const outputs = shape.at(-1)!;
  const order = new Uint32Array(taps * inputs * outputs);
  let at = 0;
  for (let tap = 0; tap < taps; tap++) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++) order[at++] = (o * inputs + i) * taps + tap;
    }
  }
  return order;
}

/** Values in PyTorch's order to dense values in ours. */
export function fromTorch(parameter: Parameter, values: ArrayLike<number>): Float64Array {
  return Float64Array.from(torchOrder(parameter), (index) => values[index]!);
}

/** Dense values in our order to PyTorch's. */
export function toTorch(parameter: Parameter, values: ArrayLike<number>): Float64Array {
  const order = torchOrder(parameter);
  const result = new Float64Array(order.length);
  for (const [at, index] of order.entries()) result[index] = values[at]!;
  return result;
}
