// Measures the wasm executor's building blocks, one thread: depthwise and 1x1 convolutions, their input and weight
// gradients, against a plain loop of loads, multiplies and adds on the same machine. Taps that fall into padding are
// not counted.
//   node bench/wasm-kernels.mjs [--json] [--only TEXT, which a kernel's name contains]
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { compileAssembly } from '../scripts/build-wasm.mjs';

const MiB = 2 ** 20;
// Where things lie in the memory: two axis tables, then what is read, written, and the weights.
const [rowAxis, columnAxis, source, target, weights] = [4096, 8192, MiB, 16 * MiB, 32 * MiB + 2048];

async function compile() {
  const names = ['depthwise-axis', 'depthwise-walk', 'depthwise', 'depthwise-weights', 'pointwise'];
  const rungs = ['depthwise-naive', 'depthwise-vectors'];
  const blocks = [...names, ...rungs].map((name) => `src/kernels/wasm/assembly/${name}.as.ts`);
  const bytes = await compileAssembly([...blocks, 'bench/plain-loop.as.ts']);
  const memory = new WebAssembly.Memory({ initial: 1024, maximum: 65536, shared: true });
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  const values = new Float32Array(memory.buffer);
  for (let i = 0; i < values.length; i++) values[i] = ((i * 2654435761) % 1000) / 1000 - 0.5;
  return instance.exports;
}

const kernels = await compile();

/** GFLOP/s: the fastest of 200 timings of about 0.3 ms, so that what else runs on the machine hardly counts. */
function measure(flops, body) {
  for (let i = 0; i < 20; i++) body();
  const time = (repeats) => {
    const start = performance.now();
    for (let i = 0; i < repeats; i++) body();
    return performance.now() - start;
  };
  let repeats = 1;
  while (time(repeats) < 0.3) repeats *= 2;
  const times = Array.from({ length: 200 }, () => time(repeats) / repeats).sort((a, b) => a - b);
  return flops / times[0] / 1e6;
}

function plain(bytes) {
  const repeats = Math.ceil(MiB / bytes);
  return measure((bytes / 2) * repeats, () => kernels.plainLoop(MiB, bytes, repeats));
}

/** Pairs of an output index and a tap that meet inside the image, along one axis. */
function meetings({ size, kernel, dilation, stride }) {
  let count = 0;
  for (let i = 0; i < size; i += stride) {
    for (let a = 0; a < kernel; a++) {
      const at = i + dilation * (a - (kernel - 1) / 2);
      if (at >= 0 && at < size) count++;
    }
  }
  return count;
}

/** The buffers of the fan: rows padded by 4 columns (one image), or a group of images side by side. */
function depthwise(one, what) {
  const { size, channels, kernel, dilation, stride, images } = one;
  const small = Math.ceil(size / stride);
  const gradient = what === 'input gradient';
  const [outer, inner] = gradient ? [size, small] : [small, size];
  const grouped = size < 8;
  const pixel = Math.min(channels, 16) * 4;
  const classes = stride === 1 ? dilation : gradient ? stride : 1;
  const columns = grouped ? outer : classes;
  kernels.fillAxis(rowAxis, outer, inner, kernel, dilation, stride, gradient, grouped ? 1 : images);
  kernels.fillAxis(columnAxis, columns, grouped ? inner : 0, kernel, dilation, stride, gradient, 1);
  const row = (grouped ? inner : inner + 16) * pixel;
  const position = grouped ? inner * row : (gradient ? classes / stride : stride * classes) * pixel;
  const from = grouped ? source : source + 4 * pixel;
  const blocks = grouped ? images / 4 : Math.ceil(outer / classes / 4);
  const whole = !grouped && stride === 1 && (outer === 4 * classes || outer === 8 * classes);
  const flops = 2 * meetings(one) ** 2 * channels * images;
  const weightGradient = what === 'weight gradient';
  const outPixel = weightGradient ? pixel : channels * 4;
  const outRow = outer * outPixel;
  const outPosition = grouped ? outer * outRow : classes * outPixel;
  const outTile = weightGradient ? outRow * outer * images : 64;
  kernels.setSource(from, position, row, pixel, row * inner * images);
  kernels.setOutput(target, outPosition, outRow, outPixel, outTile);
  const steps = [kernels.axisStep(dilation, stride, gradient), kernels.axisTaps(dilation, stride, gradient)];
  kernels.setFilter(weights, channels, kernel, ...steps);
  kernels.setPositions(rowAxis, grouped ? outer : outer * images, columnAxis, columns, blocks, whole);
  return measure(flops, () => (weightGradient ? kernels.depthwiseWeights() : kernels.depthwiseTaps(0)));
}

