// tfjs on our device: its operations, and buffers that both have.
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { type Device, openDevice } from '../../src/kernels/executors/webgpu/device.ts';
import { shareDevice } from '../../src/tfjs/share-device.ts';
import { withoutGpu } from '../helpers/kernels/on-webgpu.ts';

describe.skipIf(withoutGpu)('tfjs on a shared device', () => {
  let opened: Device | undefined;
  const start = async (): Promise<GPUDevice> => {
    opened = await openDevice({ validate: true });
    return opened.device;
  };
  afterEach(() => {
    tf.removeBackend('webgpu');
    opened?.close();
  });

  it('computes on it, and reads a buffer of it without a copy', async () => {
    const device = await start();
    const backend = shareDevice(device);
    await tf.setBackend('webgpu');
    expect(backend.device).toBe(device);
    expect(tf.backend()).toBe(backend);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = device.createBuffer({ size: 16, usage });
    device.queue.writeBuffer(buffer, 0, new Float32Array([1, 2, 3, 4]));
    const x = tf.tensor({ buffer, zeroCopy: true }, [2, 2]);
    const product = tf.matMul(x, tf.tensor2d([1, 0, 1, 1], [2, 2]));
    expect([...(await product.data())]).toEqual([3, 2, 7, 4]);
    // tfjs reads what others wrote into the buffer.
    device.queue.writeBuffer(buffer, 0, new Float32Array([5]));
    expect([...(await tf.add(x, 1).data())]).toEqual([6, 3, 4, 5]);
    expect(opened!.failure()).toBeUndefined();
  });

  it('leaves no trace of a navigator where there was none', async () => {
    const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
    shareDevice(await start());
    expect(Object.getOwnPropertyDescriptor(globalThis, 'navigator')).toEqual(before);
  });

  it('refuses a second device while tfjs runs on the first', async () => {
    const device = await start();
    shareDevice(device);
    await tf.setBackend('webgpu');
    expect(() => shareDevice(device)).toThrow(/already runs on another device; share the device before/);
  });
});
