// Evaluations in several processes: the same results as in one, whatever happens to the processes.

import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { baseline } from '../../src/discrete-search/run.ts';
import type { BaselineOptions } from '../../src/discrete-search/options.ts';
import type { LedgerLine } from '../../src/discrete-search/ledger.ts';
import { trainPaths } from '../../src/weight-sharing/train-paths.ts';
import { macroTable } from '../helpers/tables.ts';
import { errorOf, useTemporaryFolder } from '../helpers/runs-setup.ts';

const at = useTemporaryFolder();

/** What does not depend on the clock. */
function timeless(lines: readonly LedgerLine[]): readonly object[] {
  return lines.map((line) => ({ ...line, seconds: 0 }));
}

describe('two processes, one killed again and again', () => {
  it.each(['random', 'aging-evolution'])(
    '%s: every architecture is scored once, the results those of one process',
    async (strategy) => {
      const data = { data: 'digits', channels: 4, cells: 3, batch: 16, epochs: 1, trainFraction: 0.1 };
      await trainPaths({ config: data, out: at('weights') });
      const config = { strategy, weights: at('weights'), images: 512, batch: 4, budget: { evaluations: 24 } };
      const one = await baseline({ config });
      const pids: number[] = [];
      const killed = new Set<number>();
      const kill = (pid: number): void => {
        if (killed.has(pid)) return;
        killed.add(pid);
        process.kill(pid, 'SIGKILL');
      };
      const warnings: string[] = [];
      const onProgress: BaselineOptions['onProgress'] = (progress) => {
        if (progress.kind === 'worker') pids.push(progress.pid);
        // Between two batches, and soon after the next one has begun.
        if (progress.kind === 'evaluated' && progress.done % 8 === 4) kill(pids.at(-1)!);
        if (progress.kind === 'evaluated' && progress.done === 8) setTimeout(() => kill(pids.at(-1)!), 20);
        if (progress.kind === 'warning') warnings.push(progress.message);
      };
      const two = await baseline({ config, out: at('two'), workers: 2, pause: 0, onProgress });
      expect(timeless(two.lines)).toEqual(timeless(one.lines));
      expect(two.summary!.best.architecture).toEqual(one.summary!.best.architecture);
      const ledger = (await readFile(at('two', 'ledger.jsonl'), 'utf8')).trim().split('\n');
      expect(ledger).toHaveLength(24);
      expect(killed.size).toBeGreaterThanOrEqual(2);
      for (const message of warnings) expect(message).toMatch(/worker process \d+ died \(SIGKILL\)/);
    },
    120_000,
  );
});

it('what a worker cannot open is told once, as in this process', async () => {
  await writeFile(at('macro.csv'), macroTable());
  const config = { strategy: 'one-shot', table: at('macro.csv'), batch: 2, budget: { evaluations: 4 } };
  const settings = { samples: 2, top: 1, share: 0.5 };
  const alone = await errorOf(() => baseline({ config: { ...config, settings } }));
  expect(alone).toContain('has no results for dataShare 0.5');
  expect(await errorOf(() => baseline({ config: { ...config, settings }, workers: 2 }))).toBe(alone);
});

it('refuses more processes than a batch has evaluations', async () => {
  await writeFile(at('macro.csv'), macroTable());
  const config = { strategy: 'random', table: at('macro.csv'), batch: 2, budget: { evaluations: 4 } };
  expect(await errorOf(() => baseline({ config, workers: 3 }))).toContain('give --batch 3 or more');
});
