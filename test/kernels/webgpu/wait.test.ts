import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { waitAsleep } from '../../../src/kernels/executors/webgpu/device.ts';

describe('waiting for a device that is the processor', () => {
  it('returns what was waited for', async () => {
    expect(await waitAsleep(sleep(5, 7))).toBe(7);
  });

  it('rethrows a failure', async () => {
    const failing = sleep(5).then(() => {
      throw new Error('lost');
    });
    await expect(waitAsleep(failing)).rejects.toThrow('lost');
  });

  it('uses little of the processor, and lets timers run', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 5);
    const before = process.cpuUsage();
    await waitAsleep(sleep(300));
    const { user, system } = process.cpuUsage(before);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
    expect((user + system) / 1000).toBeLessThan(150);
  });
});
