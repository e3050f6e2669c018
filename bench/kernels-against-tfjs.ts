// mixop's fused kernels on webgpu, each against the unfused tfjs composition of the same outputs, in turns: fan, nodeSum and
// preprocess alone, the mixed edge (mixop's kernel in tfjs) and a whole cell; forward, and with the gradients of all inputs.
// Prints medians and ratios with their spread: of the host's time on Dawn's null device, which computes nothing, or of the
// time until the machine's adapter is through.
//   npx tsx --import ./scripts/wgsl.mjs bench/kernels-against-tfjs.ts [--device null|default] [--size small|full]
//                                                                     [--batch N] [--only TEXT] [--rounds N] [--json]

import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { table } from '../src/cli/terminal/table.ts';
import type { FanForward } from '../src/kernels/operations/fan/types.ts';
import type { NodeSumForward } from '../src/kernels/operations/node-sum/types.ts';
import type { PreprocessBackward, PreprocessForward } from '../src/kernels/operations/preprocess/types.ts';
import type { Plan } from '../src/kernels/plan.ts';
import { extent, type Tensor } from '../src/kernels/tensor.ts';
import { createWebGpuExecutor, type WebGpuExecutor } from '../src/kernels/executors/webgpu/executor.ts';
import { fillKernel } from '../src/measure/fill-kernel.ts';
import type { Kernel } from '../src/measure/kernel-programs.ts';
import { kernelSets, type Size, sizes } from '../src/measure/kernel-sets.ts';
import { mixedEdgeWeights } from '../src/tfjs/edge-arguments.ts';
import { mixedEdge } from '../src/tfjs/mixed-edge.ts';
import { shareDevice } from '../src/tfjs/share-device.ts';
import { cellPlan, fillCell } from './cell-plan.ts';
import {
  cellComposition,
  type Composition,
  edgeComposition,
  fanComposition,
  nodeComposition,
  preprocessComposition,
} from './peers/tfjs-kernels.ts';
import { checkWhole, isNull, optionsOf, stop } from './arguments.ts';
import { countDispatches, medianOf, spread, submitAll, timed, type Times } from './times.ts';

/** Submits a pass; returns the host's milliseconds. */
type Submit = () => Promise<number>;

/** One of the two implementations; the pass `both` is forward and backward. */
interface Side {
  readonly device: GPUDevice;
  readonly passes: Readonly<Record<Pass, Submit>>;
}

const passNames = ['forward', 'both'] as const;
type Pass = (typeof passNames)[number];

interface Pair {
  readonly name: string;
  readonly mixop: Side;
  readonly tfjs: Side;
}

/** Minimum milliseconds and number of calls of a pass per round. */
const [minTotal, minCalls] = [20, 3];

/** The passes are programs of an executor, run one after the other. */
function ofExecutor(executor: WebGpuExecutor, forward: string, both: readonly string[]): Side {
  const run = (names: readonly string[]) => async (): Promise<number> => {
    let host = 0;
    for (const name of names) {
      await executor.run(name);
      host += executor.deviceCost(name).hostMs;
    }
    return host;
  };
  return { device: executor.device, passes: { forward: run([forward]), both: run(both) } };
}

class Tfjs {
  private readonly backend: WebGPUBackend;
  private readonly device: GPUDevice;

  constructor(device: GPUDevice) {
    this.device = device;
    this.backend = shareDevice(device);
  }

  /** variables: those to differentiate by. */
  side(outputs: () => readonly tf.Tensor[], variables: () => readonly tf.Tensor[]): Side {
    const sum = (): tf.Tensor => {
      const all = outputs();
      return all.length === 1 ? all[0]! : tf.addN([...all]);
    };
    // The first pass makes the weights.
    const dy = tf.tidy(() => tf.randomNormal(sum().shape));
    const wanted = [...variables()];
    const submit = (compute: () => unknown): Promise<number> => {
      const before = performance.now();
      tf.tidy(() => void compute());
      submitAll(this.backend);
      return Promise.resolve(performance.now() - before);
    };
    const forward = (): Promise<number> => submit(outputs);
    const both = (): Promise<number> => submit(() => tf.engine().gradients(sum, wanted, dy));
    return { device: this.device, passes: { forward, both } };
  }

