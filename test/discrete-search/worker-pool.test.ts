// What a pool does about processes that hang, or say what no worker says: each is told in one line, and another takes over.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import type { EvaluationRequest } from '../../src/discrete-baselines/evaluator.ts';
import { resolveBaseline } from '../../src/discrete-search/config.ts';
import { baseline } from '../../src/discrete-search/run.ts';
import { WorkerPool } from '../../src/discrete-search/workers/pool.ts';
import { macroTable } from '../helpers/tables.ts';
import { errorOf, useTemporaryFolder } from '../helpers/runs-setup.ts';

const at = useTemporaryFolder();
const program = fileURLToPath(new URL('../helpers/fake-worker.mjs', import.meta.url));
const { signal } = new AbortController();

interface Outcome {
  readonly scores: readonly number[];
  /** Why processes ended. */
  readonly deaths: readonly string[];
  /** Starts and numbers of requests, in the order in which processes heard of them. */
  readonly heard: readonly string[];
}

/** Three evaluations by one process at a time, of which the first ones behave as planned. */
async function evaluateAll(plans: readonly string[]): Promise<Outcome> {
  const settings = { log: at('log'), plans };
  writeFileSync(at('log'), '');
  const config = resolveBaseline({ strategy: 'random', budget: { evaluations: 3 }, settings });
  const deaths: string[] = [];
  const pool = new WorkerPool(
    { name: 'fake' },
    {
      config,
      executor: {},
      workers: 1,
      program,
      silence: 3000,
      onWorker: (event) => {
        if (event.kind === 'died') deaths.push(event.reason);
      },
    },
  );
  try {
    const requests = [0, 1, 2].map((id): EvaluationRequest => {
      return { id, seed: 0, architecture: [id], fidelity: {}, random: Random.fromSeed(id) };
    });
    const evaluations = await Promise.all(requests.map((request) => pool.evaluate(request, signal)));
    const heard = readFileSync(at('log'), 'utf8').trimEnd().split('\n');
    return { scores: evaluations.map(({ score }) => score), deaths, heard };
  } finally {
    await pool.close();
  }
}

it.each([
  { plan: 'says no more', reason: 'no sign of life for 3 s while evaluating' },
  { plan: 'is stopped', reason: 'no sign of life for 3 s while evaluating' },
  { plan: 'never says ready', reason: 'no sign of life for 3 s while opening' },
  { plan: 'says ready twice', reason: 'it said ready while evaluating' },
  { plan: 'says null', reason: 'it said what no worker says: message: ' },
  { plan: 'says what nobody knows', reason: 'it said what no worker says: kind: ' },
  { plan: 'says NaN', reason: 'it said what no worker says: evaluation.score: ' },
  { plan: 'says nothing of an evaluation', reason: 'it said what no worker says: evaluation: ' },
  { plan: 'dies', reason: 'exit code 3' },
])('a process that $plan is replaced', async ({ plan, reason }) => {
  const { scores, deaths, heard } = await evaluateAll([plan]);
  expect(scores).toEqual([0, 1, 2]);
  expect(deaths).toHaveLength(1);
  expect(deaths[0]!.startsWith(reason)).toBe(true);
  expect(deaths[0]).not.toContain('\n');
  // What it was evaluating goes to the next one before all others.
  const first = plan === 'never says ready' ? ['start'] : ['start', '0'];
  expect(heard).toEqual([...first, 'start', '0', '1', '2']);
});

it('a process that answers twice gives the first answer, and is replaced', async () => {
  const { scores, deaths } = await evaluateAll(['says its answer twice']);
  expect(scores).toEqual([0, 1, 2]);
  expect(deaths).toEqual(['it answered what it was not asked, evaluation 0']);
});

it('a process that takes longer than the silence, and says so, is waited for', async () => {
  const { scores, deaths } = await evaluateAll(['takes long, and says so']);
  expect(scores).toEqual([0, 1, 2]);
  expect(deaths).toEqual([]);
}, 60_000);

it('a request that ends process after process is given up', async () => {
  const plans = Array.from({ length: 5 }, () => 'dies');
  expect(await errorOf(() => evaluateAll(plans))).toContain(
    'evaluation 0: ended 5 worker processes (exit code 3)',
  );
});

it.skipIf(process.platform === 'win32')(
  'a real worker gives signs of life while it opens its evaluator',
  async () => {
    writeFileSync(at('macro.csv'), macroTable());
    const config = { strategy: 'random', table: at('macro.csv'), batch: 2, budget: { evaluations: 4 } };
    const warnings: string[] = [];
    const { lines } = await baseline({
      config,
      workers: 2,
      onProgress: (progress) => {
        if (progress.kind === 'warning') warnings.push(progress.message);
      },
    });
    expect(lines).toHaveLength(4);
    expect(warnings).toEqual([]);
  },
);