/** Names, and what measures each. */
const loops = [16, 512, 48 * 1024].map((size) => [`plain loop over ${size} KiB`, () => plain(size * 1024)]);
const kernelsByName = [];
for (const [size, channels, images] of [
  [32, 16, 1],
  [16, 32, 1],
  [8, 64, 4],
  [8, 8, 4],
  [4, 16, 8],
  [2, 32, 16],
]) {
  for (const [kernel, dilation, stride] of [
    [3, 1, 1],
    [5, 1, 1],
    [3, 2, 1],
    [5, 2, 1],
    [5, 1, 2],
    [5, 2, 2],
  ]) {
    const shape = `${size}x${size}x${channels} ${kernel}x${kernel}`;
    const window = `${dilation > 1 ? ' dilated' : ''}${stride > 1 ? ' stride 2' : ''}`;
    for (const what of ['forward', 'input gradient', 'weight gradient']) {
      const one = { size, channels, kernel, dilation, stride, images };
      kernelsByName.push([`depthwise ${shape}${window} ${what}`, () => depthwise(one, what)]);
    }
  }
}

// The rungs below the fast kernel (depthwise-naive.as.ts, depthwise-vectors.as.ts), as its first row above.
for (const [rung, forward] of [
  ['naive', 'naiveForward'],
  ['vectors', 'vectorsForward'],
]) {
  const one = { size: 32, channels: 16, kernel: 3, dilation: 1, stride: 1 };
  kernelsByName.push([
    `depthwise 32x32x16 3x3 forward, the rung of ${rung}`,
    () => {
      kernels.setWindow(1, one.size, one.size, one.channels, one.kernel, one.stride, one.dilation);
      const flops = 2 * meetings(one) ** 2 * one.channels;
      return measure(flops, () => kernels[forward](source, weights, target));
    },
  ]);
}

for (const [pixels, channels] of [
  [1024, 16],
  [256, 32],
  [256, 64],
  [256, 8],
  [128, 16],
  [64, 32],
]) {
  const flops = 2 * pixels * channels * channels;
  const row = channels * 4;
  const forward = () => {
    kernels.setMatrix(weights, row, channels, channels);
    return measure(flops, () => kernels.pointwise(source, row, target, row, 64, pixels, 0));
  };
  const gradient = () =>
    measure(flops, () =>
      kernels.pointwiseWeights(source, row, target, row, weights, row, channels, channels, pixels),
    );
  kernelsByName.push([`1x1 ${pixels} pixels x ${channels} forward`, forward]);
  kernelsByName.push([`1x1 ${pixels} pixels x ${channels} weight gradient`, gradient]);
}

const { only, json } = parseArgs({
  options: { only: { type: 'string', default: '' }, json: { type: 'boolean', default: false } },
}).values;
const wanted = [...loops, ...kernelsByName.filter(([name]) => name.includes(only))];
const results = wanted.map(([name, run]) => [name, run()]);

if (json) {
  const gflops = Object.fromEntries(results);
  console.log(JSON.stringify({ machine: cpus()[0].model, node: process.version, gflops }));
} else {
  console.log(`${cpus()[0].model}, Node ${process.version}, one thread`);
  for (const [name, gflops] of results) {
    const share = ((gflops / results[0][1]) * 100).toFixed(0).padStart(4);
    console.log(`${name.padEnd(56)} ${gflops.toFixed(1).padStart(6)} GFLOP/s ${share} %`);
  }
}
