// Loaded before the command line (node --import 'file:///.../lose-device.mjs?once=FILE'): the device is lost at the first
// commands that it is to be given once a file is there.
import { existsSync } from 'node:fs';
import { globals } from 'webgpu';

const awaited = new URL(import.meta.url).searchParams.get('once');
const { GPUAdapter } = globals;
const { requestDevice } = GPUAdapter.prototype;

GPUAdapter.prototype.requestDevice = async function (...options) {
  const device = await requestDevice.apply(this, options);
  const { createCommandEncoder } = device;
  device.createCommandEncoder = (...encoder) => {
    if (existsSync(awaited)) device.destroy();
    return createCommandEncoder.apply(device, encoder);
  };
  return device;
};
