// `mixop bench kernels`: times every kernel of an executor alone, and compares with an earlier measurement.

import { Command } from 'commander';
import { dirname } from 'node:path';
import { MixopError } from '../../base/errors.ts';
import { nearNames } from '../../base/near-names.ts';
import { quantile } from '../../base/statistics.ts';
import { commonRatio, compareSamples, type KernelComparison, margin } from '../../measure/compare.ts';
import { kernelSets, type Size, type SizeName, sizes } from '../../measure/kernel-sets.ts';
import { type KernelTimes, measureKernels } from '../../measure/kernels.ts';
import { commonClock, type KernelsReport, parseReport, samplesOf } from '../../measure/kernels-report.ts';
import { makeFolder, readText, writeAtomic } from '../../runs/files.ts';
import { type DeviceFlags, deviceOptions, withDeviceOptions } from '../options/device-option.ts';
import { type ExecutorFlags, executorOptions, withExecutorOptions } from '../options/executor-option.ts';
import { oneOf } from '../options/one-of.ts';
import { wholeNumber } from '../options/number-option.ts';
import { benchMachine, benchMachineText } from './bench-machine.ts';
import { showProgress } from './kernel-progress.ts';
import { table } from '../terminal/table.ts';

interface Flags extends ExecutorFlags, DeviceFlags {
  readonly size: string;
  readonly batch?: number;
  readonly only?: string;
  readonly rounds: number;
  readonly milliseconds: number;
  readonly json?: string;
  readonly compare?: string;
}

const examples = `
Sizes:
  small  8 channels, 4 cells, images of 8x8, batch 64
  full   16 channels, 8 cells, images of 32x32, batch 8: the supernet of the published search

Examples:
  mixop bench kernels --executor webgpu --size full --batch 64 --json before.json
  mixop bench kernels --executor webgpu --size full --batch 64 --compare before.json
  mixop bench kernels --only "fan backward" --rounds 20

A kernel is one operation of the network, forward or backward. Each runs alone and repeatedly, so small ones find their
data in a cache. "wall ms" is the time from the host's call to the end of the work, "GPU ms" the same by the GPU's clock.
GFLOP/s and GB/s are counted operations and bytes per GPU time, or per wall time without a GPU. All numbers are medians
over the rounds; each round runs all kernels.

--compare calls a kernel faster or slower where a Mann-Whitney test over the rounds (corrected for the number of kernels)
is significant and the 95 % interval of the ratio lies beyond ${margin * 100} %. It exits with 8 if a kernel is slower. Use at least 10
rounds for both measurements, on an otherwise idle machine.`;

export function benchKernelsCommand(): Command {
  const command = new Command('kernels')
    .description('time every kernel of an executor, and compare with an earlier measurement')
    .option('--size <names>', 'sizes of the network, separated by commas', Object.keys(sizes).join(','))
    .option('--batch <n>', 'batch size, instead of that of the size', wholeNumber('--batch', 1))
    .option('--only <text>', 'only kernels whose name contains this text')
    .option('--rounds <n>', 'measurements of every kernel', wholeNumber('--rounds', 1), 10)
    .option('--milliseconds <n>', 'minimum time per kernel and round', wholeNumber('--milliseconds', 1), 30);
  return withDeviceOptions(withExecutorOptions(command))
    .option('--json <file>', 'write all measurements to this file, for --compare and programs')
    .option('--compare <file>', 'compare with an earlier --json file of the same executor')
    .addHelpText('after', examples)
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  const executor = { ...executorOptions(flags), ...deviceOptions(flags) };
  const before = flags.compare === undefined ? undefined : await readReport(flags.compare);
  if (flags.json !== undefined) await makeFolder(dirname(flags.json));
  const chosen = groupsOf(flags);
  const groups: KernelsReport['groups'] = [];
  let found: Pick<KernelsReport, 'executor' | 'threads'> & { adapter?: string } = {
    executor: '',
    threads: 0,
  };
  for (const { group, sets } of chosen) {
    const kernels = sets.reduce((sum, set) => sum + set.kernels.length, 0);
    const progress = showProgress(group, kernels, flags.rounds);
    const measured = await measureKernels({
      executor,
      sets,
      rounds: flags.rounds,
      // A sample is a share of a kernel's time, so that there are several.
      patience: { sample: flags.milliseconds / 5, total: flags.milliseconds },
      onKernel: progress.show,
    }).finally(progress.close);
    found = measured;
    groups.push({ group, kernels: [...measured.kernels] });
  }
  const report: KernelsReport = { format: 'mixop kernels 1', ...benchMachine(found), groups };
  if (flags.json !== undefined) await writeAtomic(flags.json, `${JSON.stringify(report)}\n`);
  console.log(benchMachineText(report));
  if (before === undefined) {
    for (const { group, kernels } of groups) console.log(timesTable(group, kernels, flags.device !== 'null'));
  } else compare(before, report, flags.compare!);
}

