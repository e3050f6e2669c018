// Runs the programs of a mixed edge on a backend of tfjs: the interface, and the backend `cpu`.

import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import { ReferenceExecutor } from '../kernels/executors/reference/executor.ts';
import { count, gatherRows, type Tensor } from '../kernels/tensor.ts';
import type { EdgePlan } from './edge-plan.ts';

interface EdgeInputs {
  readonly tensors: ReadonlyMap<Tensor, TensorInfo>;
  /** What `forward` stored for `backward`. */
  readonly tape?: TensorInfo;
}

/** A tensor of the plan, and its shape in tfjs. */
export interface EdgeOutput {
  readonly tensor: Tensor;
  readonly shape: number[];
}

interface EdgeResults {
  readonly outputs: TensorInfo[];
  readonly tape: TensorInfo;
}

export type EdgeRunner<B extends KernelBackend = KernelBackend> = (
  backend: B,
  edge: EdgePlan,
  program: 'forward' | 'backward',
  inputs: EdgeInputs,
  outputs: readonly EdgeOutput[],
) => EdgeResults;

/** For the backend `cpu`: the reference executor, in float64, synchronously. */
export const runOnCpu: EdgeRunner = (backend, { plan }, program, inputs, outputs) => {
  const executor = new ReferenceExecutor(plan);
  const valuesOf = ({ dataId }: TensorInfo): Float32Array => backend.readSync(dataId) as Float32Array;
  for (const [tensor, info] of inputs.tensors) executor.write(tensor, valuesOf(info));
  if (inputs.tape !== undefined) executor.writeArena('tape', Float64Array.from(valuesOf(inputs.tape)));
  executor.runAtOnce(program);
  const made = (values: Float64Array, shape: number[]): TensorInfo => ({
    dataId: backend.write(Float32Array.from(values), shape, 'float32'),
    shape,
    dtype: 'float32',
  });
  const tape = executor.all({ kind: 'vector', arena: 'tape' });
  return {
    outputs: outputs.map(({ tensor, shape }) =>
      made(gatherRows(executor.of(tensor), new Float64Array(count(tensor.shape)), tensor), shape),
    ),
    tape: inputs.tape ?? made(tape, [tape.length]),
  };
};
