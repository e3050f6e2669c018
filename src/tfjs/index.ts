// The entry `mixop/tfjs`: what works together with TensorFlow.js. Loads it; the library's own entry does not.

export { MixopError } from '../base/errors.ts';
export { type Device, type DeviceOptions, openDevice } from '../kernels/webgpu/device.ts';
export { shareDevice } from './share-device.ts';
