// Comparisons: curves over seeds, ranks, significance, and the files of `mixop compare`.

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { compareStrategies } from '../../src/discrete-search/compare.ts';
import { curveOf, reaches } from '../../src/discrete-search/results/curves.ts';
import { drawCurves } from '../../src/discrete-search/results/draw-curves.ts';
import type { LedgerLine, Trace } from '../../src/discrete-search/ledger.ts';
import { buildCli, mixop } from '../helpers/run-cli.ts';
import { macroTable } from '../helpers/tables.ts';
import { useTemporaryFolder } from '../helpers/runs-setup.ts';

const at = useTemporaryFolder();

function trace(seed: number, scores: readonly number[], seconds = 1): Trace {
  const common = { epoch: 0, epochs: 0, strategy: 'a', seed, seconds, metrics: {} };
  const lines = scores.map((score, id): LedgerLine => ({
    ...common,
    step: id + 1,
    id,
    architecture: [id],
    score,
  }));
  return { seed, lines };
}

describe('a curve', () => {
  const traces = [trace(0, [1, 5, 2, 6]), trace(1, [3, 3, 3])];

  it('has the mean of the best so far, up to where the first search ends', () => {
    const curve = curveOf(traces, 'evaluations');
    expect(curve.map(({ at, mean }) => [at, mean])).toEqual([
      [1, 2],
      [2, 4],
      [3, 4],
    ]);
    expect([reaches(curve, 4), reaches(curve, 4.5)]).toEqual([2, undefined]);
  });

  it('reaches its own mean, in whatever order that is summed', () => {
    const [low, high] = [(0.3 + 0.2 + 0.1) / 3, (0.1 + 0.2 + 0.3) / 3];
    expect(low).toBeLessThan(high);
    const curve = [{ at: 7, mean: low, low, high }];
    expect([reaches(curve, high), reaches(curve, high + 1e-9)]).toEqual([7, undefined]);
  });

  it('counts seconds from where every search has a result', () => {
    const curve = curveOf([trace(0, [1, 5], 2), trace(1, [3, 9], 3)], 'seconds', 3);
    expect(curve.map(({ at, mean }) => [at, mean])).toEqual([
      [3, 2],
      [3.5, 2],
      [4, 4],
    ]);
  });

  it('is drawn within its frame, names escaped', () => {
    const svg = drawCurves([{ name: 'a<b', points: curveOf(traces, 'evaluations') }], 'evaluations', 'score');
    expect(svg).toContain('a&lt;b');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    const numbers = [...svg.matchAll(/points="([^"]*)"/g)].flatMap(([, points]) =>
      points!.split(/[ ,]/).map(Number),
    );
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(20);
    expect(Math.max(...numbers)).toBeLessThanOrEqual(570);
  });
});

it('ranks strategies by seed, with random search among them', async () => {
  await writeFile(at('macro.csv'), macroTable());
  const config = { table: at('macro.csv'), budget: { evaluations: 60 }, seeds: 12 };
  const { rows, optimum, scoreName } = await compareStrategies({
    strategies: ['local-search', 'aging-evolution'],
    config,
  });
  expect([scoreName, optimum]).toEqual(['mean', 92]);
  expect(rows.map(({ strategy }) => strategy)).toEqual(['local-search', 'aging-evolution', 'random']);
  expect(rows.reduce((sum, { rank }) => sum + rank, 0)).toBeCloseTo(6, 12);
  const [local, , random] = rows;
  expect(local!.above['random']).toBeLessThan(1e-3);
  expect(random!.above['local-search']).toBeGreaterThan(0.99);
  expect(local!.early).toBeLessThan(60);
  for (const { summary } of rows) expect(summary.outcomes).toHaveLength(12);
});

describe('the command', () => {
  beforeAll(buildCli, 120_000);

  it('writes report, curves and a run for every strategy', async () => {
    await writeFile(at('macro.csv'), macroTable());
    const args = 'compare reinforce --table macro.csv --report params --budget 40 --seeds 4 --out out';
    const { code, stdout } = await mixop(args, { cwd: at() });
    expect(code).toBe(0);
    expect(stdout).toMatch(/reinforce +\d+\.\d+ ± /);
    const report = await readFile(at('out', 'report.md'), 'utf8');
    expect(report).toContain('| above | ');
    expect(report).toContain('- random: ');
    expect(await readFile(at('out', 'curves.svg'), 'utf8')).toContain('best mean so far');
    // A folder of runs stands for them.
    expect((await mixop('report out --out page.html', { cwd: at() })).code).toBe(0);
    const page = await readFile(at('page.html'), 'utf8');
    expect(page).toContain('>reinforce<');
    // The page's numbers are those of report.md: every cell of both tables.
    const rows = report.split('\n').filter((line) => /^\| (random|reinforce) \|/.test(line));
    expect(rows).toHaveLength(4);
    for (const row of rows) {
      const cells = row.slice(2, -2).split(' | ');
      const [first, ...rest] = cells.map((cell) => cell.trim());
      expect(page).toContain(
        `<tr><td>${first}</td>${rest.map((cell) => `<td class="number">${cell}</td>`).join('')}</tr>`,
      );
    }
    expect(page).toContain('<th scope="col" class="number">regret</th>');
    const listed = await mixop('runs ls out', { cwd: at() });
    expect(listed.stdout).toMatch(/random +finished[^]*reinforce +finished/);
    expect((await mixop(`${args} --resume`, { cwd: at() })).code).toBe(0);
    expect(await readFile(at('out', 'report.md'), 'utf8')).toBe(report);
  });

  it('tells what is wrong before anything runs', async () => {
    await writeFile(at('macro.csv'), macroTable());
    const args = 'compare random reinforc --table macro.csv --budget 40 --out out';
    const { code, stderr } = await mixop(args, { cwd: at() });
    expect([code, stderr]).toEqual([3, expect.stringContaining('did you mean reinforce')]);
    // Not even the folder is there.
    expect(existsSync(at('out'))).toBe(false);
  });
});
