// Puts tfjs's `webgpu` backend on a device that is there already, so that both work on the same buffers.

import * as tf from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { MixopError } from '../base/errors.ts';

/**
 * Registers tfjs's backend `webgpu` on `device`; `tf.setBackend('webgpu')` then computes there, and
 * `tf.tensor({ buffer, zeroCopy: true }, shape)` is a tensor in one of its buffers. A `MixopError` where tfjs has
 * such a backend at work on another device: its tensors would be lost. The device stays the caller's to close.
 */
export function shareDevice(device: GPUDevice): WebGPUBackend {
  const { registry } = tf.engine();
  if ('webgpu' in registry) {
    const problem = 'the backend is at work on another device';
    const remedy = "share the device before tfjs starts, or call tf.removeBackend('webgpu') first";
    throw new MixopError('usage', "tfjs's webgpu backend", problem, remedy);
  }
  // In a page tfjs has registered itself, on a device that it would open when it starts.
  if (tf.findBackendFactory('webgpu') !== null) tf.removeBackend('webgpu');
  const backend = whileSupported(() => new WebGPUBackend(device, device.adapterInfo));
  tf.registerBackend('webgpu', () => backend);
  return backend;
}

/** tfjs refuses a device where there is no `navigator.gpu`; Node has none. It looks for no more than that. */
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
