// The mixed edge of DARTS as an operation of tfjs: kernels `MixedEdge` and `MixedEdgeGrad`, registered for the backends
// `webgpu` (our WGSL, fused) and `cpu` (plain float64 loops), and the differentiable function over them.

import * as tf from '@tensorflow/tfjs-core';
import { MixopError } from '../base/errors.ts';
import { runOnCpu, type EdgeOutput, type EdgeRunner } from './edge-runner.ts';
import { runOnWebGpu } from './edge-webgpu.ts';
import type { EdgePlan } from './edge-plan.ts';
import { publicName } from './edge-plan.ts';
import {
  checkEdge,
  edgeFor,
  filterShape,
  type MixedEdgeOptions,
  type MixedEdgeWeights,
} from './edge-arguments.ts';

/** Inputs: x [N, H, W, C], alpha [O] and the weights by name. Outputs: y, and what the gradient needs besides. */
export const mixedEdgeKernel = 'MixedEdge';
/**
 * Inputs: as above, dy of y's shape, and `tape`. Outputs: the gradients of x, alpha and the weights, without
 * `constant`.
 */
export const mixedEdgeGradKernel = 'MixedEdgeGrad';

interface Attributes {
  readonly edge: EdgePlan;
}

function tensorsOf({ x, alpha, weights }: EdgePlan, inputs: tf.NamedTensorInfoMap) {
  const named = weights.map((weight) => [weight.tensor, inputs[publicName(weight)]!] as const);
  return new Map([[x, inputs['x']!], [alpha, inputs['alpha']!], ...named]);
}

function gradientsOf({ description, x, alpha, weights }: EdgePlan): EdgeOutput[] {
  const { gradients, shape, operations } = description;
  return [
    { tensor: { ...x, arena: 'dx' }, shape: [...shape] },
    ...(gradients.alpha ? [{ tensor: { ...alpha, arena: 'dalpha' }, shape: [operations.length] }] : []),
    ...(gradients.weights
      ? weights.map((weight) => ({
          tensor: { ...weight.tensor, arena: 'dweights' },
          shape: filterShape(weight),
        }))
      : []),
  ];
}

function registerFor<B extends tf.KernelBackend>(backendName: string, run: EdgeRunner<B>): void {
  tf.registerKernel({
    kernelName: mixedEdgeKernel,
    backendName,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { edge } = attrs as unknown as Attributes;
      const y = { tensor: edge.y, shape: [...edge.y.shape] };
      const { outputs, tape } = run(backend as B, edge, 'forward', { tensors: tensorsOf(edge, inputs) }, [y]);
      return [...outputs, tape];
    },
  });
  tf.registerKernel({
    kernelName: mixedEdgeGradKernel,
    backendName,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { edge } = attrs as unknown as Attributes;
      const tensors = tensorsOf(edge, inputs).set(edge.dy, inputs['dy']!);
      const { outputs } = run(
        backend as B,
        edge,
        'backward',
        { tensors, tape: inputs['tape']! },
        gradientsOf(edge),
      );
      return outputs;
    },
  });
}

registerFor('cpu', runOnCpu);
registerFor('webgpu', runOnWebGpu);

/**
 * sum over k of softmax(alpha)_k * operation_k(x): what an edge of a DARTS supernet computes (Liu et al. 2019,
 * eq. 2), all candidate operations fused. Batch norms run over the batch and have no scale and offset.
 *
 * x: [N, H, W, C]; alpha: [O], before the softmax; weights: as `mixedEdgeWeights` makes them. Returns
 * [N, ceil(H / stride), ceil(W / stride), C]. Differentiable once, by x, alpha and the weights; a gradient computes all
 * three, except what `constant` names. Throws a `MixopError` for wrong arguments, and on backends other than `webgpu`
 * and `cpu`.
 */
export function mixedEdge(
  x: tf.Tensor,
  alpha: tf.Tensor,
  weights: MixedEdgeWeights,
  options: MixedEdgeOptions = {},
): tf.Tensor4D {
  const edge = edgeFor(x.shape, options);
  checkEdge(edge, x, alpha, weights);
  const backend = tf.getBackend();
  if (tf.getKernel(mixedEdgeKernel, backend) === undefined) {
    const remedy = "call tf.setBackend('webgpu') or tf.setBackend('cpu')";
    throw new MixopError('usage', 'mixedEdge', `the backend ${backend} has no kernel for it`, remedy);
  }
  const attributes = { edge } as unknown as tf.NamedAttrMap;
  const names = edge.weights.map(publicName);
  const { gradients } = edge.description;
  const wanted: tf.Tensor[] = [
    x,
    ...(gradients.alpha ? [alpha] : []),
    ...(gradients.weights ? names.map((name) => weights[name]!) : []),
  ];
  const inputs: tf.NamedTensorMap = {
    x,
    alpha,
    ...Object.fromEntries(names.map((name) => [name, weights[name]!])),
  };
  const operation = tf.customGrad((...args) => {
    const save = args.at(-1) as tf.GradSaveFunc;
    const [y, tape] = tf.engine().runKernel(mixedEdgeKernel, inputs, attributes) as unknown as [
      tf.Tensor,
      tf.Tensor,
    ];
    save([...Object.values(inputs), tape]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const again = Object.fromEntries([...Object.keys(inputs), 'tape'].map((name, i) => [name, saved[i]!]));
      return tf
        .engine()
        .runKernel(mixedEdgeGradKernel, { ...again, dy }, attributes) as unknown as tf.Tensor[];
    };
    return { value: y, gradFunc };
  });
  return operation(...wanted) as tf.Tensor4D;
}
