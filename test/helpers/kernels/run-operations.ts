// Runs hand-made operations on the reference executor: values in, values out.
import { Graph, PlanBuilder } from '../../../src/kernels/graph.ts';
import { ReferenceExecutor } from '../../../src/kernels/executors/reference/executor.ts';
import type { Tensor } from '../../../src/kernels/tensor.ts';
import { instructions as addInstructions } from '../../../src/kernels/operations/add/types.ts';

export interface HandTools {
  readonly graph: Graph;
  readonly builder: PlanBuilder;
  /** A tensor of given values, dense, in an arena whose gradients go to the arena `gradients`. */
  readonly input: (name: string, shape: readonly number[], values: readonly number[]) => Tensor;
}

/** Records a program and runs it; gives a reader of kept activations and of arenas' tensors. */
export async function runByHand<T>(record: (tools: HandTools) => T): Promise<{
  made: T;
  read: (tensor: Tensor) => Promise<number[]>;
  gradient: (name: string) => Promise<number[]>;
}> {
  const builder = new PlanBuilder();
  builder.vector('inputs');
  builder.vector('gradients', 'inputs');
  const graph = new Graph(builder, { inputs: 'gradients' });
  const values = new Map<Tensor, readonly number[]>();
  const input: HandTools['input'] = (name, shape, given) => {
    const tensor = builder.persistent('inputs', name, shape);
    values.set(tensor, given);
    return tensor;
  };
  const made = builder.program('hand', () => record({ graph, builder, input }));
  const executor = new ReferenceExecutor(builder.build());
  for (const [tensor, given] of values) executor.write(tensor, given);
  await executor.run('hand');
  const read = async (tensor: Tensor): Promise<number[]> => [...(await executor.read(tensor))];
  return {
    made,
    read,
    gradient: (name) => read(builder.parallel(builder.inArena('inputs').get(name)!, 'gradients')),
  };
}

/** Emits the backward of `output` from a given gradient of it. */
export function seed({ graph, builder }: HandTools, output: Tensor, dy: Tensor): void {
  const root = builder.activation('root', [1]);
  graph.onBackward([output], [root], (gradients) => {
    const { tensor, accumulate } = gradients.into(output)!;
    graph.emit(addInstructions.backward({ reads: { dy }, writes: { dx: tensor }, accumulate }));
  });
  graph.backward([root]);
}
