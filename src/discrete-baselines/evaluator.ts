// What scores an architecture: shared weights, a short training, a table, workers elsewhere. One interface, so that
// every strategy runs on each.

import type { Random } from '../base/random.ts';
import type { Stop, Stopping } from '../predictors/curves/stopping.ts';
import type { Architecture } from './architecture.ts';

/** Low-fidelity proxies; what is left out is as in the full evaluation. */
export interface Fidelity {
  readonly epochs?: number;
  /** Share of the training images, in (0, 1]. */
  readonly dataShare?: number;
  /** Height and width of the images. */
  readonly imageSize?: number;
  readonly channels?: number;
}

/** What an evaluator that trains needs to end a training early; plain JSON. Curves are in the evaluator's unit. */
export interface RunStopping {
  readonly settings: Stopping;
  /** Trainings that have ended. */
  readonly ended: readonly EndedRun[];
  /** What is known of this architecture before. */
  readonly features: readonly number[];
}

export interface EndedRun {
  readonly values: readonly number[];
  readonly features: readonly number[];
}

export interface EvaluationRequest {
  readonly id: number;
  /** Of the search; with `id` a name for what the evaluation leaves. */
  readonly seed: number;
  readonly architecture: Architecture;
  readonly fidelity: Fidelity;
  /** See `Proposal.parent`. */
  readonly parent?: number;
  /** A stream of its own for every evaluation: the result does not depend on when or where it is computed. */
  readonly random: Random;
  /** Where trainings that will not become the best are ended early, in full evaluations only. */
  readonly stopping?: RunStopping;
}

export interface Evaluation {
  /** What the search maximises, finite: a validation accuracy, in the evaluator's unit. */
  readonly score: number;
  /** Seconds that it cost: measured, or what a table says. */
  readonly seconds: number;
  /** Training epochs that it cost. */
  readonly epochs: number;
  /** The score after every epoch, where there is such a curve. */
  readonly curve?: readonly number[];
  /** Where the training was ended early; the score is then the last value that it reached. */
  readonly stop?: Stop;
  /** What else is known, finite: test accuracy, parameters, multiply-adds, latency. No strategy sees it. */
  readonly metrics: Readonly<Record<string, number>>;
}

export interface Evaluator {
  readonly name: string;
  /** Seconds that an evaluation will cost, where that is known before it is made. */
  cost?(architecture: Architecture, fidelity: Fidelity): number;
  /** Rejects with the signal's reason where it is aborted. May be called again before the last call has ended. */
  evaluate(request: EvaluationRequest, signal: AbortSignal): Promise<Evaluation>;
}
