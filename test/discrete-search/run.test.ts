// Runs of searches without gradient: ledger, stop and resume to the same bytes, repairs, what the user sees.

import { cp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { baseline } from '../../src/discrete-search/run.ts';
import type { BaselineOptions, BaselineResult } from '../../src/discrete-search/options.ts';
import { strategies } from '../../src/discrete-search/strategies.ts';
import { buildCli, mixop } from '../helpers/run-cli.ts';
import { macroTable } from '../helpers/tables.ts';
import { useTemporaryFolder } from '../helpers/runs-setup.ts';

const at = useTemporaryFolder();
// What a search by gradient found needs that search (see shared-weights.test.ts), and PNAS has no table (progressive.test.ts).
const others = ['darts', 'single-level', 'pnas'];
const names = Object.keys(strategies).filter((name) => !others.includes(name));

async function options(strategy: string, seeds = 2): Promise<BaselineOptions> {
  await writeFile(at('macro.csv'), macroTable());
  // Controllers that are small, and learn within the run; rungs of the one fidelity that the table has.
  const fitting = [{ hidden: 3, batch: 4 }, { min: 1 }];
  const settings = fitting.find((some) => strategies[strategy]!.settings.safeParse(some).success) ?? {};
  const budget = { evaluations: 14 };
  return { config: { strategy, settings, table: at('macro.csv'), budget, seeds, seed: 7 }, pause: 0 };
}

/** Runs until so many evaluations are saved, then stops; and on from there. */
async function stoppedAfter(evaluations: number, from: BaselineOptions): Promise<BaselineResult> {
  const stopping = new AbortController();
  const onProgress: BaselineOptions['onProgress'] = (progress) => {
    if (progress.kind === 'evaluated' && progress.done >= evaluations) stopping.abort();
  };
  return baseline({ ...from, onProgress, signal: stopping.signal });
}

describe.each(names)('%s', (name) => {
  it('equal seeds give equal ledgers; stopped and resumed ends in the same bytes', async () => {
    const common = await options(name);
    const whole = await baseline({ ...common, out: at('whole') });
    expect(whole.lines.map(({ seed, id }) => [seed, id])).toEqual(
      [7, 8].flatMap((seed) => Array.from({ length: 14 }, (_, id) => [seed, id])),
    );
    const ledger = await readFile(at('whole', 'ledger.jsonl'), 'utf8');
    for (const evaluations of [1, 14, 19]) {
      const out = at(`stopped-${evaluations}`);
      const stopped = await stoppedAfter(evaluations, { ...common, out });
      expect(stopped.finished).toBe(false);
      const resumed = await baseline({ ...common, out, resume: true });
      expect(resumed.finished).toBe(true);
      expect(await readFile(`${out}/ledger.jsonl`, 'utf8')).toBe(ledger);
      expect(resumed.summary).toEqual(whole.summary);
    }
  });
});

it('a ledger that was cut in the middle of a line is repaired, with a warning', async () => {
  const common = await options('aging-evolution');
  await stoppedAfter(20, { ...common, out: at('run') });
  await cp(at('run'), at('ahead'), { recursive: true });
  const ledger = await readFile(at('run', 'ledger.jsonl'), 'utf8');
  const whole = await baseline({ ...common, out: at('whole') });
  // A kill after the checkpoint leaves more than it covers, the last line perhaps in part.
  await writeFile(at('ahead', 'ledger.jsonl'), ledger + ledger.slice(0, 30));
  await truncate(at('run', 'ledger.jsonl'), ledger.length - 30);
  for (const [folder, told] of [
    ['ahead', ['ledger.jsonl: line 21 was cut in the middle: dropped']],
    [
      'run',
      [
        'ledger.jsonl: line 20 was cut in the middle: dropped',
        'ledger.jsonl: 1 evaluations are missing: they are made again',
      ],
    ],
  ] as const) {
    const warnings: string[] = [];
    const onProgress: BaselineOptions['onProgress'] = (progress) => {
      if (progress.kind === 'warning') warnings.push(progress.message);
    };
    const resumed = await baseline({ ...common, out: at(folder), resume: true, onProgress });
    expect(warnings).toEqual(told);
    expect(resumed.lines).toEqual(whole.lines);
  }
});

it('a finished run can be resumed: nothing is done again', async () => {
  const common = await options('random');
  const first = await baseline({ ...common, out: at('run') });
  const metrics = await readFile(at('run', 'metrics.jsonl'), 'utf8');
  expect((await baseline({ ...common, out: at('run'), resume: true })).lines).toEqual(first.lines);
  expect(await readFile(at('run', 'metrics.jsonl'), 'utf8')).toBe(metrics);
});

async function run(args: string): ReturnType<typeof mixop> {
  await writeFile(at('macro.csv'), macroTable());
  return mixop(args, { cwd: at() });
}

describe('the command', () => {
  beforeAll(buildCli, 120_000);
  it('prints the best of all searches and writes a run that others read', async () => {
    const { code, stdout } = await run(
      'baseline local-search --table macro.csv --report params --budget 200 --seeds 3 --out run',
    );
    expect(code).toBe(0);
    expect(stdout).toContain('local-search on nasbench-macro, 3 searches');
    expect(stdout).toMatch(/score \(mean\) +92\.000 +0\.000/);
    expect(stdout).toMatch(/best of all +92 .*\n +22222222/);
    const shown = await run('runs show run');
    expect(shown.stdout).toMatch(/^run: finished\n[^]*genotype\n +22222222/);
    expect((await run('runs ls .')).stdout).toMatch(/run +finished/);
  });

  it('goes on with what the folder holds, and refuses what is given otherwise', async () => {
    const common =
      'baseline aging-evolution --table macro.csv --set population=5 --set sample=2 --seed 3 --batch 2';
    const whole = await run(`${common} --budget 40 --seeds 2 --out whole`);
    expect(whole.code).toBe(0);
    const began = await run(`${common} --budget 40 --seeds 2 --out part`);
    expect(began.code).toBe(0);
    // As a kill at the start leaves it: all that is known of the run is its configuration.
    await rm(at('part', 'checkpoints'), { recursive: true });
    await rm(at('part', 'ledger.jsonl'));
    const resumed = await run('baseline --out part --resume');
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
    const ledger = await readFile(at('whole', 'ledger.jsonl'), 'utf8');
    expect(await readFile(at('part', 'ledger.jsonl'), 'utf8')).toBe(ledger);
    expect((await run('baseline aging-evolution --seed 3 --out part --resume')).code).toBe(0);
    for (const [other, difference] of [
      ['random', 'strategy was "aging-evolution" and is now "random"'],
      ['--seeds 3', 'seeds was 2 and is now 3'],
      ['--set population=6', 'settings.population was 5 and is now 6'],
      ['--weights elsewhere', 'weights was not set and is now "elsewhere"'],
    ] as const) {
      const { code, stderr } = await run(`baseline ${other} --out part --resume`);
      expect(stderr).toContain(`part/config.json: resume with a changed configuration: ${difference};`);
      expect(code).toBe(5);
    }
  });

  it.each([
    ['baseline', 2, ['strategy: is missing', 'aging-evolution']],
    ['baseline --resume', 2, ['--resume: needs --out']],
    ['baseline --out nowhere --resume', 5, ['nowhere: no such folder']],
    [
      'baseline agin-evolution --table macro.csv --budget 3',
      3,
      ['strategy: "agin-evolution"', 'did you mean aging-evolution'],
    ],
    ['baseline random --table macro.csv --budget 0', 2, ['--budget: 0 allows nothing']],
    ['baseline random --table macro.csv --budget 10min', 2, ['--budget: "10min" is not a limit', '12000s']],
    ['baseline random --table macro.csv', 2, ['--budget: is missing', '--budget 500']],
    [
      'baseline random --budget 3',
      3,
      ['evaluator: is missing: architectures could not be scored', '--table'],
    ],
    ['baseline random --table none.csv --budget 3', 4, ['none.csv: no such file']],
    ['baseline random --table macro.csv --budget 3 --guide maen', 3, ['column maen', 'did you mean mean?']],
    ['baseline random --table macro.csv --budget 3 --space nasbench201', 3, ['is a table of nasbench-macro']],
    [
      'baseline random --table macro.csv --budget 3 --space nasbench',
      3,
      ['space: "nasbench"', 'did you mean'],
    ],
    ['baseline random --table macro.csv --budget 3 --seeds 0', 2, ['--seeds: "0"']],
    ['baseline random --table macro.csv --budget 3 --set rate=1', 3, ['--set rate: is not a known key']],
    ['baseline aging-evolution --table macro.csv --budget 3 --set sample=0', 3, ['--set sample: is 0']],
    ['baseline random --table macro.csv --budget 3 --resume', 2, ['--resume: needs --out']],
  ])('%s ends with one line and code %i', async (args, code, says) => {
    const ended = await run(args);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    for (const part of says) expect(ended.stderr).toContain(part);
    expect(ended.code).toBe(code);
  });
});
