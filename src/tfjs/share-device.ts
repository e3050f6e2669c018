// Puts tfjs's `webgpu` backend on an open device, so that both work on the same buffers.

import * as tf from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { MixopError } from '../base/errors.ts';

/**
 * Registers tfjs's backend `webgpu` on `device`; `tf.setBackend('webgpu')` then computes there, and
 * `tf.tensor({ buffer, zeroCopy: true }, shape)` is a tensor in one of its buffers. Throws a `MixopError` where tfjs
 * already runs such a backend on another device, whose tensors would be lost. The caller closes the device.
 */
export function shareDevice(device: GPUDevice): WebGPUBackend {
  const { registry } = tf.engine();
  if ('webgpu' in registry) {
    const problem = 'the backend already runs on another device';
    const remedy = "share the device before tfjs starts, or call tf.removeBackend('webgpu') first";
    throw new MixopError('usage', "tfjs's webgpu backend", problem, remedy);
  }
  // In a page tfjs has registered a backend that opens a device of its own when it starts.
  if (tf.findBackendFactory('webgpu') !== null) tf.removeBackend('webgpu');
  const backend = whileSupported(() => new WebGPUBackend(device, device.adapterInfo));
  tf.registerBackend('webgpu', () => backend);
  return backend;
}

/** tfjs refuses a device where there is no `navigator.gpu`, as in Node. It checks no more than that. */
function whileSupported<T>(make: () => T): T {
  const { navigator } = globalThis as { navigator?: { gpu?: unknown } };
  if (navigator?.gpu !== undefined) return make();
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: true }, configurable: true });
  try {
    return make();
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, 'navigator');
    else Object.defineProperty(globalThis, 'navigator', before);
  }
}
