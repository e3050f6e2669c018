// The lowerings of each operation on this executor, under the operation's name.

export * as add from '../../operations/add/wasm/lower.ts';
export * as batchNorm from '../../operations/batch-norm/wasm/lower.ts';
export * as concat from '../../operations/concat/wasm/lower.ts';
export * as convolution from '../../operations/convolution/wasm/lower.ts';
export * as crossEntropy from '../../operations/cross-entropy/wasm/lower.ts';
export * as depthwise from '../../operations/depthwise/wasm/lower.ts';
export * as dropPath from '../../operations/drop-path/wasm/lower.ts';
export * as dropout from '../../operations/dropout/wasm/lower.ts';
export * as edgeNorm from '../../operations/edge-norm/wasm/lower.ts';
export * as embedding from '../../operations/embedding/wasm/lower.ts';
export * as factorizedReduce from '../../operations/factorized-reduce/wasm/lower.ts';
export * as fan from '../../operations/fan/wasm/lower.ts';
export * as globalPool from '../../operations/global-pool/wasm/lower.ts';
export * as highway from '../../operations/highway/wasm/lower.ts';
export * as linear from '../../operations/linear/wasm/lower.ts';
export * as mix from '../../operations/mix/wasm/lower.ts';
export * as nodeSum from '../../operations/node-sum/wasm/lower.ts';
export * as pool from '../../operations/pool/wasm/lower.ts';
export * as preprocess from '../../operations/preprocess/wasm/lower.ts';
export * as relu from '../../operations/relu/wasm/lower.ts';
export * as runningNorm from '../../operations/running-norm/wasm/lower.ts';
export * as select from '../../operations/select/wasm/lower.ts';
export * as slowness from '../../operations/slowness/wasm/lower.ts';
export * as softmax from '../../operations/softmax/wasm/lower.ts';
