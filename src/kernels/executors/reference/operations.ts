// The kernels of each operation on this executor, under the operation's name.

export * as add from '../../operations/add/reference.ts';
export * as batchNorm from '../../operations/batch-norm/reference.ts';
export * as concat from '../../operations/concat/reference.ts';
export * as convolution from '../../operations/convolution/reference.ts';
export * as crossEntropy from '../../operations/cross-entropy/reference.ts';
export * as depthwise from '../../operations/depthwise/reference.ts';
export * as dropPath from '../../operations/drop-path/reference.ts';
export * as dropout from '../../operations/dropout/reference.ts';
export * as edgeNorm from '../../operations/edge-norm/reference.ts';
export * as embedding from '../../operations/embedding/reference.ts';
export * as factorizedReduce from '../../operations/factorized-reduce/reference.ts';
export * as fan from '../../operations/fan/reference.ts';
export * as globalPool from '../../operations/global-pool/reference.ts';
export * as highway from '../../operations/highway/reference.ts';
export * as linear from '../../operations/linear/reference.ts';
export * as mix from '../../operations/mix/reference.ts';
export * as nodeSum from '../../operations/node-sum/reference.ts';
export * as pool from '../../operations/pool/reference.ts';
export * as preprocess from '../../operations/preprocess/reference.ts';
export * as relu from '../../operations/relu/reference.ts';
export * as runningNorm from '../../operations/running-norm/reference.ts';
export * as select from '../../operations/select/reference.ts';
export * as slowness from '../../operations/slowness/reference.ts';
export * as softmax from '../../operations/softmax/reference.ts';
