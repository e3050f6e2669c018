// The lowerings of each operation on this executor, under the operation's name.

export * as add from '../../operations/add/webgpu/lower.ts';
export * as batchNorm from '../../operations/batch-norm/webgpu/lower.ts';
export * as concat from '../../operations/concat/webgpu/lower.ts';
export * as convolution from '../../operations/convolution/webgpu/lower.ts';
export * as crossEntropy from '../../operations/cross-entropy/webgpu/lower.ts';
export * as depthwise from '../../operations/depthwise/webgpu/lower.ts';
export * as dropPath from '../../operations/drop-path/webgpu/lower.ts';
export * as dropout from '../../operations/dropout/webgpu/lower.ts';
export * as edgeNorm from '../../operations/edge-norm/webgpu/lower.ts';
export * as embedding from '../../operations/embedding/webgpu/lower.ts';
export * as factorizedReduce from '../../operations/factorized-reduce/webgpu/lower.ts';
export * as fan from '../../operations/fan/webgpu/lower.ts';
export * as globalPool from '../../operations/global-pool/webgpu/lower.ts';
export * as highway from '../../operations/highway/webgpu/lower.ts';
export * as linear from '../../operations/linear/webgpu/lower.ts';
export * as mix from '../../operations/mix/webgpu/lower.ts';
export * as nodeSum from '../../operations/node-sum/webgpu/lower.ts';
export * as pool from '../../operations/pool/webgpu/lower.ts';
export * as preprocess from '../../operations/preprocess/webgpu/lower.ts';
export * as relu from '../../operations/relu/webgpu/lower.ts';
export * as runningNorm from '../../operations/running-norm/webgpu/lower.ts';
export * as select from '../../operations/select/webgpu/lower.ts';
export * as slowness from '../../operations/slowness/webgpu/lower.ts';
export * as softmax from '../../operations/softmax/webgpu/lower.ts';
