// `mixop bench step`: times whole search steps of an executor on random data.

import { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import { measureStep, type StepMeasurement, type MeasureStepOptions } from '../../measure/step.ts';
import { defaultExecutor } from '../../engine/executors.ts';
import { type ExecutorFlags, executorOptions, withExecutorOptions } from '../options/executor-option.ts';
import { type DeviceFlags, deviceOptions, withDeviceOptions } from '../options/device-option.ts';
import { wholeNumber } from '../options/number-option.ts';
import { benchMachine, benchMachineText } from './bench-machine.ts';
import { flagLayer, placed } from '../options/config-layers.ts';
import { table } from '../terminal/table.ts';

interface Flags extends ExecutorFlags, DeviceFlags, Omit<MeasureStepOptions, 'executor' | 'onStep'> {
  readonly json?: boolean;
}

const examples = `
Examples:
  mixop bench step --channels 8 --cells 4 --image 8 --batch 64
  mixop bench step --channels 16 --cells 8 --image 32 --batch 8 --order 2 --threads 1 --json
  mixop bench step --executor webgpu --device null --batch 8

A step updates alpha on a validation batch and the weights on a training batch. GFLOP/s of the step count two operations
for each multiply-add of a convolution or linear layer in every pass that it needs; those in the table count what the
kernels execute.`;

export function benchStepCommand(): Command {
  const command = new Command('step')
    .description('time a whole search step, and break the time down by kind of operation')
    .option('--space <name>', 'search space', 'darts-cnn')
    .option('--channels <n>', 'channels of the first cell', wholeNumber('--channels', 1), 16)
    .option('--cells <n>', 'number of cells; for nasbench201, per stage', wholeNumber('--cells', 1), 8)
    .option('--image <n>', 'height and width of the images', wholeNumber('--image', 1), 32)
    .option('--batch <n>', 'batch size, for each of the two splits', wholeNumber('--batch', 1), 64)
    .option('--order <n>', '1: first order; 2: unrolled second order', orderOf, 1)
    .option('--steps <n>', 'steps to measure', wholeNumber('--steps', 1), 20)
    .option('--warmup <n>', 'warm-up steps, not measured', wholeNumber('--warmup', 0), 3);
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
  const measured = await measureStep({ executor, ...settings, steps, warmup }).catch((error: unknown) => {
    throw placed(error, [
      flagLayer(
        { ...settings },
        Object.keys(settings).map((name) => ({ name, isText: true })),
      ),
    ]);
  });
  const { adapter, threads } = measured;
  const ran = benchMachine({ executor: name, ...(adapter !== undefined && { adapter }), threads });
  if (flags.json === true) {
    console.log(JSON.stringify({ executor: name, ...settings, ...measured, machine: ran.machine }));
    return;
  }
  console.log(
    `${space}, ${channels} channels, ${cells} cells, ${image}x${image}, batch ${batch}, order ${order}`,
  );
  console.log(benchMachineText(ran));
  console.log(report(measured));
}

function mega(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function report(measured: StepMeasurement): string {
  const { median, p5, p95, steps, parameters, gflops, multiplyAdds, profile } = measured;
  const lines = [
    `${median.toFixed(1)} ms per step (median of ${steps}; 5 % to 95 %: ${p5.toFixed(1)} to ${p95.toFixed(1)})`,
    `${gflops.toFixed(1)} GFLOP/s; ${(multiplyAdds / 1e6).toFixed(1)} M multiply-adds per step, ${parameters} parameters`,
    `activations ${mega(measured.activationBytes)}, arenas ${mega(measured.arenaBytes)}, process peak ${mega(measured.peakResidentBytes)}`,
  ];
  const { dispatches, hostMs = 0, deviceBytes = 0, modelledBytes = 0 } = measured;
  if (dispatches !== undefined) {
    lines.push(
      `${dispatches} dispatches per step, ${hostMs.toFixed(2)} ms on the host (median)`,
      `device memory ${mega(deviceBytes)}; kernels load and store ${mega(modelledBytes)} per step (counted)`,
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
  throw new MixopError(
    'usage',
    '--order',
    `"${text}" is not an order`,
    'write 1 (first order) or 2 (unrolled)',
  );
}
