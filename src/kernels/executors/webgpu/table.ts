// The webgpu executor's lowerings: an operation that lacks one does not compile.

import * as add from '../../operations/add/webgpu/lower.ts';
import * as batchNorm from '../../operations/batch-norm/webgpu/lower.ts';
import * as concat from '../../operations/concat/webgpu/lower.ts';
import * as convolution from '../../operations/convolution/webgpu/lower.ts';
import * as crossEntropy from '../../operations/cross-entropy/webgpu/lower.ts';
import * as depthwise from '../../operations/depthwise/webgpu/lower.ts';
import * as dropout from '../../operations/dropout/webgpu/lower.ts';
import * as dropPath from '../../operations/drop-path/webgpu/lower.ts';
import * as edgeNorm from '../../operations/edge-norm/webgpu/lower.ts';
import * as embedding from '../../operations/embedding/webgpu/lower.ts';
import * as factorizedReduce from '../../operations/factorized-reduce/webgpu/lower.ts';
import * as fan from '../../operations/fan/webgpu/lower.ts';
import * as globalPool from '../../operations/global-pool/webgpu/lower.ts';
import * as highway from '../../operations/highway/webgpu/lower.ts';
import * as linear from '../../operations/linear/webgpu/lower.ts';
import * as mix from '../../operations/mix/webgpu/lower.ts';
import * as nodeSum from '../../operations/node-sum/webgpu/lower.ts';
import * as pool from '../../operations/pool/webgpu/lower.ts';
import * as preprocess from '../../operations/preprocess/webgpu/lower.ts';
import * as relu from '../../operations/relu/webgpu/lower.ts';
import * as runningNorm from '../../operations/running-norm/webgpu/lower.ts';
import * as select from '../../operations/select/webgpu/lower.ts';
import * as slowness from '../../operations/slowness/webgpu/lower.ts';
import * as softmax from '../../operations/softmax/webgpu/lower.ts';
import * as updates from '../../updates/webgpu/lower.ts';
import type { Dispatch, DispatchContext } from '../../webgpu/dispatch.ts';
import type { OperationTable } from '../../operations/all.ts';

export type Lowerings = OperationTable<DispatchContext, readonly Dispatch[]>;

export const lowerings: Lowerings = {
  relu,
  convolution,
  depthwise,
  batchNorm,
  runningNorm,
  pool,
  factorizedReduce,
  add,
  dropPath,
  fan,
  nodeSum,
  preprocess,
  mix,
  softmax,
  concat,
  select,
  edgeNorm,
  globalPool,
  linear,
  embedding,
  highway,
  dropout,
  slowness,
  crossEntropy,
  sgd: { update: updates.sgd },
  adam: { update: updates.adam },
  axpy: { update: updates.axpy },
  norm: { update: updates.norm },
  copy: { update: updates.copy },
  quotient: { update: updates.quotient },
  fill: { update: updates.fill },
  record: { update: updates.record },
  track: { update: updates.track },
};
