// All benchmarks of this machine's GPU in one go: the correctness suite, search steps beside PyTorch (eager and
// torch.compile, where there is one with CUDA), and every kernel. Prints tables, and keeps all figures in a folder.
//   node bench/bench-all.mjs [--quick] [--executor webgpu|wasm] [--device null] [--adapter NAME] [--rounds N] [--batch B]
//                            [--python PATH] [--peer cuda|cpu|none] [--compile-minutes N] [--out FOLDER]
// --quick: a small supernet and few repetitions, to see that everything works. --device null computes nothing: the cost on
// the host, without the suite.

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { adapterEnvironment } from './adapter-environment.mjs';
import { runJson } from './run-json.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cli = join(root, 'dist', 'cli.js');
const peer = join(root, 'bench', 'peers', 'pytorch-darts.py');

function stop(message) {
  console.error(`bench-all: ${message}`);
  process.exit(2);
}

function parse() {
  try {
    const options = {
      quick: { type: 'boolean', default: false },
      executor: { type: 'string', default: 'webgpu' },
      device: { type: 'string' },
      adapter: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      batch: { type: 'string', default: '64' },
      python: { type: 'string', default: 'python3' },
      peer: { type: 'string', default: 'cuda' },
      'compile-minutes': { type: 'string', default: '20' },
      out: { type: 'string', default: 'bench-results' },
    };
    return parseArgs({ options }).values;
  } catch (error) {
    return stop(error.message);
  }
}

const values = parse();
const { quick, executor, device, adapter, python, out } = values;
for (const name of ['rounds', 'batch', 'compile-minutes']) {
  if (!/^[1-9]\d*$/.test(values[name])) stop(`--${name} ${values[name]} is not a whole number over 0`);
}
if (!['cuda', 'cpu', 'none'].includes(values.peer)) stop(`--peer ${values.peer}: give cuda, cpu or none`);
if (!['webgpu', 'wasm'].includes(executor)) stop(`--executor ${executor}: give webgpu or wasm`);
if (device !== undefined && device !== 'null') stop(`--device ${device}: give null, or leave it out`);
const [rounds, steps, warmup] = quick ? [1, 3, 1] : [Number(values.rounds), 20, 3];

const small = { channels: 8, cells: 4, image: 8, batch: quick ? '4' : '64', order: 1 };
const full = { channels: 16, cells: 8, image: 32, batch: values.batch };
const shapes = quick ? [small] : [{ ...full, order: 1 }, { ...full, order: 2 }, small];

const env = executor === 'wasm' || device === 'null' ? process.env : findEnvironment();
const chosen = ['--executor', executor, ...(adapter === undefined ? [] : ['--adapter', adapter])];
const onDevice = device === undefined ? [] : ['--device', device];
mkdirSync(out, { recursive: true });

function findEnvironment() {
  const found = adapterEnvironment(root);
  if (found === undefined) {
    stop(
      'WebGPU finds no adapter; install a Vulkan driver, or look with vulkaninfo; --device null needs none',
    );
  }
  console.log(`adapter: ${found.adapter}${found.with.length > 0 ? ` (with ${found.with.join(', ')})` : ''}`);
  return { ...process.env, ...found.env };
}

const mixop = (...args) => runJson(process.execPath, [cli, ...args], { env });
const flagsOf = (shape) => Object.entries(shape).flatMap(([name, value]) => [`--${name}`, String(value)]);
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const gigabytes = (bytes) => (bytes / 1e9).toFixed(2);
const say = (text) => process.stderr.write(`${text} ...\n`);

async function verify() {
  if (device === 'null') return { passed: true, text: 'left out: the null device computes nothing' };
  say('verify');
  const { value, problem } = await mixop('verify', ...chosen, '--json');
  if (value === undefined) return { passed: false, text: problem };
  return {
    passed: true,
    text: `${value.checks.length} quantities, all within their bounds`,
    checks: value.checks,
  };
}

/** PyTorch's device for the peer; why there is none otherwise. */
async function findPeer() {
  if (values.peer === 'none') return { problem: 'not asked for' };
  const question =
    'import json, torch; print(json.dumps({"torch": torch.__version__, "cuda": torch.cuda.is_available()}))';
  const { value, problem } = await runJson(python, ['-c', question]);
  if (value === undefined) return { problem };
  if (values.peer === 'cuda' && !value.cuda) return { problem: `PyTorch ${value.torch} sees no CUDA device` };
  return { device: values.peer };
}

