// A library call leaves the same folder as the command, byte for byte.

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { agreement } from '../../src/discrete-search/agreement.ts';
import { compareStrategies } from '../../src/discrete-search/compare.ts';
import { openPosteriorCache } from '../../src/discrete-search/predictors/posterior-cache.ts';
import { baseline } from '../../src/discrete-search/run.ts';
import { trainPaths } from '../../src/weight-sharing/train-paths.ts';
import { openScores } from '../../src/zero-cost/score-file.ts';
import { tableAgreement } from '../../src/zero-cost/table-agreement.ts';
import { buildCli, mixop } from '../helpers/run-cli.ts';
import { errorOf, useTemporaryFolder } from '../helpers/runs-setup.ts';
import { macroTable } from '../helpers/tables.ts';

const at = useTemporaryFolder();

beforeAll(buildCli, 120_000);

/** Every file below a folder, by its path there. */
async function filesBelow(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const contents = files.map(
    async (file) => [relative(folder, file), await readFile(file, 'latin1')] as const,
  );
  return Object.fromEntries(await Promise.all(contents));
}

/** Without what was measured in seconds: those of two runs differ. */
function untimed(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(files).filter(([name]) => !name.includes('checkpoints'));
  return Object.fromEntries(
    entries.map(([name, text]) => [name, text.replaceAll(/"seconds": ?[\d.e-]+/g, '')]),
  );
}

async function runs(args: string): Promise<void> {
  const { code, stderr } = await mixop(args, { cwd: at() });
  expect([stderr, code]).toEqual(['', 0]);
}

it('a search: ledger, checkpoints, genotype and front', async () => {
  const table = at('macro.csv');
  await writeFile(table, macroTable());
  await runs(
    `baseline aging-evolution --table ${table} --objective params --budget 40 --seeds 2 --out command`,
  );
  const config = { strategy: 'aging-evolution', table, objective: 'params', seeds: 2 };
  await baseline({ config: { ...config, budget: { evaluations: 40 } }, out: at('library') });
  const files = await filesBelow(at('library'));
  expect(Object.keys(files)).toEqual(expect.arrayContaining(['front.svg', 'genotype.txt', 'ledger.jsonl']));
  expect(files).toEqual(await filesBelow(at('command')));
});

it('a comparison: a run of each strategy, curves, fronts and report', async () => {
  const table = at('macro.csv');
  await writeFile(table, macroTable());
  await runs(`compare local-search --table ${table} --objective params --budget 30 --seeds 4 --out command`);
  const config = { table, objective: 'params', budget: { evaluations: 30 }, seeds: 4 };
  await compareStrategies({ strategies: ['local-search'], config, out: at('library') });
  const files = await filesBelow(at('library'));
  const [named, whole] = [
    ['curves.svg', 'front.svg', 'report.md'],
    ['random', 'local-search'],
  ];
  expect(Object.keys(files)).toEqual(expect.arrayContaining(named));
  for (const name of whole) expect(files[`${name}/front.svg`]).toContain('<svg');
  expect(files).toEqual(await filesBelow(at('command')));
});

it('an agreement: a run of each, and what came of them', async () => {
  const small = { data: 'digits', channels: 2, cells: 2, batch: 16, epochs: 1, trainFraction: 0.1 };
  await trainPaths({ config: small, out: at('paths') });
  const train = Object.entries(small).map(([key, value]) => `--train ${key}=${value}`);
  await runs(
    `agreement ${train.join(' ')} --weights ${at('paths')} --images 64 --architectures 3 --threads 1 --out command`,
  );
  await agreement({
    reference: { train: small },
    others: { paths: { weights: at('paths'), images: 64 } },
    architectures: 3,
    config: { seed: 0, batch: 1 },
    executor: { executor: 'wasm', threads: 1 },
    out: at('library'),
  });
  const files = await filesBelow(at('library'));
  expect(Object.keys(files)).toEqual(expect.arrayContaining(['agreement.json', 'paths/ledger.jsonl']));
  expect(untimed(files)).toEqual(untimed(await filesBelow(at('command'))));
}, 60_000);

it('the scores of untrained networks', async () => {
  const table = at('table.csv');
  const rows = Array.from({ length: 5 ** 6 }, (_, i) => `${i},${i.toString(5).padStart(6, '0')},${i % 97}`);
  await writeFile(table, ['index,ops,c10_valid_e12', ...rows, ''].join('\n'));
  const size = { channels: 2, cells: 1, images: 6, architectures: 3, seed: 4 };
  const flags = Object.entries(size).map(([key, value]) => `--${key} ${value}`);
  await runs(
    `zero-cost --table ${table} --columns c10_valid_e12 --scores naswot --threads 1 ${flags.join(' ')} --out command/scores`,
  );
  const { measures } = await tableAgreement({
    ...size,
    table,
    data: 'digits',
    scores: ['naswot'],
    columns: ['c10_valid_e12'],
    executor: { executor: 'wasm', threads: 1 },
    out: at('library', 'scores'),
  });
  expect(measures.map(({ measure }) => measure)).toEqual(['naswot', 'multiply-adds', 'parameters']);
  expect(await filesBelow(at('library'))).toEqual(await filesBelow(at('command')));
});

it('a file that is not one of scores is left as it is', async () => {
  await writeFile(at('mine.txt'), 'not JSON');
  const settings = { space: 'a', channels: 1, cells: 1, images: 2, seed: 0, scores: ['naswot'] };
  const path = at('mine.txt');
  expect(await errorOf(() => openScores(path, { ...settings, dataFingerprint: '' }))).toContain(
    'is not a line',
  );
  expect(await errorOf(() => openPosteriorCache(path))).toContain('ends with a line that is not JSON');
  expect(await readFile(path, 'utf8')).toBe('not JSON');
});

it('is refused where it would go into the folder of a run', async () => {
  const table = at('macro.csv');
  await writeFile(table, macroTable());
  const config = { table, budget: { evaluations: 3 } };
  await baseline({ config: { ...config, strategy: 'random' }, out: at('run') });
  expect(await errorOf(() => compareStrategies({ strategies: [], config, out: at('run') }))).toContain(
    'holds a run (config.json)',
  );
});
