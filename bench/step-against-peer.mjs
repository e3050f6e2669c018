// mixop's search step against the unfused PyTorch supernet on this machine, in one run: the two take turns, round by
// round, each in its own process. Prints both medians and the ratio with its spread.
//   node bench/step-against-peer.mjs [--python PATH] [--rounds N] [--channels C --cells L --image S --batch B]
//                                    [--order 1|2] [--threads T] [--gradients needed|all] [--json]
// PyTorch: Debian's python3-torch. --gradients all: as the published code, which computes gradients of the weights in
// the alpha step and throws them away; needed: without those.

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runJson } from './run-json.mjs';

function stop(message) {
  console.error(`step-against-peer: ${message}`);
  process.exit(2);
}

function parse() {
  try {
    return parseArgs({
      options: {
        python: { type: 'string', default: '/usr/bin/python3' },
        rounds: { type: 'string', default: '5' },
        channels: { type: 'string', default: '8' },
        cells: { type: 'string', default: '4' },
        image: { type: 'string', default: '8' },
        batch: { type: 'string', default: '64' },
        order: { type: 'string', default: '1' },
        threads: { type: 'string', default: '2' },
        steps: { type: 'string', default: '10' },
        gradients: { type: 'string', default: 'needed' },
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return stop(error.message);
  }
}

const values = parse();
const { python, json, gradients, ...numbers } = values;
for (const [name, value] of Object.entries(numbers)) {
  if (!/^[1-9]\d*$/.test(value)) stop(`--${name} ${value} is not a whole number over 0`);
}
if (!['needed', 'all'].includes(gradients)) stop(`--gradients ${gradients}: give needed or all`);

const here = fileURLToPath(new URL('.', import.meta.url));
const shape = ['channels', 'cells', 'image', 'batch', 'order', 'threads'].flatMap((key) => [
  `--${key}`,
  values[key],
]);

/** The JSON that a program prints; ends with its message if it fails. */
async function measure(what, program, args) {
  process.stderr.write(`${what} ...\n`);
  const { value, problem } = await runJson(program, args);
  return value ?? stop(program === python ? `${problem} (PyTorch: --python PATH)` : problem);
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

const rounds = [];
for (let round = 0; round < Number(values.rounds); round += 1) {
  const ours = await measure(`round ${round + 1}: mixop`, process.execPath, [
    `${here}../dist/cli.js`,
    'bench',
    'step',
    ...shape,
    '--steps',
    values.steps,
    '--json',
  ]);
  const peer = await measure(`round ${round + 1}: PyTorch`, python, [
    `${here}peers/pytorch-darts.py`,
    'step',
    ...shape,
    '--gradients',
    gradients,
    '--layout',
    'both',
    '--steps',
    values.steps,
    '--warmup',
    '2',
    '--json',
  ]);
  const theirs = peer.fastest.median_ms;
  rounds.push({
    ours: ours.median,
    theirs,
    layout: peer.fastest.layout,
    ratio: theirs / ours.median,
    torch: peer.torch,
    cpu: ours.machine.cpu,
  });
  if (!json)
    console.log(
      `round ${round + 1}: mixop ${ours.median.toFixed(1)} ms, PyTorch ${theirs.toFixed(1)} ms (${peer.fastest.layout})`,
    );
}
const ratios = rounds.map(({ ratio }) => ratio);
const result = {
  ...values,
  mixop: median(rounds.map(({ ours }) => ours)),
  pytorch: median(rounds.map(({ theirs }) => theirs)),
  ratio: median(ratios),
  ratioRange: [Math.min(...ratios), Math.max(...ratios)],
  torch: rounds[0].torch,
  cpu: rounds[0].cpu,
};
if (json) console.log(JSON.stringify(result));
else {
  const [low, high] = result.ratioRange;
  console.log(`${result.cpu}, ${values.threads} threads, PyTorch ${result.torch}, faster of both layouts`);
  console.log(
    `mixop ${result.mixop.toFixed(1)} ms, PyTorch ${result.pytorch.toFixed(1)} ms a step: ${result.ratio.toFixed(2)} times faster (${low.toFixed(2)} to ${high.toFixed(2)})`,
  );
}