/** The chosen kernels, by size. */
function groupsOf({ size, batch, only }: Flags) {
  const names = Object.keys(sizes) as SizeName[];
  const seen = new Set<string>();
  const groups = size.split(',').map((text) => {
    const name = oneOf('--size', text, names, 'a size');
    const of: Size = { ...sizes[name], ...(batch !== undefined && { batch }) };
    const sets = kernelSets(of, (kernel) => {
      seen.add(kernel.name);
      return only === undefined || kernel.name.toLowerCase().includes(only.toLowerCase());
    });
    return { group: groupName(of), sets };
  });
  const wanted = groups.filter(({ sets }) => sets.length > 0);
  if (wanted.length > 0) return wanted;
  const kinds = [...new Set([...seen].map((name) => name.split(/ \d/)[0]!))];
  const near = nearNames(only!, kinds);
  const remedy = `write, for example, ${(near.length > 0 ? near : kinds.slice(0, 3)).join(' or ')}`;
  throw new MixopError('usage', '--only', `no kernel's name contains "${only}"`, remedy);
}

function groupName({ channels, cells, image, batch }: Size): string {
  return `${channels} channels, ${cells} cells, ${image}x${image}, batch ${batch}`;
}

async function readReport(path: string): Promise<KernelsReport> {
  const text = await readText(path);
  if (text !== undefined) return parseReport(text, path);
  throw new MixopError('data', path, 'no such file', 'measure a baseline with --json FILE');
}

const median = (values: readonly number[]): number =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );

/** Three significant figures, without an exponent. */
const figures = (value: number): string =>
  (value < 100 ? Number(value.toPrecision(3)) : Math.round(value)).toString();

/** computes: the device really computes, so rates are meaningful. */
function timesTable(group: string, kernels: readonly KernelTimes[], computes: boolean): string {
  const clocked = kernels.some(({ device }) => device !== undefined);
  const rows = kernels.map(({ name, wall, device, flops, bytes, multiplyAdds, launches }) => {
    const time = median(device ?? wall);
    return [
      name,
      figures(median(wall)),
      ...(clocked ? [device ? figures(median(device)) : ''] : []),
      ...(computes ? [figures(flops / time / 1e6), figures(bytes / time / 1e6)] : []),
      figures(multiplyAdds / 1e6),
      String(launches),
    ];
  });
  const rates = computes ? ['GFLOP/s', 'GB/s'] : [];
  const head = ['wall ms', ...(clocked ? ['GPU ms'] : []), ...rates, 'M mult-adds', 'launches'];
  return `\n${table(
    [group, ...head],
    rows,
    head.map((_, i) => i + 1),
  )}`;
}

function compare(before: KernelsReport, after: KernelsReport, file: string): void {
  const clock = commonClock(before, after);
  const results = compareSamples(samplesOf(before, clock), samplesOf(after, clock));
  if (results.length === 0) {
    const problem = 'has none of these kernels';
    throw new MixopError(
      'data',
      file,
      problem,
      'measure the baseline with the same --size, --batch and --only',
    );
  }
  console.log(`before: ${benchMachineText(before)}`);
  if (benchMachineText(before) !== benchMachineText(after))
    console.log('warning: the executor or the machine is not the same as before');
  console.log(`${clock === 'device' ? 'GPU' : 'wall'} milliseconds\n`);
  const rows = results.map(({ name, before, after, ratio, low, high, verdict }) => [
    name,
    figures(before),
    figures(after),
    ratio.toFixed(3),
    `${low.toFixed(3)} to ${high.toFixed(3)}`,
    verdict,
  ]);
  console.log(table(['kernel', 'before', 'after', 'ratio', '95 % interval', 'verdict'], rows, [1, 2, 3]));
  const count = (of: KernelComparison['verdict']): number =>
    results.filter(({ verdict }) => verdict === of).length;
  const counts = (['faster', 'slower', 'no difference seen'] as const).map((one) => `${count(one)} ${one}`);
  console.log(`\n${counts.join(', ')}; median ratio of all kernels ${commonRatio(results).toFixed(3)}`);
  console.log('(where all kernels change alike, the machine changed, not the kernels)');
  const slower = results.filter(({ verdict }) => verdict === 'slower');
  if (slower.length === 0) return;
  const problem = `${slower.length} of ${results.length} kernels are slower (first: ${slower[0]!.name})`;
  throw new MixopError(
    'check',
    'bench kernels',
    problem,
    'measure again to be sure, or accept the change with a new --json file',
  );
}
