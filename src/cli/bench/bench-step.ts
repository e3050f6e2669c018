// `mixop bench step`: times whole search steps of an executor on made-up data.

import { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import { describeMachine } from '../../runs/machine.ts';
import { measureStep, type StepMeasurement } from '../../measure/step.ts';
import { version } from '../../engine/version.ts';
import { defaultExecutor } from '../../engine/executors.ts';
import { type ExecutorFlags, executorOptions, withExecutorOptions } from '../options/executor-option.ts';
import { type DeviceFlags, deviceOptions, withDeviceOptions } from '../options/device-option.ts';
import { wholeNumber } from '../options/number-option.ts';
import { table } from '../terminal/table.ts';

interface Flags extends ExecutorFlags, DeviceFlags {
  readonly space: string;
  readonly channels: number;
  readonly cells: number;
  readonly image: number;
  readonly batch: number;
  readonly order: 1 | 2;
  readonly steps: number;
  readonly warmup: number;
  readonly json?: boolean;
}

const examples = `
Examples:
  mixop bench step --channels 8 --cells 4 --image 8 --batch 64
  mixop bench step --channels 16 --cells 8 --image 32 --batch 8 --order 2 --threads 1 --json
  mixop bench step --executor webgpu --device null --batch 8

A step is one of alpha on a validation batch and one of the weights on a training batch. GFLOP/s count two operations
for each multiply-add of a convolution or linear layer in every pass that the step needs; the table's own figures count
what the kernels do.`;

export function benchStepCommand(): Command {
  const command = new Command('step')
    .description('milliseconds of a whole search step, and what they go into')
    .option('--space <name>', 'search space', 'darts-cnn')
    .option('--channels <n>', 'channels of the first cells', wholeNumber('--channels', 1), 16)
    .option('--cells <n>', 'cells in all (nasbench201: cells a stage)', wholeNumber('--cells', 1), 8)
    .option('--image <n>', 'height and width of the images', wholeNumber('--image', 1), 32)
    .option('--batch <n>', 'images a step, of each split', wholeNumber('--batch', 1), 64)
    .option('--order <n>', '1: first order, 2: unrolled second order', orderOf, 1)
    .option('--steps <n>', 'steps to measure', wholeNumber('--steps', 1), 20)
    .option('--warmup <n>', 'steps before, not counted', wholeNumber('--warmup', 0), 3);
  return withDeviceOptions(withExecutorOptions(command))
    .option('--json', 'print one JSON object, for programs')
    .addHelpText('after', examples)
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  const { space, channels, cells, image, batch, order, steps, warmup } = flags;
  const executor = { ...executorOptions(flags), ...deviceOptions(flags) };
  const { executor: name = defaultExecutor } = executor;
  const settings = { space, channels, cells, image, batch, order };
  const measured = await measureStep({ executor, ...settings, steps, warmup });
  const { os, cpu, cores, node } = describeMachine({
    mixop: version,
    executor: name,
    adapter: measured.adapter ?? null,
    threads: measured.threads,
  });
  if (flags.json === true) {
    const machine = { os, cpu, cores, node };
    console.log(JSON.stringify({ executor: name, ...settings, ...measured, machine }));
    return;
  }
  console.log(
    `${space}, ${channels} channels, ${cells} cells, ${image}x${image}, batch ${batch}, order ${order}`,
  );
  console.log(
    `${[name, measured.adapter].filter(Boolean).join(' on ')}, ${measured.threads} threads, ${cpu}, ${cores} cores, node ${node}`,
  );
  console.log(report(measured));
}

function mega(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function report(measured: StepMeasurement): string {
  const { median, p5, p95, steps, parameters, gflops, multiplyAdds, profile } = measured;
  const lines = [
    `${median.toFixed(1)} ms a step (median of ${steps}; 5 % to 95 %: ${p5.toFixed(1)} to ${p95.toFixed(1)})`,
    `${gflops.toFixed(1)} GFLOP/s; ${(multiplyAdds / 1e6).toFixed(1)} M multiply-adds a step, ${parameters} parameters`,
    `activations ${mega(measured.activationBytes)}, arenas ${mega(measured.arenaBytes)}, process at most ${mega(measured.peakResidentBytes)}`,
  ];
  const { dispatches, hostMs = 0, deviceBytes = 0, modelledBytes = 0 } = measured;
  if (dispatches !== undefined) {
    lines.push(
      `${dispatches} dispatches a step, ${hostMs.toFixed(2)} ms of the host (median)`,
      `device memory ${mega(deviceBytes)}; kernels load and store ${mega(modelledBytes)} a step (counted)`,
    );
  }
  if (profile === undefined) return lines.join('\n');
  const rows = profile.map(({ kind, milliseconds, share, gflops: rate, gigabytesPerSecond }) => [
    kind,
    milliseconds.toFixed(2),
    `${(share * 100).toFixed(1)} %`,
    rate.toFixed(1),
    gigabytesPerSecond.toFixed(1),
  ]);
  return [...lines, '', table(['one step', 'ms', 'share', 'GFLOP/s', 'GB/s'], rows, [1, 2, 3, 4])].join('\n');
}

function orderOf(text: string): 1 | 2 {
  if (text === '1') return 1;
  if (text === '2') return 2;
  throw new MixopError('usage', '--order', `"${text}" is no order`, 'write 1 (first order) or 2 (unrolled)');
}
