// Runs one operation, or a few, on the reference and on another executor, and compares every tensor that was
// written. Inputs are random multiples of 1/64, which float32 holds exactly; the other's memory starts as NaN, so that a kernel which leaves memory untouched or relies on what stood there is found out.
import { expect } from 'vitest';
import { Random } from '../../../src/base/random.ts';
import type { Executor, Values } from '../../../src/kernels/executor.ts';
import { Graph, PlanBuilder } from '../../../src/kernels/graph.ts';
import type { KnownInstruction } from '../../../src/kernels/operations/all.ts';
import { type Plan, tensorsIn, type Instruction } from '../../../src/kernels/plan.ts';
import { ReferenceExecutor } from '../../../src/kernels/executors/reference/executor.ts';
import { count, type Tensor, type Vector } from '../../../src/kernels/tensor.ts';
import { createWasmExecutor } from '../../../src/engine/wasm-executor.ts';
import { instructions as addInstructions } from '../../../src/kernels/operations/add/types.ts';

/** A value from a uniform number in [0, 1). */
export type Draw = (uniform: number) => number;

/** Multiples of 1/64 in [-2, 2). */
export const signed: Draw = (uniform) => Math.floor(uniform * 256 - 128) / 64;

/** Multiples of 1/64 in (0, 2]. */
export const positive: Draw = (uniform) => Math.floor(uniform * 128 + 1) / 64;

export interface CaseTools {
  /** Differentiates by everything that `tensor` made. */
  readonly graph: Graph;
  readonly emit: (instruction: KnownInstruction) => void;
  /** A tensor of random values whose gradient is wanted: an input or a parameter. */
  readonly tensor: (name: string, shape: readonly number[], draw?: Draw) => Tensor;
  /** The same without a gradient: also the former contents of an output that is added to. */
  readonly constant: (name: string, shape: readonly number[], draw?: Draw) => Tensor;
  /** A whole arena parallel to that of all `tensor`s, of random values. */
  readonly vector: (arena: string, draw?: Draw) => Vector;
  /** Gives each output a random gradient and emits the backward of everything that led to it. */
  readonly backward: (...outputs: readonly Tensor[]) => void;
}

/** An executor that is compared, and how it is set up. */
export interface Variant {
  /** `2 threads`. */
  readonly label: string;
  readonly create: (plan: Plan) => Promise<ComparedExecutor>;
  /** Variants of one group must give equal bits. */
  readonly group: string;
}

export interface CompareOptions {
  /** By default wasm with 1, 2 and 4 threads. */
  readonly variants?: readonly Variant[];
  /** The largest relative L2 error. */
  readonly bound?: number;
  readonly seed?: number;
}

export type Build = (tools: CaseTools) => void;

/** An input of a case. */
export interface Filling {
  readonly tensor: Tensor;
  readonly draw: Draw;
}

export interface Recorded {
  readonly plan: Plan;
  readonly fillings: readonly Filling[];
  /** By case: what its program writes. */
  readonly written: ReadonlyMap<string, ReadonlySet<Tensor>>;
}

/** A builder that keeps whatever is written, so that it can be read after the run. */
class KeepingBuilder extends PlanBuilder {
  written = new Set<Tensor>();

  override emit(instruction: Instruction): void {
    super.emit(instruction);
    for (const tensor of tensorsIn(instruction.writes)) {
      this.written.add(tensor.arena === undefined ? this.keep(tensor) : tensor);
    }
  }
}

/** One plan with a program for each case. */
export function record(cases: Readonly<Record<string, Build>>): Recorded {
  const builder = new KeepingBuilder();
  const fillings: Filling[] = [];
  const vectors = new Map<string, Draw>();
  const written = new Map<string, ReadonlySet<Tensor>>();
  builder.vector('tensors');
  builder.vector('gradients', 'tensors');
  for (const [name, build] of Object.entries(cases)) {
    builder.written = new Set();
    builder.program(name, () => build(toolsFor(name, builder, fillings, vectors)));
    written.set(name, builder.written);
  }
  for (const [arena, draw] of vectors) {
    for (const tensor of builder.inArena('tensors').values()) {
      fillings.push({ tensor: builder.parallel(tensor, arena), draw });
    }
  }
  return { plan: builder.build(), written, fillings };
}

function toolsFor(
  program: string,
  builder: PlanBuilder,
  fillings: Filling[],
  vectors: Map<string, Draw>,
): CaseTools {
  const graph = new Graph(builder, { tensors: 'gradients' });
  const make = (arena: string, name: string, shape: readonly number[], draw: Draw): Tensor => {
    const tensor = builder.persistent(arena, `${program}/${name}`, shape);
    fillings.push({ tensor, draw });
    return tensor;
  };
  return {
    graph,
    emit: (instruction) => builder.emit(instruction),
    tensor: (name, shape, draw = signed) => make('tensors', name, shape, draw),
    constant: (name, shape, draw = signed) => make('constants', name, shape, draw),
    vector(arena, draw = signed) {
      if (arena !== 'tensors') vectors.set(arena, draw);
      return builder.vector(arena, 'tensors');
    },
    backward(...outputs) {
      const root = builder.activation('root', [1]);
      graph.onBackward(outputs, [root], (gradients) => {
        for (const output of outputs) {
          const dy = make('constants', `d/${output.name}`, output.shape, signed);
          const into = gradients.into(output);
          if (into === undefined) throw new Error(`no gradient is wanted through ${output.name}`);
          const writes = { dx: into.tensor };
          builder.emit(addInstructions.backward({ reads: { dy }, writes, accumulate: into.accumulate }));
        }
      });
      graph.backward([root]);
    },
  };
}

