// The operations of a plan by name: what their forward and backward instructions carry. Every executor has a table over
// these types (`OperationTable`), so an operation without a backward, or an executor without one, does not compile.

import type { Fill, Instruction } from '../plan.ts';
import type { AddBackward, AddForward } from './add/types.ts';
import type { BatchNormBackward, BatchNormForward } from './batch-norm/types.ts';
import type { ConcatBackward, ConcatForward } from './concat/types.ts';
import type { ConvolutionBackward, ConvolutionForward } from './convolution/types.ts';
import type { CrossEntropyBackward, CrossEntropyForward } from './cross-entropy/types.ts';
import type { DropoutBackward, DropoutForward } from './dropout/types.ts';
import type { DropPathBackward, DropPathForward } from './drop-path/types.ts';
import type { DepthwiseBackward, DepthwiseForward } from './depthwise/types.ts';
import type { EdgeNormBackward, EdgeNormForward } from './edge-norm/types.ts';
import type { EmbeddingBackward, EmbeddingForward } from './embedding/types.ts';
import type { FactorizedReduceBackward, FactorizedReduceForward } from './factorized-reduce/types.ts';
import type { FanBackward, FanForward } from './fan/types.ts';
import type { GlobalPoolBackward, GlobalPoolForward } from './global-pool/types.ts';
import type { HighwayBackward, HighwayForward } from './highway/types.ts';
import type { LinearBackward, LinearForward } from './linear/types.ts';
import type { MixBackward, MixForward } from './mix/types.ts';
import type { NodeSumBackward, NodeSumForward } from './node-sum/types.ts';
import type { PoolBackward, PoolForward } from './pool/types.ts';
import type { PreprocessBackward, PreprocessForward } from './preprocess/types.ts';
import type { ReluBackward, ReluForward } from './relu/types.ts';
import type { RunningNormBackward, RunningNormForward } from './running-norm/types.ts';
import type { SelectBackward, SelectForward } from './select/types.ts';
import type { SlownessBackward, SlownessForward } from './slowness/types.ts';
import type { SoftmaxBackward, SoftmaxForward } from './softmax/types.ts';
import type {
  Adam,
  Axpy,
  Copy,
  Norm,
  Quotient,
  RecordScalars,
  Sgd,
  TrackStatistics,
} from '../updates/types.ts';

export interface Operations {
  // Composite operations of the supernet.
  preprocess: { forward: PreprocessForward; backward: PreprocessBackward };
  fan: { forward: FanForward; backward: FanBackward };
  nodeSum: { forward: NodeSumForward; backward: NodeSumBackward };
  // Primitives.
  relu: { forward: ReluForward; backward: ReluBackward };
  convolution: { forward: ConvolutionForward; backward: ConvolutionBackward };
  depthwise: { forward: DepthwiseForward; backward: DepthwiseBackward };
  batchNorm: { forward: BatchNormForward; backward: BatchNormBackward };
  runningNorm: { forward: RunningNormForward; backward: RunningNormBackward };
  pool: { forward: PoolForward; backward: PoolBackward };
  factorizedReduce: { forward: FactorizedReduceForward; backward: FactorizedReduceBackward };
  dropPath: { forward: DropPathForward; backward: DropPathBackward };
  add: { forward: AddForward; backward: AddBackward };
  mix: { forward: MixForward; backward: MixBackward };
  softmax: { forward: SoftmaxForward; backward: SoftmaxBackward };
  concat: { forward: ConcatForward; backward: ConcatBackward };
  select: { forward: SelectForward; backward: SelectBackward };
  edgeNorm: { forward: EdgeNormForward; backward: EdgeNormBackward };
  globalPool: { forward: GlobalPoolForward; backward: GlobalPoolBackward };
  embedding: { forward: EmbeddingForward; backward: EmbeddingBackward };
  highway: { forward: HighwayForward; backward: HighwayBackward };
  dropout: { forward: DropoutForward; backward: DropoutBackward };
  slowness: { forward: SlownessForward; backward: SlownessBackward };
  linear: { forward: LinearForward; backward: LinearBackward };
  crossEntropy: { forward: CrossEntropyForward; backward: CrossEntropyBackward };
}

export interface Updates {
  sgd: Sgd;
  adam: Adam;
  axpy: Axpy;
  norm: Norm;
  copy: Copy;
  quotient: Quotient;
  fill: Fill;
  record: RecordScalars;
  track: TrackStatistics;
}

export type OperationName = keyof Operations;
type UpdateName = keyof Updates;

/** An instruction of one of these operations. */
export type KnownInstruction =
  | {
      [K in OperationName]:
        | ({ readonly op: K; readonly pass: 'forward' } & Operations[K]['forward'])
        | ({ readonly op: K; readonly pass: 'backward' } & Operations[K]['backward']);
    }[OperationName]
  | { [K in UpdateName]: { readonly op: K; readonly pass: 'update' } & Updates[K] }[UpdateName];

/** An instruction as its operation's types say it is: `PlanBuilder.emit` has checked it. */
export function known(instruction: Instruction): KnownInstruction {
  return instruction as KnownInstruction;
}

/** What an executor has for each pass of every operation. Total: an operation that lacks one does not compile. */
export type OperationTable<Context, Result> = {
  readonly [K in OperationName]: {
    readonly forward: (instruction: Operations[K]['forward'], context: Context) => Result;
    readonly backward: (instruction: Operations[K]['backward'], context: Context) => Result;
  };
} & {
  readonly [K in UpdateName]: { readonly update: (instruction: Updates[K], context: Context) => Result };
};

/** An instruction's entry in an executor's table. */
export function entryOf<Context, Result>(
  table: OperationTable<Context, Result>,
  { op, pass }: Instruction,
): (instruction: Instruction, context: Context) => Result {
  const entries: Readonly<Record<string, unknown>> = table;
  const entry = (entries[op] as Readonly<Record<string, unknown>> | undefined)?.[pass];
  if (entry === undefined) throw new Error(`this executor has no kernel of ${op} ${pass}`);
  // TypeScript cannot see that op, pass and arguments of one union member belong together.
  return entry as (instruction: Instruction, context: Context) => Result;
}

/** The entries of an executor's table for the updates, from functions by name. */
export function updateEntries<Context, Result>(updates: {
  readonly [K in UpdateName]: (instruction: Updates[K], context: Context) => Result;
}): {
  readonly [K in UpdateName]: { readonly update: (instruction: Updates[K], context: Context) => Result };
} {
  const { sgd, adam, axpy, norm, copy, quotient, fill, record, track } = updates;
  return {
    sgd: { update: sgd },
    adam: { update: adam },
    axpy: { update: axpy },
    norm: { update: norm },
    copy: { update: copy },
    quotient: { update: quotient },
    fill: { update: fill },
    record: { update: record },
    track: { update: track },
  };
}
