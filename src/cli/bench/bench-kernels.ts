// `mixop bench kernels`: times every kernel of an executor by itself, and compares with an earlier measurement.

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
import { describeMachine } from '../../runs/machine.ts';
import { version } from '../../engine/version.ts';
import { type DeviceFlags, deviceOptions, withDeviceOptions } from '../options/device-option.ts';
import { type ExecutorFlags, executorOptions, withExecutorOptions } from '../options/executor-option.ts';
import { wholeNumber } from '../options/number-option.ts';
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

A kernel is an operation of the plan, forward or backward, as one size of the network has it; each runs alone, again and
again, so that small ones find their data in a cache. "wall ms" is from the host's call to the end of its work, "GPU ms"
what the GPU's own clock says of it; GFLOP/s and GB/s are counted operations and bytes over the latter, where there is
one. Figures are medians over the rounds; each round goes through all kernels.

--compare says "faster" or "slower" where a rank test over the rounds (Mann-Whitney, corrected for the number of kernels)
and the 95 % interval of the ratio agree that the difference is real and over ${margin * 100} %, and exits with 8 if a kernel is slower.
Leave both measurements their 10 rounds, and the machine in peace.

In a clone, bench/kernels-against-tfjs.ts sets each fused kernel of webgpu beside its unfused tfjs composition.`;

export function benchKernelsCommand(): Command {
  const command = new Command('kernels')
    .description('milliseconds of every kernel of an executor, and whether they changed')
    .option('--size <names>', 'of the network, with a comma between', Object.keys(sizes).join(','))
    .option('--batch <n>', 'images, instead of the batch of the size', wholeNumber('--batch', 1))
    .option('--only <text>', 'kernels whose name has this text in it')
    .option('--rounds <n>', 'times that every kernel is measured', wholeNumber('--rounds', 1), 10)
    .option('--milliseconds <n>', 'at least, for a kernel in a round', wholeNumber('--milliseconds', 1), 30);
  return withDeviceOptions(withExecutorOptions(command))
    .option('--json <file>', 'write all rounds there, for --compare and for programs')
    .option('--compare <file>', 'an earlier measurement of the same executor')
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
  const report = reportOf(found, groups);
  if (flags.json !== undefined) await writeAtomic(flags.json, `${JSON.stringify(report)}\n`);
  console.log(machineLine(report));
  if (before === undefined) {
    for (const { group, kernels } of groups) console.log(timesTable(group, kernels, flags.device !== 'null'));
  } else compare(before, report, flags.compare!);
}

/** Per size, the kernels that are wanted. */
function groupsOf({ size, batch, only }: Flags) {
  const names = Object.keys(sizes) as SizeName[];
  const seen = new Set<string>();
  const groups = size.split(',').map((text) => {
    const name = names.find((one) => one === text);
    if (name === undefined) {
      throw new MixopError('usage', '--size', `"${text}" is no size`, `known: ${names.join(', ')}`);
    }
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
  const remedy = `write ${(near.length > 0 ? near : kinds.slice(0, 3)).join(' or ')}, for example`;
  throw new MixopError('usage', '--only', `no kernel has "${only}" in its name`, remedy);
}

function groupName({ channels, cells, image, batch }: Size): string {
  return `${channels} channels, ${cells} cells, ${image}x${image}, batch ${batch}`;
}

async function readReport(path: string): Promise<KernelsReport> {
  const text = await readText(path);
  if (text !== undefined) return parseReport(text, path);
  throw new MixopError('data', path, 'there is no such file', 'measure a baseline with --json FILE');
}

function reportOf(
  { executor, adapter, threads }: { executor: string; adapter?: string; threads: number },
  groups: KernelsReport['groups'],
): KernelsReport {
  const known = { mixop: version, executor, adapter: adapter ?? null, threads };
  const { os, cpu, cores, node } = describeMachine(known);
  return { format: 'mixop kernels 1', ...known, machine: { os, cpu, cores, node }, groups };
}

function machineLine({ executor, adapter, threads, machine }: KernelsReport): string {
  const { cpu, cores, node } = machine;
  const device = adapter === null ? executor : `${executor} on ${adapter}`;
  return `${device}, ${threads} threads, ${cpu}, ${cores} cores, node ${node}`;
}

const median = (values: readonly number[]): number =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );

/** Three significant figures, without an exponent. */
const figures = (value: number): string =>
  (value < 100 ? Number(value.toPrecision(3)) : Math.round(value)).toString();

/** computes: the device does what its kernels say, so that rates mean something. */
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
    const problem = 'it has none of these kernels';
    throw new MixopError(
      'data',
      file,
      problem,
      'measure the baseline with the same --size, --batch and --only',
    );
  }
  console.log(`before: ${machineLine(before)}`);
  if (machineLine(before) !== machineLine(after)) console.log('not the same executor or machine as before');
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
  console.log(`\n${counts.join(', ')}; the middle ratio of all is ${commonRatio(results).toFixed(3)}`);
  console.log('(where all kernels move together, the machine changed, and no kernel)');
  const slower = results.filter(({ verdict }) => verdict === 'slower');
  if (slower.length === 0) return;
  const problem = `${slower.length} of ${results.length} kernels are slower (first: ${slower[0]!.name})`;
  throw new MixopError(
    'check',
    'bench kernels',
    problem,
    'measure again to be sure, or accept it with a new baseline',
  );
}
