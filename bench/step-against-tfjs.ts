// mixop's search step on webgpu against the unfused tfjs supernet, in one run: both on one device, step by step in turns.
// Prints medians and ratios with their spread: of the host's time on Dawn's null device, which computes nothing, of whole
// steps on the machine's adapter, and of the processor's time in all threads, which a busy machine distorts less.
//   npx tsx --import ./scripts/wgsl.mjs bench/step-against-tfjs.ts [--device null|default] [--rounds N]
//                                       [--channels C --cells L --image S --batch B] [--json]
// Without --device both run in turn: null at batch 2 (it holds 512 MiB), the adapter at batch 64.

import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { Random } from '../src/base/random.ts';
import { count } from '../src/kernels/tensor.ts';
import { createWebGpuExecutor, type WebGpuExecutor } from '../src/kernels/executors/webgpu/executor.ts';
import type { Size } from '../src/measure/kernel-sets.ts';
import { resolveConfig } from '../src/search/resolve.ts';
import { buildSearchPlan } from '../src/search/images/plan.ts';
import { initialiseParameters } from '../src/engine/session.ts';
import { dartsCnn } from '../src/supernet/spaces/darts-cnn.ts';
import { shareDevice } from '../src/tfjs/share-device.ts';
import { type TfjsBatch, TfjsSupernet } from './peers/tfjs-step.ts';
import { checkWhole, isNull, optionsOf } from './arguments.ts';
import { countDispatches, medianOf, spread, submitAll, timed, type Times } from './times.ts';

async function openOurs(adapter: string | undefined, size: Size): Promise<WebGpuExecutor> {
  const { channels, cells, batch, image } = size;
  const config = resolveConfig({ space: dartsCnn.name, channels, cells, batch, order: 1 });
  const searchPlan = buildSearchPlan({
    space: dartsCnn,
    config,
    image: { height: image, width: image, channels: 3 },
    classes: 10,
    evaluated: batch,
  });
  const executor = await createWebGpuExecutor(searchPlan.plan, adapter === undefined ? {} : { adapter });
  const random = Random.fromSeed(0);
  initialiseParameters(executor, searchPlan.problem.parameters.list(), random.split('weights'));
  for (const { images } of Object.values(searchPlan.batches)) {
    executor.write(
      images,
      Float32Array.from({ length: count(images.shape) }, () => random.normal()),
    );
  }
  return executor;
}

function openTheirs({ channels, cells, batch, image }: Size): TfjsSupernet {
  const random = (): TfjsBatch => ({
    images: tf.randomNormal([batch, image, image, 3]),
    labels: tf.cast(tf.oneHot(tf.randomUniform([batch], 0, 10, 'int32'), 10), 'float32') as tf.Tensor2D,
  });
  const batches = { train: random(), valid: random() };
  return new TfjsSupernet({ channels, cells, classes: 10 }, batches, (_, shape, fanIn) => {
    if (fanIn === undefined) return tf.zeros([...shape]);
    if (fanIn === 0) return tf.ones([...shape]);
    return tf.randomUniform([...shape], -1 / Math.sqrt(fanIn), 1 / Math.sqrt(fanIn));
  });
}

/** repeats: mixop's steps per step of tfjs; their median is used. */
async function compare(adapter: string | undefined, size: Size, rounds: number, repeats: number) {
  const executor = await openOurs(adapter, size);
  const { device } = executor;
  const backend: WebGPUBackend = shareDevice(device);
  await tf.setBackend('webgpu');
  try {
    const theirModel = openTheirs(size);
    const ours = (): Promise<Times> =>
      timed(device, async () => {
        await executor.run('step');
        return executor.deviceCost('step').hostMs;
      });
    const theirs = (): Promise<Times> =>
      timed(device, async () => {
        const before = performance.now();
        theirModel.step();
        submitAll(backend);
        return performance.now() - before;
      });
    // The first steps compile shaders and warm up the just-in-time compiler.
    for (let i = 0; i < repeats; i += 1) await ours();
    const dispatches = { mixop: executor.deviceCost('step').dispatches, tfjs: await countDispatches(theirs) };
    const pairs: { ours: Times; theirs: Times }[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      process.stderr.write(`${executor.adapter}: round ${round} of ${rounds} ...\n`);
      const several: Times[] = [];
      for (let i = 0; i < repeats; i += 1) several.push(await ours());
      pairs.push({ ours: medianOf(several), theirs: await theirs() });
    }
    const of = (what: keyof Times) => ({
      mixop: spread(pairs.map((pair) => pair.ours[what])),
      tfjs: spread(pairs.map((pair) => pair.theirs[what])),
      ratio: spread(pairs.map((pair) => pair.theirs[what] / pair.ours[what])),
    });
    const times = { host: of('host'), whole: of('whole'), processor: of('processor') };
    return { adapter: executor.adapter, ...size, rounds, dispatches, ...times };
  } finally {
    tf.removeBackend('webgpu');
    await executor.close();
  }
}

const {
  device: only,
  batch,
  json,
  ...numbers
} = optionsOf({
  device: { type: 'string' },
  rounds: { type: 'string', default: '5' },
  channels: { type: 'string', default: '8' },
  cells: { type: 'string', default: '4' },
  image: { type: 'string', default: '8' },
  batch: { type: 'string' },
  json: { type: 'boolean', default: false },
});
checkWhole({ ...numbers, batch: batch ?? '1' });
const { rounds } = numbers;
const [channels, cells, image] = [numbers.channels, numbers.cells, numbers.image].map(Number) as [
  number,
  number,
  number,
];
const labels = { host: "the host's time", whole: 'a whole step', processor: "the processor's time" };
const nothing = isNull(only);
const size = { channels, cells, image, batch: Number(batch ?? (nothing ? 2 : 64)) };
const result = await compare(nothing ? 'null' : undefined, size, Number(rounds), nothing ? 20 : 2);
if (json) console.log(JSON.stringify(result));
else {
  console.log(
    `${result.adapter}, ${channels} channels, ${cells} cells, ${image}x${image}, batch ${size.batch}, first order: ` +
      `${result.dispatches.mixop} dispatches a step, tfjs ${result.dispatches.tfjs}`,
  );
  for (const what of [nothing ? 'host' : 'whole', 'processor'] as const) {
    const { mixop, tfjs, ratio } = result[what];
    const [low, high] = [ratio.min, ratio.max].map((value) => value.toFixed(1));
    console.log(
      `${labels[what]}: mixop ${mixop.median.toFixed(2)} ms, tfjs ${tfjs.median.toFixed(0)} ms: ` +
        `${ratio.median.toFixed(1)} times less (${low} to ${high})`,
    );
  }
}
