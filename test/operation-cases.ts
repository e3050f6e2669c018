// Runs one operation, or a few, on the reference and on the wasm executor, and compares every tensor that was
// written. Inputs are random multiples of 1/64, which float32 holds exactly; the wasm executor's memory starts as
// NaN, so that a kernel which leaves memory untouched or relies on what stood there is found out.
import { expect } from 'vitest';
import { Random } from '../src/base/random.ts';
import { Graph, PlanBuilder } from '../src/kernels/graph.ts';
import type { PlanNode } from '../src/kernels/operations.ts';
import { type Plan, tensorsIn } from '../src/kernels/plan.ts';
import { ReferenceExecutor } from '../src/kernels/reference/executor.ts';
import { count, type Tensor, type Vector } from '../src/kernels/tensor.ts';
import { createWasmExecutor, type WasmExecutor } from '../src/kernels/wasm/executor.ts';

/** A value from a uniform number in [0, 1). */
export type Draw = (uniform: number) => number;

/** Multiples of 1/64 in [-2, 2). */
export const signed: Draw = (uniform) => Math.floor(uniform * 256 - 128) / 64;

/** Multiples of 1/64 in (0, 2]. */
export const positive: Draw = (uniform) => Math.floor(uniform * 128 + 1) / 64;

export interface CaseTools {
  /** Differentiates by everything that `tensor` made. */
  readonly graph: Graph;
  readonly emit: (node: PlanNode) => void;
  /** A tensor of random values whose gradient is wanted: an input or a parameter. */
  readonly tensor: (name: string, shape: readonly number[], draw?: Draw) => Tensor;
  /** The same without a gradient: also the former contents of an output that is added to. */
  readonly constant: (name: string, shape: readonly number[], draw?: Draw) => Tensor;
  /** A whole arena parallel to that of all `tensor`s, of random values. */
  readonly vector: (arena: string, draw?: Draw) => Vector;
  /** Gives each output a random gradient and emits the backward of everything that led to it. */
  readonly backward: (...outputs: readonly Tensor[]) => void;
}

export interface CompareOptions {
  /** Numbers of threads; all must give the same bits. */
  readonly threads?: readonly number[];
  /** The largest relative L2 error. */
  readonly bound?: number;
  readonly seed?: number;
}

interface Filling {
  readonly tensor: Tensor;
  readonly draw: Draw;
}

/** A builder that keeps whatever is written, so that it can be read after the run. */
class KeepingBuilder extends PlanBuilder {
  readonly written = new Set<Tensor>();

  override emit(node: PlanNode): void {
    super.emit(node);
    for (const tensor of tensorsIn(node.writes)) {
      if (tensor.arena === undefined) this.written.add(this.keep(tensor));
    }
  }
}

export function record(build: (tools: CaseTools) => void): {
  plan: Plan;
  written: Set<Tensor>;
  fillings: Filling[];
} {
  const builder = new KeepingBuilder();
  const fillings: Filling[] = [];
  const vectors = new Map<string, Draw>();
  const graph = new Graph(builder, { tensors: 'gradients' });
  builder.vector('tensors');
  builder.vector('gradients', 'tensors');
  const make = (arena: string, name: string, shape: readonly number[], draw: Draw): Tensor => {
    const tensor = builder.persistent(arena, name, shape);
    fillings.push({ tensor, draw });
    return tensor;
  };
  const tools: CaseTools = {
    graph,
    emit: (node) => builder.emit(node),
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
          builder.emit({ op: 'add', pass: 'backward', reads: { dy }, writes, accumulate: into.accumulate });
        }
      });
      graph.backward([root]);
    },
  };
  builder.program('case', () => build(tools));
  for (const [arena, draw] of vectors) {
    for (const tensor of builder.inArena('tensors').values()) {
      fillings.push({ tensor: builder.parallel(tensor, arena), draw });
    }
  }
  return { plan: builder.build(), written: builder.written, fillings };
}

/**
 * Builds a program of what `build` emits and compares everything that it writes: relative L2 error within 1e-5,
 * spare lanes zero, equal bits for 1, 2 and 4 threads.
 */
export async function compareWithReference(
  build: (tools: CaseTools) => void,
  { threads = [1, 2, 4], bound = 1e-5, seed = 1 }: CompareOptions = {},
): Promise<void> {
  const { plan, written, fillings } = record(build);
  const reference = new ReferenceExecutor(plan);
  const values = drawn(fillings, seed);
  for (const [i, { tensor }] of fillings.entries()) reference.write(tensor, values[i]!);
  await reference.run('case');

  let bits: ReadonlyMap<string, Float32Array> | undefined;
  for (const number of threads) {
    const executor = await createWasmExecutor(plan, { threads: number });
    try {
      executor.poison();
      for (const [i, { tensor }] of fillings.entries()) executor.write(tensor, values[i]!);
      await executor.run('case');
      const results = await everything(executor, plan, written);
      if (bits === undefined) await checkWritten(reference, plan, written, results, bound);
      else
        for (const [name, result] of results)
          expectSameBits(result, bits.get(name)!, `${name}, ${number} threads`);
      bits = results;
    } finally {
      await executor.close();
    }
  }
}

/** Values of a case's inputs: a function of the seed. */
export function drawn(fillings: readonly Filling[], seed: number): Float32Array[] {
  return fillings.map(({ tensor, draw }, index) => {
    const random = Random.fromSeed(seed).split(tensor.name, index);
    return Float32Array.from({ length: count(tensor.shape) }, () => draw(random.uniform()));
  });
}

/** All arenas and all written activations, spare lanes included. */
async function everything(
  executor: WasmExecutor,
  plan: Plan,
  written: ReadonlySet<Tensor>,
): Promise<Map<string, Float32Array>> {
  const results = new Map<string, Float32Array>();
  for (const arena of Object.keys(plan.arenas)) {
    results.set(`arena ${arena}`, Float32Array.from(await executor.readArena(arena)));
  }
  for (const tensor of written) results.set(`${tensor.name} #${tensor.id}`, executor.of(tensor).slice());
  return results;
}

/** results: by `arena NAME` and `NAME #ID` of written activations, spare lanes included. */
export async function checkWritten(
  reference: ReferenceExecutor,
  plan: Plan,
  written: ReadonlySet<Tensor>,
  results: ReadonlyMap<string, Float32Array>,
  bound: number,
): Promise<void> {
  for (const arena of Object.keys(plan.arenas)) {
    const name = `arena ${arena}`;
    expectClose(results.get(name)!, await reference.readArena(arena), name, bound);
  }
  for (const tensor of written) {
    const name = `${tensor.name} #${tensor.id}`;
    const result = results.get(name)!;
    expectClose(result, reference.of(tensor), name, bound);
    const width = tensor.shape.at(-1)!;
    const dirty = result.findIndex((value, at) => at % tensor.pitch >= width && value !== 0);
    expect(dirty, `first spare lane of ${name} that is not zero`).toBe(-1);
  }
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

function expectSameBits(result: Float32Array, expected: Float32Array, name: string): void {
  const same = Buffer.from(result.buffer).equals(Buffer.from(expected.buffer));
  expect(same, `bits of ${name}`).toBe(true);
}