  composed({ images: shapes, alpha: alphas, run }: Composition): Side {
    const images = shapes.map((shape) =>
      tf.variable(tf.randomNormal([...shape])),
    ) as tf.Tensor[] as tf.Tensor4D[];
    const alpha = alphas && tf.variable(tf.randomNormal([...alphas]));
    const weights = new Map<string, tf.Variable>();
    const get = (name: string, shape: readonly number[], fanIn = 1): tf.Variable => {
      const known = weights.get(name);
      if (known !== undefined) return known;
      const bound = 1 / Math.sqrt(fanIn);
      const made = tf.variable(tf.randomUniform([...shape], -bound, bound));
      weights.set(name, made);
      return made;
    };
    return this.side(
      () => run(get, images, alpha),
      () => [...images, ...(alpha ? [alpha] : []), ...weights.values()],
    );
  }

  /** mixop's kernel of a mixed edge. */
  fusedEdge(shape: readonly number[], stride: 1 | 2): Side {
    const x = tf.variable(tf.randomNormal([...shape]));
    const alpha = tf.variable(tf.randomNormal([8]));
    const weights = mixedEdgeWeights(shape[3]!, { stride });
    return this.side(
      () => [mixedEdge(x, alpha, weights, { stride })],
      () => [x, alpha, ...Object.values(weights)],
    );
  }
}

/** The image that determines the size of a composite operation. */
function imageOf({ instruction }: Kernel): Tensor {
  if (instruction.op === 'fan') return instruction.reads.x;
  if (instruction.op === 'nodeSum')
    return instruction.pass === 'forward' ? instruction.writes.y : instruction.reads.dy;
  return (instruction as PreprocessForward | PreprocessBackward).reads.xs[0]!;
}

/** Of each form of the composite operations the one of the largest image, with its backward pass for all gradients. */
function compositeKernels(size: Size) {
  const wanted = /^(fan|nodeSum|preprocess) (forward|backward .*(dweights|dmix))/;
  const kernels = kernelSets(size, ({ name }) => wanted.test(name))
    .flatMap((set) => set.kernels)
    .toSorted((a, b) => extent(imageOf(b)) - extent(imageOf(a)));
  const forms = new Map<
    string,
    { readonly forward: Kernel; readonly backward: Kernel; readonly name: string }
  >();
  for (const forward of kernels) {
    const { instruction, form } = forward;
    if (instruction.pass !== 'forward' || forms.has(form)) continue;
    const shape = imageOf(forward).shape.join();
    const backward = kernels.find(
      (one) =>
        one.form.startsWith(form.replace('forward', 'backward')) &&
        one.instruction.pass === 'backward' &&
        imageOf(one).shape.join() === shape,
    );
    if (backward === undefined) continue;
    const [, ...image] = imageOf(forward).shape;
    forms.set(form, { forward, backward, name: form.replace('forward', image.join('x')) });
  }
  return [...forms.values()];
}

function compositionOf({ instruction }: Kernel): Composition {
  if (instruction.op === 'fan') return fanComposition(instruction as FanForward);
  if (instruction.op === 'nodeSum') return nodeComposition(instruction as NodeSumForward);
  return preprocessComposition(instruction as PreprocessForward);
}

async function openPairs(size: Size, adapter: string | undefined, only: string, closing: WebGpuExecutor[]) {
  const open = async (plan: Plan): Promise<WebGpuExecutor> => {
    const executor = await createWebGpuExecutor(plan, adapter === undefined ? {} : { adapter });
    closing.push(executor);
    return executor;
  };
  const pairs: Pair[] = [];
  const wanted = (name: string): boolean => name.toLowerCase().includes(only.toLowerCase());
  const chosen = compositeKernels(size);
  const programs = chosen.flatMap(({ forward, backward }) => [forward.name, backward.name]);
  const [set] = kernelSets(size, ({ name }) => programs.includes(name));
  const kernels = await open(set!.plan);
  const tfjs = new Tfjs(kernels.device);
  await tf.setBackend('webgpu');
  for (const kernel of set!.kernels) await fillKernel(kernels, kernel, set!.plan);
  for (const { forward, backward, name } of chosen) {
    if (!wanted(name)) continue;
    const mixop = ofExecutor(kernels, forward.name, [forward.name, backward.name]);
    pairs.push({ name, mixop, tfjs: tfjs.composed(compositionOf(forward)) });
  }
  const { batch, image, channels } = size;
  const shape = [batch, image, image, channels];
  for (const stride of [1, 2] as const) {
    const name = `mixed edge ${shape.slice(1).join('x')}${stride === 2 ? ' stride 2' : ''}`;
    if (!wanted(name)) continue;
    const composed = tfjs.composed(edgeComposition(shape, stride));
    pairs.push({ name, mixop: tfjs.fusedEdge(shape, stride), tfjs: composed });
  }
  for (const kind of ['normal', 'reduce'] as const) {
    const name = `${kind} cell ${shape.slice(1).join('x')}`;
    if (!wanted(name)) continue;
    const cell = cellPlan(kind, shape);
    const executor = await open(cell.plan);
    fillCell(executor, cell);
    const composed = tfjs.composed(cellComposition(shape, kind === 'reduce'));
    pairs.push({ name, mixop: ofExecutor(executor, 'forward', ['both']), tfjs: composed });
  }
  return { pairs, adapter: kernels.adapter };
}