function pytorch(shape, on, { compile = false } = {}) {
  const args = [
    peer,
    'step',
    ...flagsOf(shape),
    '--device',
    on,
    '--steps',
    steps,
    '--warmup',
    warmup,
    '--json',
  ];
  const limit = compile ? Number(values['compile-minutes']) * 60_000 : undefined;
  return runJson(python, [...args.map(String), ...(compile ? ['--compile'] : [])], { limit });
}

/** One shape: mixop and PyTorch take turns, each in its own process; torch.compile once, behind them. */
async function step(shape, on) {
  const rows = new Map();
  const add = (name, ms) => rows.set(name, [...(rows.get(name) ?? []), ms]);
  const problems = [];
  const peerRuns = (name, { value, problem }) => {
    if (value === undefined) problems.push(`${name}: ${problem}`);
    for (const { mode, layout, median_ms: ms } of value?.runs ?? []) add(`PyTorch ${mode}, ${layout}`, ms);
    for (const { mode, layout, reason } of value?.skipped ?? [])
      problems.push(`PyTorch ${mode}, ${layout}: ${reason}`);
    return value;
  };
  const details = { mixop: [], pytorch: [] };
  for (let round = 0; round < rounds; round += 1) {
    say(`${describe(shape)}: round ${round + 1} of ${rounds}`);
    const args = [
      'bench',
      'step',
      ...chosen,
      ...onDevice,
      ...flagsOf(shape),
      '--steps',
      steps,
      '--warmup',
      warmup,
    ];
    const { value, problem } = await mixop(...args.map(String), '--json');
    if (value === undefined) return { shape, problems: [`mixop: ${problem}`], rows, details, failed: true };
    add('mixop', value.median);
    details.mixop.push(value);
    if (on !== undefined) details.pytorch.push(peerRuns('PyTorch eager', await pytorch(shape, on)));
  }
  if (on === 'cuda') {
    say(`${describe(shape)}: torch.compile`);
    details.pytorch.push(peerRuns('torch.compile', await pytorch(shape, on, { compile: true })));
  }
  return { shape, rows, problems, details, failed: false };
}

const describe = ({ channels, cells, image, batch, order }) =>
  `${channels} channels, ${cells} cells, ${image}x${image}, batch ${batch}, order ${order}`;

function printStep({ shape, rows, problems, details }) {
  const [cost] = details.mixop;
  console.log(`\n${describe(shape)}`);
  const ours = rows.has('mixop') ? median(rows.get('mixop')) : undefined;
  for (const [name, times] of rows) {
    const range = `${Math.min(...times).toFixed(2)} to ${Math.max(...times).toFixed(2)}`;
    const ratio = name === 'mixop' ? '' : `mixop is ${(median(times) / ours).toFixed(2)} times as fast`;
    console.log(
      `  ${name.padEnd(34)} ${median(times).toFixed(2).padStart(10)} ms  (${range})  ${ratio}`.trimEnd(),
    );
  }
  if (cost?.dispatches !== undefined) {
    console.log(
      `  ${cost.dispatches} dispatches, host ${cost.hostMs.toFixed(2)} ms, device memory ${gigabytes(cost.deviceBytes)} GB, ` +
        `${gigabytes(cost.modelledBytes)} GB loaded and stored (counted)`,
    );
  }
  for (const problem of problems) console.log(`  not run: ${problem}`);
}

const verified = await verify();
console.log(`verify: ${verified.text}`);
const found = await findPeer();
if (found.problem !== undefined) console.log(`PyTorch: left out, ${found.problem}`);
const results = [];
for (const shape of shapes) {
  const result = await step(shape, found.device);
  printStep(result);
  results.push({ ...result, rows: Object.fromEntries(result.rows) });
}
writeFileSync(join(out, 'steps.json'), `${JSON.stringify({ verified, results }, undefined, 1)}\n`);

console.log('');
const extent = quick
  ? ['--size', 'small', '--batch', '4', '--rounds', '1', '--milliseconds', '1']
  : ['--size', 'full', '--batch', values.batch];
const kernels = ['bench', 'kernels', ...chosen, ...onDevice, ...extent, '--json', join(out, 'kernels.json')];
const { status } = spawnSync(process.execPath, [cli, ...kernels], { env, stdio: 'inherit' });
console.log(`\nall figures: ${out}`);
process.exitCode = verified.passed && status === 0 && results.every(({ failed }) => !failed) ? 0 : 1;
