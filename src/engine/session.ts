// A session: a plan's recorded step on an executor, the ring of its results, and the state that a checkpoint keeps. What
// a step reads, and how a network is evaluated, belongs to the kinds of session.

import { MixopError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import type { Executor } from '../kernels/executor.ts';
import type { Plan } from '../kernels/plan.ts';
import type { Tensor } from '../kernels/tensor.ts';
import { initialValues, type Parameter } from '../supernet/parameters.ts';
import type { SavedState } from './run-journal.ts';
import type { BatchTensors } from '../supernet/problem/inputs.ts';

/** Steps whose results the device keeps until the host reads them. */
export const ringRows = 16;

/** Milliseconds without news after which results are read at once. */
const slowStep = 250;

export interface RecordedStep {
  readonly plan: Plan;
  /** [ringRows, values]: results of the steps since it was read. */
  readonly ring: Tensor;
  /** [1]: the ring's row for the next step. */
  readonly slot: Tensor;
}

/** R: the result of a step. */
export abstract class RingSession<R> {
  protected readonly executor: Executor;
  private readonly recorded: RecordedStep;
  /** Arenas that a checkpoint keeps: all that a step leaves behind. */
  private readonly stateArenas: readonly string[];
  /** Steps run since the ring was read. */
  private outstanding = 0;
  private lastRead = Date.now();

  constructor(executor: Executor, recorded: RecordedStep, stateArenas: readonly string[]) {
    this.executor = executor;
    this.recorded = recorded;
    this.stateArenas = stateArenas;
  }

  /** The result that a row of the ring holds. */
  protected abstract resultOf(row: ArrayLike<number>): R;

  /** The ring's rows, but one where steps are slow, so that they are seen one by one. No bit depends on it. */
  get lag(): number {
    return Date.now() - this.lastRead > slowStep ? 1 : ringRows;
  }

  /** Runs a program that leaves its results in the ring. */
  protected async runStep(program: string): Promise<void> {
    this.executor.write(this.recorded.slot, [this.outstanding]);
    this.outstanding += 1;
    await this.executor.run(program);
  }

  /** Results of all steps since the last call, in order. */
  async results(): Promise<readonly R[]> {
    const { ring } = this.recorded;
    const values = await this.executor.read(ring);
    const steps = this.outstanding;
    const width = ring.shape[1]!;
    this.outstanding = 0;
    this.lastRead = Date.now();
    return Array.from({ length: steps }, (_, row) =>
      this.resultOf(values.subarray(row * width, (row + 1) * width)),
    );
  }

  /** Everything that a step leaves behind. */
  async state(): Promise<SavedState> {
    return { arrays: await readArenas(this.executor, this.stateArenas) };
  }

  /** Writes a saved state; `place` is the file that it came from. */
  restore({ arrays }: SavedState, place: string): void {
    writeArenas(this.executor, this.recorded.plan, this.stateArenas, arrays, place);
  }
}

export async function readArenas(
  executor: Executor,
  arenas: readonly string[],
): Promise<SavedState['arrays']> {
  const entries = arenas.map(async (arena) => [arena, await executor.readArena(arena)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** Throws a `MixopError` where an array is absent or of another size than the plan's arena. */
export function writeArenas(
  executor: Executor,
  plan: Plan,
  arenas: readonly string[],
  arrays: SavedState['arrays'],
  place: string,
): void {
  for (const arena of arenas) {
    const values = arrays[arena];
    const wanted = plan.arenas[arena]!;
    if (values?.length !== wanted) {
      const problem = `has ${values?.length ?? 'no'} values of ${arena}, not the ${wanted} of this configuration`;
      throw new MixopError('run', place, problem, 'resume with the mixop version that wrote it');
    }
    executor.writeArena(arena, values);
  }
}

/** Writes initial values; every parameter has a stream of its own, so that their order does not matter. */
export function initialiseParameters(
  executor: Executor,
  parameters: readonly Parameter[],
  random: Random,
): void {
  for (const parameter of parameters) executor.write(parameter.tensor, initialValues(parameter, random));
}

/** Writes a batch into the tensors of a program. */
export function writeBatch(
  executor: Executor,
  tensors: BatchTensors,
  batch: { readonly images: Float32Array; readonly labels: Float32Array },
): void {
  executor.write(tensors.images, batch.images);
  executor.write(tensors.labels, batch.labels);
}
