// `mixop verify`: an executor and the derive rule against answers of the published code.

import { Command, Option } from 'commander';
import pc from 'picocolors';
import { MixopError } from '../base/errors.ts';
import { createExecutor, type ExecutorOptions } from '../search/executors.ts';
import { checkFixture, type Comparison } from '../verify/check-fixture.ts';
import { checkDeriveCases } from '../verify/derive-cases.ts';
import { readFixture } from '../verify/fixture.ts';
import { type ExecutorFlags, executorOptions, withExecutorOptions } from './executor-option.ts';

interface Flags extends ExecutorFlags {
  readonly fixture: readonly string[];
  readonly deriveCases?: string;
  readonly json?: boolean;
}

/** One quantity of one fixture or file. */
interface Check {
  readonly of: string;
  readonly quantity: string;
  /** Relative L2 error; of derive cases, the share that differs. */
  readonly error: number;
  /** Absent where the error is reported and not judged. */
  readonly bound?: number;
  /** What differs, for a person. */
  readonly details?: readonly string[];
}

const examples = `
Examples:
  mixop verify --fixture fixtures/darts-c4-l3
  mixop verify --fixture a --fixture b --executor reference --json
  mixop verify --derive-cases derive-cases.json

One line a quantity: its relative L2 error over all tensors, and its bound. Exits with 8 over a bound.`;

export function verifyCommand(): Command {
  const command = new Command('verify')
    .description('check an executor against answers of the published code')
    .addOption(
      new Option('--fixture <folder>', 'a folder with manifest.json and tensors.f32 (repeatable)')
        .argParser((text: string, before: readonly string[]) => [...before, text])
        .default([], 'none'),
    )
    .option('--derive-cases <file>', 'a JSON list of alphas and the genotypes derived from them');
  return withExecutorOptions(command)
    .option('--json', 'print one JSON object, for programs')
    .addHelpText('after', examples)
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  const executor = executorOptions(flags);
  if (flags.fixture.length === 0 && flags.deriveCases === undefined) {
    const remedy = 'give --fixture or --derive-cases';
    throw new MixopError('usage', 'mixop verify', 'names nothing to check', remedy);
  }
  const checks: Check[] = [];
  const add = (check: Check): void => {
    checks.push(check);
    if (flags.json !== true) console.log(lineOf(check));
  };
  for (const folder of flags.fixture) {
    for (const comparison of await fixtureChecks(folder, executor)) add({ of: folder, ...comparison });
  }
  if (flags.deriveCases !== undefined) add(await deriveCheck(flags.deriveCases));
  const over = checks.filter((check) => !passed(check));
  if (flags.json === true) {
    const listed = checks.map((check) => ({ ...check, passed: passed(check) }));
    console.log(JSON.stringify({ executor: executor.name, passed: over.length === 0, checks: listed }));
  }
  if (over.length > 0) {
    const problem = `${over.length} of ${checks.length} quantities over the bound (first: ${over[0]!.quantity})`;
    const remedy = 'they are marked above; where --executor reference passes, the executor is at fault';
    throw new MixopError('check', 'verify', problem, remedy);
  }
}

async function fixtureChecks(folder: string, executor: ExecutorOptions): Promise<readonly Comparison[]> {
  return checkFixture(await readFixture(folder), (plan) => createExecutor(plan, executor));
}

async function deriveCheck(file: string): Promise<Check> {
  const { cases, mismatches } = await checkDeriveCases(file);
  return {
    of: file,
    quantity: `derive cases (${cases - mismatches.length} of ${cases} equal)`,
    error: mismatches.length / cases,
    bound: 0,
    details: mismatches.map(
      ({ index, derived, wanted }) => `case ${index}: derived ${derived}, wanted ${wanted}`,
    ),
  };
}

/** Not a number is over every bound. */
function passed({ error, bound }: Check): boolean {
  return bound === undefined || error <= bound;
}

function lineOf(check: Check): string {
  const { of, quantity, error, bound, details = [] } = check;
  const state = bound === undefined ? 'info' : passed(check) ? pc.green('ok  ') : pc.red('FAIL');
  const limit = bound === undefined ? 'reported, not judged' : `bound ${bound.toExponential(0)}`;
  const line = `${state} ${of}  ${quantity.padEnd(30)}  error ${error.toExponential(2)}  ${limit}`;
  return [line, ...details.map((detail) => `       ${detail}`)].join('\n');
}
