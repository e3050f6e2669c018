// A command that is to go on with the run of another one says whose it is, and how to go on with it.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { quick } from '../helpers/cli-bad-input.ts';
import { buildCli, mixop } from '../helpers/run-cli.ts';
import { macroTable } from '../helpers/tables.ts';

const folder = mkdtempSync(join(tmpdir(), 'mixop-kinds-'));
const here = { cwd: folder };
const made = {
  search: `search ${quick}`,
  supernet: `supernet ${quick}`,
  retrain: 'retrain DARTS_V2 --channels 2 --cells 3 --batch 16 --train-fraction 0.05 --epochs 1',
  baseline: 'baseline random --table macro.csv --budget 3',
};
type Kind = keyof typeof made;
const kinds = Object.keys(made) as Kind[];
const text = '--batch 2 --epochs 1 --set length=5 --set units=4';

beforeAll(async () => {
  await buildCli();
  writeFileSync(join(folder, 'macro.csv'), macroTable());
  writeFileSync(join(folder, 'text.txt'), 'a cat sat on the mat and saw a dog\n'.repeat(60));
  const commands = [
    ...kinds.map((kind) => `${made[kind]} --out ${kind}`),
    `search --space darts-rnn --data text:text.txt ${text} --out words`,
  ];
  for (const { code, stderr } of await Promise.all(commands.map((command) => mixop(command, here))))
    if (code !== 0) throw new Error(`a run that the tests read failed: ${stderr}`);
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const resumptions: Readonly<Record<Kind, string>> = {
  search: 'search',
  supernet: made.supernet,
  retrain: 'retrain',
  baseline: 'baseline',
};
const pairs = kinds.flatMap((asked) =>
  kinds.filter((kind) => kind !== asked).map((kind) => [asked, kind] as const),
);

it.concurrent.each(pairs)('mixop %s does not go on with a run of mixop %s', async (asked, kind) => {
  const { code, stderr } = await mixop(`${resumptions[asked]} --out ${kind} --resume`, here);
  const more = kind === 'supernet' ? ', with the options that it began with' : '';
  expect(stderr).toBe(
    `mixop: ${kind}: is a run of \`mixop ${kind}\`, not of \`mixop ${asked}\`; ` +
      `go on with it: mixop ${kind} --out ${kind} --resume${more}\n`,
  );
  expect(code).toBe(5);
});

it.concurrent.each([
  ['export search --onnx a.onnx', 'search: is a run of `mixop search`', 'mixop retrain search'],
  ['evaluate baseline', 'baseline: is a run of `mixop baseline`', 'trains no cells of nasbench-macro'],
  ['export words --onnx a.onnx', 'words: is a run of `mixop search`', 'trains no cells of darts-rnn'],
  ['derive baseline', 'baseline: is a run of `mixop baseline`, which has no alphas', 'genotype.txt'],
  ['baseline random --budget 3 --weights retrain', 'retrain: is a run of `mixop retrain`', 'shared weights'],
])('mixop %s is told what works', async (args, problem, remedy) => {
  const { code, stderr } = await mixop(args, here);
  expect(stderr).toContain(problem);
  expect(stderr.split('; ')[1]).toContain(remedy);
  expect(code).toBe(5);
});
