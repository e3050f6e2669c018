// The wasm executor's lowerings: total over all operations, or this does not compile.

import * as add from '../../operations/add/wasm/lower.ts';
import * as batchNorm from '../../operations/batch-norm/wasm/lower.ts';
import * as concat from '../../operations/concat/wasm/lower.ts';
import * as convolution from '../../operations/convolution/wasm/lower.ts';
import * as crossEntropy from '../../operations/cross-entropy/wasm/lower.ts';
import * as depthwise from '../../operations/depthwise/wasm/lower.ts';
import * as dropout from '../../operations/dropout/wasm/lower.ts';
import * as dropPath from '../../operations/drop-path/wasm/lower.ts';
import * as edgeNorm from '../../operations/edge-norm/wasm/lower.ts';
import * as embedding from '../../operations/embedding/wasm/lower.ts';
import * as factorizedReduce from '../../operations/factorized-reduce/wasm/lower.ts';
import * as fan from '../../operations/fan/wasm/lower.ts';
import * as globalPool from '../../operations/global-pool/wasm/lower.ts';
import * as highway from '../../operations/highway/wasm/lower.ts';
import * as linear from '../../operations/linear/wasm/lower.ts';
import * as mix from '../../operations/mix/wasm/lower.ts';
import * as nodeSum from '../../operations/node-sum/wasm/lower.ts';
import * as pool from '../../operations/pool/wasm/lower.ts';
import * as preprocess from '../../operations/preprocess/wasm/lower.ts';
import * as relu from '../../operations/relu/wasm/lower.ts';
import * as runningNorm from '../../operations/running-norm/wasm/lower.ts';
import * as select from '../../operations/select/wasm/lower.ts';
import * as slowness from '../../operations/slowness/wasm/lower.ts';
import * as softmax from '../../operations/softmax/wasm/lower.ts';
import * as updates from '../../updates/wasm/lower.ts';
import type { Stage, StageContext } from '../../wasm/stage.ts';
import type { OperationTable } from '../../operations/all.ts';

export const lowerings: OperationTable<StageContext, readonly Stage[]> = {
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
