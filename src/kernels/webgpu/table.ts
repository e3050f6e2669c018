// The webgpu executor's lowerings: total over all operations, or this does not compile.

import * as add from '../operations/add/lower-webgpu.ts';
import * as batchNorm from '../operations/batch-norm/lower-webgpu.ts';
import * as concat from '../operations/concat/lower-webgpu.ts';
import * as convolution from '../operations/convolution/lower-webgpu.ts';
import * as crossEntropy from '../operations/cross-entropy/lower-webgpu.ts';
import * as depthwise from '../operations/depthwise/lower-webgpu.ts';
import * as dropout from '../operations/dropout/lower-webgpu.ts';
import * as dropPath from '../operations/drop-path/lower-webgpu.ts';
import * as edgeNorm from '../operations/edge-norm/lower-webgpu.ts';
import * as embedding from '../operations/embedding/lower-webgpu.ts';
import * as factorizedReduce from '../operations/factorized-reduce/lower-webgpu.ts';
import * as fan from '../operations/fan/lower-webgpu.ts';
import * as globalPool from '../operations/global-pool/lower-webgpu.ts';
import * as highway from '../operations/highway/lower-webgpu.ts';
import * as linear from '../operations/linear/lower-webgpu.ts';
import * as mix from '../operations/mix/lower-webgpu.ts';
import * as node from '../operations/node/lower-webgpu.ts';
import * as pool from '../operations/pool/lower-webgpu.ts';
import * as preprocess from '../operations/preprocess/lower-webgpu.ts';
import * as relu from '../operations/relu/lower-webgpu.ts';
import * as runningNorm from '../operations/running-norm/lower-webgpu.ts';
import * as select from '../operations/select/lower-webgpu.ts';
import * as slowness from '../operations/slowness/lower-webgpu.ts';
import * as softmax from '../operations/softmax/lower-webgpu.ts';
import * as updates from '../updates/lower-webgpu.ts';
import type { LoweringTable } from './dispatch.ts';

export const lowerings: LoweringTable = {
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
  node,
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
