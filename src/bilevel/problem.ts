// What a bilevel step needs of its problem, and nothing more: losses, gradients and vector operations. A supernet
// implements it by recording a plan (its vectors are arenas, its scalars live on the device); a closed-form
// problem by computing at once. A step has no branches on values, so both can follow it.

export type Split = 'train' | 'valid';

export interface BatchResult<S = number> {
  /** Mean loss of the batch. */
  readonly loss: S;
  /** Correctly classified examples of the batch. */
  readonly correct: S;
}

/** `V`: a vector of weights or of alphas; `S`: a scalar. */
export interface BilevelProblem<V, S> {
  readonly weights: V;
  readonly alphas: V;
  /** Everything that a weight step changes: the weights, and the optimizer's momentum where it has one. */
  readonly weightState: readonly V[];
  /** eta: the current learning rate of the weights. */
  readonly weightRate: S;
  /** A work vector or scalar; the same name gives the same one. */
  vector(name: string, like: 'weights' | 'alphas'): V;
  scalar(name: string): S;
  /** The loss of a split's current batch at the current weights and alphas, with only the gradients asked for. */
  gradient(split: Split, into: { readonly weights?: V; readonly alphas?: V }): BatchResult<S>;
  /** One step of the weights' optimizer, momentum included; clipped or not. */
  weightStep(gradient: V, options: { readonly clipped: boolean }): void;
  alphaStep(gradient: V): void;
  /** to = from */
  copy(to: V, from: V): void;
  /** out = base + factor * scale * x (scale: 1 if absent) */
  axpy(out: V, base: V, factor: number, x: V, scale?: S): void;
  /** out = ||x||_2 */
  norm(out: S, x: V): void;
  /** out = factor * numerator / denominator (numerator: 1 if absent), and 0 where the denominator is 0 */
  quotient(out: S, factor: number, numerator: S | undefined, denominator: S): void;
}

/** Writes the gradient of the validation loss by alpha into `into`. One file an estimator, all with this signature. */
export type AlphaGradient = <V, S>(problem: BilevelProblem<V, S>, into: V) => BatchResult<S>;