/** Median over enough calls. */
async function measure({ device, passes }: Side, pass: Pass): Promise<Times> {
  const times: Times[] = [];
  for (let sum = 0; times.length < minCalls || sum < minTotal; sum += times.at(-1)!.whole)
    times.push(await timed(device, passes[pass]));
  return medianOf(times);
}

async function compare(pair: Pair, pass: Pass, rounds: number) {
  const { mixop, tfjs } = pair;
  const dispatches = {
    mixop: await countDispatches(mixop.passes[pass]),
    tfjs: await countDispatches(tfjs.passes[pass]),
  };
  const found: { mixop: Times; tfjs: Times }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    found.push({ mixop: await measure(mixop, pass), tfjs: await measure(tfjs, pass) });
  }
  const of = (what: keyof Times) => ({
    mixop: spread(found.map((one) => one.mixop[what])),
    tfjs: spread(found.map((one) => one.tfjs[what])),
    ratio: spread(found.map((one) => one.tfjs[what] / one.mixop[what])),
  });
  return { name: pair.name, pass, dispatches, host: of('host'), whole: of('whole') };
}

const {
  device,
  size: sizeName,
  batch,
  only,
  rounds,
  json,
} = optionsOf({
  device: { type: 'string' },
  size: { type: 'string', default: 'small' },
  batch: { type: 'string' },
  only: { type: 'string', default: '' },
  rounds: { type: 'string', default: '5' },
  json: { type: 'boolean', default: false },
});
if (sizeName !== 'small' && sizeName !== 'full') stop(`--size ${sizeName}: give small or full`);
checkWhole({ rounds, batch: batch ?? '1' });
const nothing = isNull(device);
const size = { ...sizes[sizeName], batch: Number(batch ?? (nothing ? 8 : sizes[sizeName].batch)) };
const closing: WebGpuExecutor[] = [];
try {
  const { pairs, adapter } = await openPairs(size, nothing ? 'null' : undefined, only, closing);
  if (pairs.length === 0) stop(`--only ${only}: no kernel has this in its name`);
  const results = [];
  for (const pair of pairs) {
    for (const pass of passNames) {
      process.stderr.write(`${adapter}: ${pair.name}, ${pass} ...\n`);
      results.push(await compare(pair, pass, Number(rounds)));
    }
  }
  if (json) console.log(JSON.stringify({ adapter, ...size, rounds: Number(rounds), results }));
  else {
    const what = nothing ? 'host' : 'whole';
    const rows = results.map(({ name, pass, dispatches, [what]: { mixop, tfjs, ratio } }) => [
      pass === 'both' ? `${name}, backward too` : name,
      mixop.median.toPrecision(3),
      tfjs.median.toPrecision(3),
      ratio.median.toFixed(1),
      `${ratio.min.toFixed(1)} to ${ratio.max.toFixed(1)}`,
      `${dispatches.mixop}`,
      `${dispatches.tfjs}`,
    ]);
    const head = [`${adapter}, batch ${size.batch}`, `${nothing ? 'host' : 'wall'} ms`, 'tfjs', 'times less'];
    console.log(`\n${table([...head, 'spread', 'dispatches', 'tfjs'], rows, [1, 2, 3, 5, 6])}`);
  }
} finally {
  tf.removeBackend('webgpu');
  for (const executor of closing) await executor.close();
}
