// The arguments of a mixed edge: checks, plans by arguments, and initial weights.

import * as tf from '@tensorflow/tfjs-core';
import { MixopError } from '../base/errors.ts';
import { Random } from '../base/random.ts';
import type { CandidateOperation } from '../supernet/layers.ts';
import { initialValues, type Parameter } from '../supernet/parameters.ts';
import { dartsCnn } from '../supernet/spaces/darts-cnn.ts';
import { type EdgePlan, edgePlan, publicName } from './edge-plan.ts';

export interface MixedEdgeOptions {
  /** 2 halves height and width. By default 1. */
  readonly stride?: 1 | 2;
  /** In the order of alpha; by default the eight of `dartsCnn`. Pass the same array again: plans are cached by it. */
  readonly operations?: readonly CandidateOperation[];
  /** Held constant, so that no gradient is computed by it: the weights in a step of alpha, or the reverse. */
  readonly constant?: 'alpha' | 'weights';
}

/** By name, as PyTorch has it: `sep_conv_3x3.op.1.weight`. Filters are HWIO, depthwise ones [k, k, C, 1]. */
export type MixedEdgeWeights = Readonly<Record<string, tf.Tensor>>;

/** Plans by the array of operations, then by everything else. */
const plans = new WeakMap<readonly CandidateOperation[], Map<string, EdgePlan>>();

/** shape: of x. */
export function edgeFor(shape: readonly number[], options: MixedEdgeOptions): EdgePlan {
  const { stride = 1, operations = dartsCnn.operations, constant } = options;
  const channels = shape[3];
  if (shape.length !== 4 || channels === undefined || shape.some((size) => size < 1)) {
    throw wrong('x', `its shape is [${shape.join(', ')}]`, 'pass [N, H, W, C], no extent 0');
  }
  if (!operations.some(({ layers }) => layers !== 'zero')) {
    throw wrong('operations', 'all of them are zero', 'add one that computes something');
  }
  const layersOf = ({ layers, reduction }: CandidateOperation) => (stride === 2 && reduction) || layers;
  const halves = operations.map(layersOf).flatMap((layers) => (layers === 'zero' ? [] : layers));
  if (channels % 2 === 1 && halves.some(({ kind }) => kind === 'factorizedReduce')) {
    throw wrong('x', `it has ${channels} channels`, 'an operation of stride 2 needs an even number of them');
  }
  const known = plans.get(operations) ?? new Map<string, EdgePlan>();
  plans.set(operations, known);
  const key = [...shape, stride, constant].join();
  const gradients = { alpha: constant !== 'alpha', weights: constant !== 'weights' };
  const edge = known.get(key) ?? edgePlan({ shape, stride, operations, gradients });
  known.set(key, edge);
  return edge;
}

/** tfjs's shape of a weight. */
export function filterShape({ tensor, layout }: Parameter): number[] {
  if (layout === 'depthwise') return [...tensor.shape, 1];
  return layout === 'pointwise' ? [1, 1, ...tensor.shape] : [...tensor.shape];
}

export function checkEdge(
  { alpha: planned, weights: parameters }: EdgePlan,
  x: tf.Tensor,
  alpha: tf.Tensor,
  weights: MixedEdgeWeights,
): void {
  requireTensor('x', x, x.shape);
  requireTensor('alpha', alpha, [planned.shape[1]!]);
  const names = parameters.map(publicName);
  for (const [i, parameter] of parameters.entries()) {
    const weight = weights[names[i]!];
    if (weight === undefined) {
      throw wrong(
        names[i]!,
        'this weight is missing',
        `make weights with mixedEdgeWeights; this edge has ${names.join(', ')}`,
      );
    }
    requireTensor(names[i]!, weight, filterShape(parameter));
  }
}

function requireTensor(name: string, tensor: tf.Tensor, shape: readonly number[]): void {
  const { dtype } = tensor;
  if (tensor.shape.join() === shape.join() && dtype === 'float32') return;
  throw wrong(name, `it is ${dtype} [${tensor.shape.join(', ')}]`, `pass float32 [${shape.join(', ')}]`);
}

function wrong(argument: string, problem: string, remedy: string): MixopError {
  return new MixopError('usage', `mixedEdge ${argument}`, problem, remedy);
}

export interface MixedEdgeWeightsOptions extends Pick<MixedEdgeOptions, 'stride' | 'operations'> {
  /** Equal seeds make equal weights. By default 0. */
  readonly seed?: number;
}

/**
 * Trainable weights of an edge over `channels` channels, drawn as PyTorch draws them: uniform within 1 / sqrt(fan in).
 */
export function mixedEdgeWeights(
  channels: number,
  { seed = 0, ...options }: MixedEdgeWeightsOptions = {},
): Record<string, tf.Variable> {
  const random = Random.fromSeed(seed);
  const { weights } = edgeFor([1, 1, 1, channels], options);
  return Object.fromEntries(
    weights.map((parameter) => {
      const values = Float32Array.from(initialValues(parameter, random));
      return [publicName(parameter), tf.variable(tf.tensor(values, filterShape(parameter)))];
    }),
  );
}
