// What the processes of a search say to each other: plain data.

import type { ErrorKind } from '../../base/errors.ts';
import type { RandomState } from '../../base/random.ts';
import type { Evaluation, EvaluationRequest } from '../../discrete-baselines/evaluator.ts';
import type { ExecutorOptions } from '../../engine/executors.ts';
import type { BaselineConfig } from '../config.ts';

type SentRequest = Omit<EvaluationRequest, 'random'> & { readonly random: RandomState };

export type ToWorker =
  | {
      readonly kind: 'open';
      readonly config: BaselineConfig;
      readonly executor: ExecutorOptions;
      /** The run's folder. */
      readonly run?: string;
    }
  | { readonly kind: 'evaluate'; readonly request: SentRequest };

interface SentError {
  readonly kind: ErrorKind;
  readonly place: string;
  readonly problem: string;
  readonly remedy: string;
}

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'evaluated'; readonly evaluation: Evaluation }
  /** `mixop`: what a user can mend. */
  | { readonly kind: 'failed'; readonly text: string; readonly mixop?: SentError };
