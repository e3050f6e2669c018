// A first-order DARTS step in plain tfjs: alpha by Adam on a validation batch, then the weights by SGD on a training
// batch. Each computes only the gradients that it needs. Nothing is read back to the host.

import * as tf from '@tensorflow/tfjs';
import type { Split } from '../../src/bilevel/problem.ts';
import { crossEntropy, edges, logits, type GetParameter, type PeerSize } from './tfjs-supernet.ts';

export interface TfjsBatch {
  readonly images: tf.Tensor4D;
  /** One-hot, [N, classes]. */
  readonly labels: tf.Tensor2D;
}

const rates = { weights: 0.025, alphas: 3e-4 };
const decays = { weights: 3e-4, alphas: 1e-3 };
const [momentum, clip, epsilon] = [0.9, 5, 1e-8];
const [beta1, beta2] = [0.5, 0.999];

const zerosLike = (variable: tf.Variable): tf.Variable => tf.variable(tf.zeros(variable.shape), false);

export class TfjsSupernet {
  readonly weights = new Map<string, tf.Variable>();
  readonly alphas: { readonly normal: tf.Variable; readonly reduce: tf.Variable };
  private readonly size: PeerSize;
  private readonly batches: Readonly<Record<Split, TfjsBatch>>;
  private readonly parameters: GetParameter;
  private readonly velocity = new Map<tf.Variable, tf.Variable>();
  private readonly moments = new Map<tf.Variable, readonly [tf.Variable, tf.Variable]>();
  private steps = 0;

  /** `initial`: returns the values of a parameter. */
  constructor(
    size: PeerSize,
    batches: Readonly<Record<Split, TfjsBatch>>,
    initial: (name: string, shape: readonly number[], fanIn?: number) => tf.Tensor,
  ) {
    this.size = size;
    this.batches = batches;
    this.parameters = (name, shape, fanIn) => {
      const known = this.weights.get(name);
      if (known !== undefined) return known;
      const made = tf.variable(initial(name, shape, fanIn), true);
      this.weights.set(name, made);
      return made;
    };
    const alpha = (name: string): tf.Variable => tf.variable(initial(name, [edges, 8], 1e6));
    this.alphas = { normal: alpha('alphas_normal'), reduce: alpha('alphas_reduce') };
    // The first pass creates the weights.
    tf.tidy(() => void this.logits('train'));
  }

  logits(split: Split): tf.Tensor2D {
    return logits(this.parameters, this.size, this.batches[split].images, this.alphas);
  }

  /** Gradients by these variables, by name of variable. */
  gradients(
    split: Split,
    variables: readonly tf.Variable[],
  ): { readonly value: tf.Scalar; readonly grads: tf.NamedTensorMap } {
    const loss = (): tf.Scalar => crossEntropy(this.logits(split), this.batches[split].labels);
    return tf.variableGrads(loss, [...variables]);
  }

  step(): void {
    this.steps += 1;
    tf.tidy(() => this.alphaStep());
    tf.tidy(() => this.weightStep());
  }

  /** Adam with coupled weight decay. */
  private alphaStep(): void {
    const variables = Object.values(this.alphas);
    const { grads } = this.gradients('valid', variables);
    const [first, second] = [1 - beta1 ** this.steps, 1 - beta2 ** this.steps];
    for (const alpha of variables) {
      const [m, v] = this.moments.get(alpha) ?? [zerosLike(alpha), zerosLike(alpha)];
      this.moments.set(alpha, [m, v]);
      const gradient = tf.add(grads[alpha.name]!, tf.mul(alpha, decays.alphas));
      m.assign(tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1)));
      v.assign(tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
      const scale = tf.add(tf.sqrt(tf.div(v, second)), epsilon);
      alpha.assign(tf.sub(alpha, tf.mul(tf.div(tf.div(m, first), scale), rates.alphas)));
    }
  }

  /** SGD with momentum and coupled weight decay, the gradient clipped to a norm. */
  private weightStep(): void {
    const variables = [...this.weights.values()];
    const { grads } = this.gradients('train', variables);
    const squares = variables.map(({ name }) => tf.sum(tf.square(grads[name]!)));
    const norm = tf.sqrt(tf.sum(tf.stack(squares)));
    const scale = tf.minimum(tf.div(clip, tf.add(norm, 1e-6)), 1);
    for (const weight of variables) {
      const before = this.velocity.get(weight) ?? zerosLike(weight);
      this.velocity.set(weight, before);
      const gradient = tf.add(tf.mul(grads[weight.name]!, scale), tf.mul(weight, decays.weights));
      before.assign(tf.add(tf.mul(before, momentum), gradient));
      weight.assign(tf.sub(weight, tf.mul(before, rates.weights)));
    }
  }
}
