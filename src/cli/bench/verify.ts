// `mixop verify`: an executor and the derive rule against answers of the published code.

import { Command, Option } from 'commander';
import pc from 'picocolors';
import { MixopError } from '../../base/errors.ts';
import { createExecutor } from '../../engine/executors.ts';
import type { ExecutorFactory } from '../../verify/check-fixture.ts';
import { passed, type VerifyResult } from '../../verify/result.ts';
import { deriveResult, fixtureResults, verifySuite } from '../../verify/suite.ts';
import { type ExecutorFlags, executorOptions, withExecutorOptions } from '../options/executor-option.ts';

interface Flags extends ExecutorFlags {
  readonly fixture: readonly string[];
  readonly deriveCases?: string;
  readonly json?: boolean;
}

const examples = `
Examples:
  mixop verify
  mixop verify --fixture fixtures/darts-c4-l3
  mixop verify --fixture a --fixture b --executor reference --json
  mixop verify --derive-cases derive-cases.json

Without --fixture and --derive-cases the whole suite: answers of the published code, derived cells, a bilevel problem in
closed form, parameter counts, finite differences, and the executor against the reference; webgpu also against wasm. One line a quantity: its
relative error, of tensors the L2 error over all of them, and its bound. Exits with 8 over a bound.`;

export function verifyCommand(): Command {
  const command = new Command('verify')
    .description('run the correctness suite, or check against given answers of the published code')
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
  const results: VerifyResult[] = [];
  const add = (result: VerifyResult): void => {
    results.push(result);
    if (flags.json !== true) console.log(lineOf(result));
  };
  const factory: ExecutorFactory = (plan) => createExecutor(plan, executor);
  for (const folder of flags.fixture) for (const result of await fixtureResults(folder, factory)) add(result);
  if (flags.deriveCases !== undefined) add(await deriveResult(flags.deriveCases));
  if (flags.fixture.length === 0 && flags.deriveCases === undefined) {
    await verifySuite({ createExecutor: factory, onResult: add });
  }
  const over = results.filter((result) => !passed(result));
  if (flags.json === true) {
    const checks = results.map((result) => ({ ...result, passed: passed(result) }));
    console.log(JSON.stringify({ executor: executor.executor, passed: over.length === 0, checks }));
  }
  if (over.length > 0) {
    const problem = `${over.length} of ${results.length} quantities over the bound (first: ${over[0]!.quantity})`;
    const remedy = 'they are marked above; where --executor reference passes, the executor is at fault';
    throw new MixopError('check', 'verify', problem, remedy);
  }
}

function lineOf(result: VerifyResult): string {
  const { group, quantity, error, bound, details = [] } = result;
  const state = bound === undefined ? 'info' : passed(result) ? pc.green('ok  ') : pc.red('FAIL');
  const limit = bound === undefined ? 'reported, not judged' : `bound ${bound.toExponential(0)}`;
  const line = `${state} ${`${group}: ${quantity}`.padEnd(58)}  error ${error.toExponential(2)}  ${limit}`;
  return [line, ...details.map((detail) => `       ${detail}`)].join('\n');
}