/** As `compareCases`, for one case. */
export function compareWithReference(build: Build, options: CompareOptions = {}): Promise<void> {
  return compareCases({ case: build }, options);
}

/** wasm with so many threads; all must give the same bits. */
export function onWasm(...threads: readonly number[]): readonly Variant[] {
  return threads.map((number) => ({
    label: `${number} threads`,
    create: (plan) => createWasmExecutor(plan, { threads: number }),
    group: 'wasm',
  }));
}

/**
 * Builds a program of what each case emits and compares everything that it writes: relative L2 error within 1e-5,
 * spare lanes zero, equal bits within a group of variants. Cases share a plan and its executor, and nothing else.
 */
export async function compareCases(
  cases: Readonly<Record<string, Build>>,
  { variants = onWasm(1, 2, 4), bound = 1e-5, seed = 1 }: CompareOptions = {},
): Promise<void> {
  const recorded = record(cases);
  const { plan, fillings } = recorded;
  const values = drawn(fillings, seed);
  const reference = new ReferenceExecutor(plan);
  for (const [i, { tensor }] of fillings.entries()) reference.write(tensor, values[i]!);
  const expected = await runAll(reference, recorded);
  const bits = new Map<string, ReadonlyMap<string, Result>>();
  for (const { label, create, group } of variants) {
    const executor = await create(plan);
    try {
      executor.poison();
      for (const [i, { tensor }] of fillings.entries()) executor.write(tensor, values[i]!);
      const results = await runAll(executor, recorded);
      const others = bits.get(group);
      if (others === undefined) expectResults(results, expected, bound);
      else expectSameBits(results, others, label);
      bits.set(group, results);
    } finally {
      await executor.close();
    }
  }
}

/** Values of the inputs: a function of the seed. */
export function drawn(fillings: readonly Filling[], seed: number): Float32Array[] {
  return fillings.map(({ tensor, draw }, index) => {
    const random = Random.fromSeed(seed).split(tensor.name, index);
    return Float32Array.from({ length: count(tensor.shape) }, () => draw(random.uniform()));
  });
}

export interface Result {
  /** Spare lanes included. */
  readonly values: Float32Array | Float64Array;
  /** Absent for a whole arena. */
  readonly tensor?: Tensor;
}

/** What runs cases: `of` gives the elements of a tensor, spare lanes included. */
export interface CaseExecutor extends Pick<Executor, 'run' | 'readArena'> {
  of(tensor: Tensor): Values | Promise<Values>;
}

/** What can be compared with the reference. */
export interface ComparedExecutor extends CaseExecutor, Pick<Executor, 'write' | 'close'> {
  /** Fills memory of which nobody may expect anything with NaN. */
  poison(): void;
}

/** Runs all programs; gives whatever each one wrote, and the arenas as they are in the end. */
export async function runAll(
  executor: CaseExecutor,
  { plan, written }: Recorded,
): Promise<Map<string, Result>> {
  const results = new Map<string, Result>();
  for (const [program, tensors] of written) {
    await executor.run(program);
    for (const tensor of tensors) {
      const values = (await executor.of(tensor)).slice();
      results.set(`${program}: ${tensor.name} #${tensor.id}`, { values, tensor });
    }
  }
  for (const arena of Object.keys(plan.arenas)) {
    results.set(`arena ${arena}`, { values: await executor.readArena(arena) });
  }
  return results;
}

/** Close to the reference's results, with clean spare lanes. */
export function expectResults(
  results: ReadonlyMap<string, Result>,
  expected: ReadonlyMap<string, Result>,
  bound: number,
): void {
  for (const [name, { values, tensor }] of results) {
    expectClose(values, expected.get(name)!.values, name, bound);
    if (tensor !== undefined) expectCleanLanes(values, tensor, name);
  }
}

function expectCleanLanes(values: Float32Array | Float64Array, tensor: Tensor, name: string): void {
  const width = tensor.shape.at(-1)!;
  const dirty = values.findIndex((value, at) => at % tensor.pitch >= width && value !== 0);
  expect(dirty, `first spare lane of ${name} that is not zero`).toBe(-1);
}

/** Relative L2 error within the bound; where all of the reference is zero, so must the result be. */
export function expectClose(
  result: ArrayLike<number>,
  expected: ArrayLike<number>,
  name: string,
  bound: number,
): void {
  let error = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    error += (result[i]! - expected[i]!) ** 2;
    size += expected[i]! ** 2;
  }
  expect(size === 0 ? error : Math.sqrt(error / size), `relative L2 error of ${name}`).toBeLessThanOrEqual(
    bound,
  );
}

/** As another run gave them, `under` other conditions. */
export function expectSameBits(
  results: ReadonlyMap<string, Result>,
  expected: ReadonlyMap<string, Result>,
  under: string,
): void {
  for (const [name, { values }] of results) {
    const same = Buffer.from(values.buffer).equals(Buffer.from(expected.get(name)!.values.buffer));
    expect(same, `bits of ${name}, ${under}`).toBe(true);
  }
}
