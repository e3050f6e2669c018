// A search on an executor, whatever its data: the start, a step with what it reads, the alphas. Batches and the evaluation
// of the supernet belong to the kinds of data.

import { Random } from '../base/random.ts';
import type { Rates, SearchSession } from '../bilevel/search-loop.ts';
import type { StepResult } from '../bilevel/step.ts';
import { initialiseParameters, RingSession } from '../engine/session.ts';
import type { Executor } from '../kernels/executor.ts';
import { count } from '../kernels/tensor.ts';
import { alphaStepCount } from '../supernet/problem/alpha-update.ts';
import type { Alphas } from '../supernet/alphas.ts';
import type { RecordedSteps } from './record-steps.ts';

export interface SessionSettings {
  readonly seed: number;
  readonly alphas: {
    readonly scale: number;
    /** Epochs at the start that train the weights alone. */
    readonly warmupEpochs: number;
  };
}

export abstract class PlanSearchSession extends RingSession<StepResult> implements SearchSession {
  abstract readonly stepsPerEpoch: number;
  abstract readonly batch: number;
  private readonly steps: RecordedSteps;
  private readonly settings: SessionSettings;

  constructor(
    executor: Executor,
    steps: RecordedSteps,
    settings: SessionSettings,
    stateArenas: readonly string[],
  ) {
    super(executor, steps, stateArenas);
    this.steps = steps;
    this.settings = settings;
  }

  /** Writes the batches of a step. */
  protected abstract fill(epoch: number, step: number): void;

  abstract evaluate(
    stopRequested: () => boolean,
  ): Promise<{ readonly loss: number; readonly accuracy: number } | undefined>;

  /** Weights and alphas of a search that starts; every value comes from a stream of its own. */
  initialise(): void {
    const { parameters, alphaTensors } = this.steps.problem;
    const { seed, alphas } = this.settings;
    const random = Random.fromSeed(seed);
    initialiseParameters(this.executor, parameters.list(), random.split('weights'));
    for (const [kind, tensor] of Object.entries(alphaTensors)) {
      const stream = random.split('alphas').split(kind);
      const values = Float64Array.from({ length: count(tensor.shape) }, () =>
        Math.fround(alphas.scale * stream.normal()),
      );
      this.executor.write(tensor, values);
    }
  }

  async step(epoch: number, step: number, rates: Rates): Promise<void> {
    const { executor } = this;
    const { problem } = this.steps;
    this.fill(epoch, step);
    executor.write(problem.weightRate, [rates.weights]);
    const t = alphaStepCount(epoch, step, this.stepsPerEpoch, this.settings.alphas.warmupEpochs);
    problem.alphaUpdate.write(executor, rates.alphas, t);
    await this.runStep(t > 0 ? 'step' : 'warmUp');
  }

  protected override resultOf(row: ArrayLike<number>): StepResult {
    return {
      valid: { loss: row[0]!, correct: row[1]! },
      train: { loss: row[2]!, correct: row[3]! },
    };
  }

  async alphas(): Promise<Alphas> {
    const entries = Object.entries(this.steps.problem.alphaTensors).map(async ([kind, tensor]) => {
      const values = await this.executor.read(tensor);
      const [rows, columns] = tensor.shape as readonly [number, number];
      const matrix = Array.from({ length: rows }, (_, e) => [
        ...values.subarray(e * columns, (e + 1) * columns),
      ]);
      return [kind, matrix] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }
}
