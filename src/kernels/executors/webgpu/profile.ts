// Times every dispatch of a program by the device's own clock.

import type { Device } from './device.ts';
import type { Prepared } from './pipelines.ts';

/** Timestamps of one query set; two a dispatch. */
const maxQueries = 4096;

/** Milliseconds of each dispatch, each in a pass of its own, on a device with timestamps. */
export async function timeDispatches(
  { device, wait }: Device,
  dispatches: readonly Prepared[],
): Promise<Float64Array> {
  const milliseconds = new Float64Array(dispatches.length);
  const perRound = maxQueries / 2;
  const querySet = device.createQuerySet({ type: 'timestamp', count: maxQueries });
  const size = maxQueries * 8;
  const resolved = device.createBuffer({
    size,
    usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  });
  const staging = device.createBuffer({ size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  try {
    for (let from = 0; from < dispatches.length; from += perRound) {
      const round = dispatches.slice(from, from + perRound);
      const encoder = device.createCommandEncoder();
      for (const [index, { pipeline, group, x, y }] of round.entries()) {
        const pass = encoder.beginComputePass({
          timestampWrites: {
            querySet,
            beginningOfPassWriteIndex: 2 * index,
            endOfPassWriteIndex: 2 * index + 1,
          },
        });
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(x, y);
        pass.end();
      }
      encoder.resolveQuerySet(querySet, 0, round.length * 2, resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, staging, 0, round.length * 16);
      device.queue.submit([encoder.finish()]);
      await wait(staging.mapAsync(GPUMapMode.READ));
      const times = new BigUint64Array(staging.getMappedRange());
      for (let index = 0; index < round.length; index++) {
        milliseconds[from + index] = Number(times[2 * index + 1]! - times[2 * index]!) / 1e6;
      }
      staging.unmap();
    }
  } finally {
    querySet.destroy();
    resolved.destroy();
    staging.destroy();
  }
  return milliseconds;
}
