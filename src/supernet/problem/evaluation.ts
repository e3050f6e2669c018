// Programs that evaluate a network on batches of a few sizes.

import type { PlanBuilder } from '../../kernels/graph.ts';
import type { Tensor } from '../../kernels/tensor.ts';
import type { BatchTensors } from './inputs.ts';

export interface EvaluationProgram {
  readonly program: string;
  readonly batch: BatchTensors;
  /** Mean loss and number of hits of the batch, [1] each. */
  readonly loss: Tensor;
  readonly correct: Tensor;
}

/** Records a program whose loss and hits, and whatever else `body` returns, can be read after a run. */
export function recordEvaluation<T extends Readonly<Record<'loss' | 'correct', Tensor>>>(
  builder: PlanBuilder,
  program: string,
  batch: BatchTensors,
  body: () => T,
): EvaluationProgram & T {
  return builder.program(program, () => {
    const outputs = body();
    for (const tensor of Object.values(outputs)) builder.keep(tensor);
    return { program, batch, ...outputs };
  });
}
