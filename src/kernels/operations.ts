// The operations of a plan by name: what their forward and backward nodes carry. Every executor has a table over
// these types (`KernelTable`), so an operation without a backward, or an executor without one, does not compile.

import type { AddBackward, AddForward } from './operations/add/nodes.ts';
import type { BatchNormBackward, BatchNormForward } from './operations/batch-norm/nodes.ts';
import type { ConcatBackward, ConcatForward } from './operations/concat/nodes.ts';
import type { ConvolutionBackward, ConvolutionForward } from './operations/convolution/nodes.ts';
import type { CrossEntropyBackward, CrossEntropyForward } from './operations/cross-entropy/nodes.ts';
import type { DropoutBackward, DropoutForward } from './operations/dropout/nodes.ts';
import type { DropPathBackward, DropPathForward } from './operations/drop-path/nodes.ts';
import type { DepthwiseBackward, DepthwiseForward } from './operations/depthwise/nodes.ts';
import type { EdgeNormBackward, EdgeNormForward } from './operations/edge-norm/nodes.ts';
import type { EmbeddingBackward, EmbeddingForward } from './operations/embedding/nodes.ts';
import type {
  FactorizedReduceBackward,
  FactorizedReduceForward,
} from './operations/factorized-reduce/nodes.ts';
import type { FanBackward, FanForward } from './operations/fan/nodes.ts';
import type { GlobalPoolBackward, GlobalPoolForward } from './operations/global-pool/nodes.ts';
import type { HighwayBackward, HighwayForward } from './operations/highway/nodes.ts';
import type { LinearBackward, LinearForward } from './operations/linear/nodes.ts';
import type { MixBackward, MixForward } from './operations/mix/nodes.ts';
import type { NodeBackward, NodeForward } from './operations/node/nodes.ts';
import type { PoolBackward, PoolForward } from './operations/pool/nodes.ts';
import type { PreprocessBackward, PreprocessForward } from './operations/preprocess/nodes.ts';
import type { ReluBackward, ReluForward } from './operations/relu/nodes.ts';
import type { RunningNormBackward, RunningNormForward } from './operations/running-norm/nodes.ts';
import type { SelectBackward, SelectForward } from './operations/select/nodes.ts';
import type { SlownessBackward, SlownessForward } from './operations/slowness/nodes.ts';
import type { SoftmaxBackward, SoftmaxForward } from './operations/softmax/nodes.ts';
import type {
  Adam,
  Axpy,
  Copy,
  Fill,
  Norm,
  Quotient,
  RecordScalars,
  Sgd,
  TrackStatistics,
} from './updates/nodes.ts';

export interface Operations {
  // Composite operations of the supernet.
  preprocess: { forward: PreprocessForward; backward: PreprocessBackward };
  fan: { forward: FanForward; backward: FanBackward };
  node: { forward: NodeForward; backward: NodeBackward };
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
export type UpdateName = keyof Updates;

type OperationNode = {
  [K in OperationName]:
    | ({ readonly op: K; readonly pass: 'forward' } & Operations[K]['forward'])
    | ({ readonly op: K; readonly pass: 'backward' } & Operations[K]['backward']);
}[OperationName];

type UpdateNode = { [K in UpdateName]: { readonly op: K; readonly pass: 'update' } & Updates[K] }[UpdateName];

/** One step of a program: an operation, the tensors it reads and writes, and its attributes. */
export type PlanNode = OperationNode | UpdateNode;

/** The kernels of an executor, total over all operations. `M` is how it reaches a tensor's memory. */
export type KernelTable<M> = {
  readonly [K in OperationName]: {
    readonly forward: (node: Operations[K]['forward'], memory: M) => void;
    readonly backward: (node: Operations[K]['backward'], memory: M) => void;
  };
} & { readonly [K in UpdateName]: { readonly update: (node: Updates[K], memory: M) => void } };
