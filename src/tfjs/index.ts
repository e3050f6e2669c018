// The entry `mixop/tfjs`: what works with TensorFlow.js. It loads TensorFlow.js; the library's own entry does not.

export { MixopError } from '../base/errors.ts';
export { type Device, type DeviceOptions, openDevice } from '../kernels/executors/webgpu/device.ts';
export type { CandidateOperation, Layer, LayerStride } from '../supernet/layers.ts';
export { dartsCnn } from '../supernet/spaces/darts-cnn.ts';
export {
  type MixedEdgeOptions,
  type MixedEdgeWeights,
  mixedEdgeWeights,
  type MixedEdgeWeightsOptions,
} from './edge-arguments.ts';
export { mixedEdge, mixedEdgeGradKernel, mixedEdgeKernel } from './mixed-edge.ts';
export { shareDevice } from './share-device.ts';
