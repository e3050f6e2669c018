// Runs whose config.json is damaged or foreign: every reader of a network refuses it in one error that names the file.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { MixopError } from '../../src/base/errors.ts';
import { evaluate } from '../../src/networks/evaluate.ts';
import { readGenotype } from '../../src/networks/genotype-source.ts';
import { prepareRetrain } from '../../src/networks/prepare.ts';
import { transfer } from '../../src/networks/transfer.ts';
import { collectRun } from '../../src/report/collect.ts';
import { publishedGenotypes } from '../../src/supernet/genotype/published.ts';

const folder = mkdtempSync(join(tmpdir(), 'mixop-stored-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;

/** A run with this configuration and a genotype. */
function runOf(config: object): string {
  const path = mkdtempSync(join(folder, `${(made += 1)}-`));
  writeFileSync(join(path, 'config.json'), JSON.stringify(config));
  writeFileSync(join(path, 'genotype.txt'), publishedGenotypes['DARTS_V2']!.text);
  return path;
}

async function refusal(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MixopError);
  return (error as MixopError).message;
}

const configs: readonly [what: string, config: object, says: string][] = [
  ['{}', {}, 'config.json: space: expected string'],
  ['a space that is a number', { space: 5 }, 'config.json: space: expected string'],
  ['an unknown space', { space: 'darts-cnm' }, 'config.json: space: "darts-cnm" is not a known space'],
  ['constructor', { space: 'constructor' }, 'config.json: space: "constructor" is not a known space'],
  ['__proto__', { space: '__proto__' }, 'config.json: space: "__proto__" is not a known space'],
  ['an empty definition', { space: 'a', spaceDefinition: {} }, 'config.json: spaceDefinition.name'],
];

test.each(configs)('a genotype of a run with %s', async (_, config, says) => {
  expect(await refusal(readGenotype(runOf(config)))).toContain(says);
});

test.each(configs)('a report on a run with %s', async (_, config, says) => {
  expect(await refusal(collectRun(runOf(config)))).toContain(says);
});

test.each(configs)('resuming a training with %s', async (_, config, says) => {
  const out = runOf({ task: 'retrain', ...config });
  expect(await refusal(prepareRetrain({ out, resume: true }))).toContain(says);
});

test('resuming a training whose genotype is no text', async () => {
  const out = runOf({ task: 'retrain', space: 'darts-cnn', genotype: 5 });
  expect(await refusal(prepareRetrain({ out, resume: true }))).toContain('config.json: genotype: is no text');
});

test('evaluating a run that is no training, with a space that is none', async () => {
  expect(await refusal(evaluate({ path: runOf({}) }))).toMatch(/give a run of `mixop retrain`$/);
  expect(await refusal(evaluate({ path: runOf({ space: 5 }) }))).toMatch(/give a run of `mixop retrain`$/);
});

test.each([
  ['{"seeds": "two"}', 'seeds: expected number'],
  ['{"search": 5}', 'search: expected record'],
  ['{"retrain": []}', 'retrain: expected record'],
  ['{"search": {"epochs": "ten"}}', 'epochs'],
])('resuming a transfer with %s', async (text, says) => {
  const out = mkdtempSync(join(folder, 'transfer-'));
  writeFileSync(join(out, 'transfer.json'), text);
  expect(await refusal(transfer({ out, resume: true }))).toContain(says);
});
