// The wasm executor's lowerings: total over all operations, or this does not compile.

import * as add from '../operations/add/lower.ts';
import * as batchNorm from '../operations/batch-norm/lower.ts';
import * as concat from '../operations/concat/lower.ts';
import * as convolution from '../operations/convolution/lower.ts';
import * as crossEntropy from '../operations/cross-entropy/lower.ts';
import * as depthwise from '../operations/depthwise/lower.ts';
import * as dropout from '../operations/dropout/lower.ts';
import * as dropPath from '../operations/drop-path/lower.ts';
import * as edgeNorm from '../operations/edge-norm/lower.ts';
import * as embedding from '../operations/embedding/lower.ts';
import * as factorizedReduce from '../operations/factorized-reduce/lower.ts';
import * as fan from '../operations/fan/lower.ts';
import * as globalPool from '../operations/global-pool/lower.ts';
import * as highway from '../operations/highway/lower.ts';
import * as linear from '../operations/linear/lower.ts';
import * as mix from '../operations/mix/lower.ts';
import * as node from '../operations/node/lower.ts';
import * as pool from '../operations/pool/lower.ts';
import * as preprocess from '../operations/preprocess/lower.ts';
import * as relu from '../operations/relu/lower.ts';
import * as runningNorm from '../operations/running-norm/lower.ts';
import * as select from '../operations/select/lower.ts';
import * as slowness from '../operations/slowness/lower.ts';
import * as softmax from '../operations/softmax/lower.ts';
import * as updates from '../updates/lower.ts';
import type { LoweringTable } from './stage.ts';

export const lowerings: LoweringTable = {
  preprocess,
  fan,
  node,
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
