// `mixop doctor`: what this machine offers, what is missing and how to get it.

import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import { importSharp } from '../../data/loaders/images.ts';
import { describeMachine } from '../../runs/machine.ts';
import { defaultExecutor, executorNames } from '../../engine/executors.ts';
import { version } from '../../engine/version.ts';

interface Finding {
  readonly name: string;
  readonly value: string;
  /** What is missing, and how to get it. */
  readonly remedy?: string;
  /** Whether mixop cannot work without it. */
  readonly needed?: boolean;
}

const examples = `
Examples:
  mixop doctor           what there is, what is missing
  mixop doctor --json    the same for programs, and for reports of defects`;

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('show what this machine offers, what is missing and what to install')
    .option('--json', 'print one JSON object, for programs')
    .addHelpText('after', examples)
    .action(run);
}

async function run(flags: { readonly json?: boolean }): Promise<void> {
  const findings = await examine();
  const missing = findings.filter(({ remedy }) => remedy !== undefined);
  const fatal = missing.find(({ needed }) => needed === true);
  if (flags.json === true) {
    console.log(JSON.stringify({ ok: fatal === undefined, findings }));
  } else {
    const width = Math.max(...findings.map(({ name }) => name.length));
    for (const { name, value } of findings) console.log(`${name.padEnd(width)}  ${value}`);
    for (const { name, remedy } of missing) console.log(`missing: ${name}: ${remedy}`);
    if (missing.length === 0) console.log('nothing is missing');
  }
  if (fatal !== undefined) throw new MixopError('check', fatal.name, fatal.value, fatal.remedy!);
}

async function examine(): Promise<readonly Finding[]> {
  const known = { mixop: version, executor: defaultExecutor, adapter: null, threads: 1 };
  const { node, os, cpu, cores } = describeMachine(known);
  return [
    { name: 'mixop', value: version },
    { name: 'node', value: node },
    { name: 'os', value: os },
    { name: 'cpu', value: cpu },
    { name: 'cores', value: String(cores) },
    { name: 'memory', value: `${gibibytes(totalmem())}, ${gibibytes(freemem())} free` },
    { name: 'executors', value: executorNames.join(', ') },
    await webgpu(),
    await sharp(),
    await currentFolder(),
  ];
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

/** Loaded here only: the package is optional. */
async function webgpu(): Promise<Finding> {
  const name = 'webgpu';
  try {
    const { describeAdapter } = await import('../../kernels/executors/webgpu/device.ts');
    return { name, value: await describeAdapter() };
  } catch (error) {
    if (!(error instanceof MixopError)) throw error;
    return { name, value: `not there: ${error.problem}`, remedy: error.remedy };
  }
}

async function sharp(): Promise<Finding> {
  const name = 'sharp';
  try {
    await importSharp(name);
    return { name, value: 'there: folders of PNG and JPEG images can be read' };
  } catch (error) {
    if (!(error instanceof MixopError)) throw error;
    return { name, value: 'not there: folders of PNG and JPEG images cannot be read', remedy: error.remedy };
  }
}

/** Writes and removes a file, which is the only sure way to know. */
async function currentFolder(): Promise<Finding> {
  const name = 'current folder';
  const file = join(process.cwd(), `.mixop-doctor-${randomUUID()}`);
  try {
    await writeFile(file, '');
    await rm(file);
    return { name, value: 'writable' };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const remedy = 'change its permissions, or search with --out in another folder';
    return { name, value: `not writable (${code})`, remedy, needed: true };
  }
}
