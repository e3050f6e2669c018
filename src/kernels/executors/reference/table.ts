// The reference executor's kernels: total over all operations, or this does not compile.

import type { OperationTable } from '../../operations/all.ts';
import * as add from '../../operations/add/reference.ts';
import * as batchNorm from '../../operations/batch-norm/reference.ts';
import * as concat from '../../operations/concat/reference.ts';
import * as convolution from '../../operations/convolution/reference.ts';
import * as crossEntropy from '../../operations/cross-entropy/reference.ts';
import * as depthwise from '../../operations/depthwise/reference.ts';
import * as dropout from '../../operations/dropout/reference.ts';
import * as dropPath from '../../operations/drop-path/reference.ts';
import * as edgeNorm from '../../operations/edge-norm/reference.ts';
import * as embedding from '../../operations/embedding/reference.ts';
import * as factorizedReduce from '../../operations/factorized-reduce/reference.ts';
import * as fan from '../../operations/fan/reference.ts';
import * as globalPool from '../../operations/global-pool/reference.ts';
import * as highway from '../../operations/highway/reference.ts';
import * as linear from '../../operations/linear/reference.ts';
import * as mix from '../../operations/mix/reference.ts';
import * as nodeSum from '../../operations/node-sum/reference.ts';
import * as pool from '../../operations/pool/reference.ts';
import * as preprocess from '../../operations/preprocess/reference.ts';
import * as relu from '../../operations/relu/reference.ts';
import * as runningNorm from '../../operations/running-norm/reference.ts';
import * as select from '../../operations/select/reference.ts';
import * as slowness from '../../operations/slowness/reference.ts';
import * as softmax from '../../operations/softmax/reference.ts';
import * as updates from '../../updates/reference.ts';
import type { ReferenceMemory } from '../../reference/memory.ts';

export const referenceKernels: OperationTable<ReferenceMemory, void> = {
  preprocess,
  fan,
  nodeSum,
  relu,
  convolution,
  depthwise,
  batchNorm,
  runningNorm,
  pool,
  factorizedReduce,
  dropPath,
  add,
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
