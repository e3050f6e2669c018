// What sessions of a search have in common, whatever their data: a recorded step on an executor, its ring of results, the
// start, the state that a checkpoint keeps. What a step reads and how a network is evaluated is the session's own.

import { MixopError } from '../base/errors.ts';
import { Random } from '../base/random.ts';
import { adamCorrections } from '../bilevel/schedule.ts';
import type { Rates, SearchSession } from '../bilevel/search-loop.ts';
import type { StepResult } from '../bilevel/step.ts';
import type { Executor, Values } from '../kernels/executor.ts';
import { count } from '../kernels/tensor.ts';
import type { Alphas } from '../supernet/alphas.ts';
import { initialValues } from '../supernet/parameters.ts';
import { type RecordedSteps, ringRows } from './recorded-step.ts';

/** Milliseconds without news after which results are read at once. */
export const slowStep = 250;

export interface SessionSettings {
  readonly seed: number;
  readonly alphas: {
    readonly scale: number;
    readonly betas: readonly [number, number];
    /** Epochs before they learn. */
    readonly from: number;
  };
}

export abstract class RecordedSession implements SearchSession {
  abstract readonly stepsPerEpoch: number;
  abstract readonly batch: number;
  protected readonly executor: Executor;
  private readonly recorded: RecordedSteps;
  private readonly settings: SessionSettings;
  /** Arenas that a checkpoint keeps: all that a step leaves behind. */
  private readonly kept: readonly string[];
  /** Steps run since the ring was read. */
  private outstanding = 0;
  private lastRead = Date.now();

  constructor(
    executor: Executor,
    recorded: RecordedSteps,
    settings: SessionSettings,
    kept: readonly string[],
  ) {
    this.executor = executor;
    this.recorded = recorded;
    this.settings = settings;
    this.kept = kept;
  }

  /** Writes what a step reads. */
  protected abstract fill(epoch: number, step: number): void;

  abstract evaluate(
    stopRequested: () => boolean,
  ): Promise<{ readonly loss: number; readonly accuracy: number } | undefined>;

  /** The ring's rows, but one where steps are slow, so that they are seen one by one. No bit depends on it. */
  get lag(): number {
    return Date.now() - this.lastRead > slowStep ? 1 : ringRows;
  }

  /** Weights and alphas of a search that starts; every value comes from a stream of its own. */
  initialise(): void {
    const { parameters, alphaTensors } = this.recorded.problem;
    const { seed, alphas } = this.settings;
    const random = Random.fromSeed(seed);
    for (const parameter of parameters.list()) {
      this.executor.write(parameter.tensor, initialValues(parameter, random.split('weights')));
    }
    for (const [kind, tensor] of Object.entries(alphaTensors)) {
      const stream = random.split('alphas').split(kind);
      const values = Float64Array.from({ length: count(tensor.shape) }, () =>
        Math.fround(alphas.scale * stream.normal()),
      );
      this.executor.write(tensor, values);
    }
  }

  async step(epoch: number, step: number, rates: Rates): Promise<void> {
    const { problem, slot } = this.recorded;
    const { executor } = this;
    this.fill(epoch, step);
    // The alphas' own steps: Adam's corrections count them.
    const t = (epoch - this.settings.alphas.from) * this.stepsPerEpoch + step + 1;
    executor.write(problem.weightRate, [rates.weights]);
    executor.write(problem.alphaRate, [rates.alphas]);
    executor.write(problem.corrections, adamCorrections(this.settings.alphas.betas, Math.max(1, t)));
    executor.write(slot, [this.outstanding]);
    this.outstanding += 1;
    await executor.run(t > 0 ? 'step' : 'warmUp');
  }

  async results(): Promise<readonly StepResult[]> {
    const values = await this.executor.read(this.recorded.ring);
    const steps = this.outstanding;
    this.outstanding = 0;
    this.lastRead = Date.now();
    return Array.from({ length: steps }, (_, row) => ({
      valid: { loss: values[row * 4]!, correct: values[row * 4 + 1]! },
      train: { loss: values[row * 4 + 2]!, correct: values[row * 4 + 3]! },
    }));
  }

  async alphas(): Promise<Alphas> {
    const entries = Object.entries(this.recorded.problem.alphaTensors).map(async ([kind, tensor]) => {
      const values = await this.executor.read(tensor);
      const [rows, columns] = tensor.shape as readonly [number, number];
      const matrix = Array.from({ length: rows }, (_, e) => [
        ...values.subarray(e * columns, (e + 1) * columns),
      ]);
      return [kind, matrix] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }

  /** Everything that a step leaves behind, in the executor's own precision. */
  async state(): Promise<Record<string, Values>> {
    const entries = this.kept.map(async (arena) => [arena, await this.executor.readArena(arena)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }

  /** Puts a saved state back; `place` is the file that it came from. */
  restore(arrays: Readonly<Record<string, Values>>, place: string): void {
    for (const arena of this.kept) {
      const values = arrays[arena];
      const wanted = this.recorded.plan.arenas[arena]!;
      if (values?.length !== wanted) {
        const problem = `has ${values?.length ?? 'no'} values of ${arena}, not the ${wanted} of this configuration`;
        throw new MixopError('run', place, problem, 'resume with the mixop version that wrote it');
      }
      this.executor.writeArena(arena, values);
    }
  }
}
