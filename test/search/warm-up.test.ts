// Epochs at the start of a search in which the weights alone learn.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { search } from '../../src/index.ts';
import { errorOf, useTemporaryFolder } from '../helpers/runs-setup.ts';

const folder = useTemporaryFolder();

const config = { data: 'digits', channels: 2, cells: 3, epochs: 2, trainFraction: 0.045, seed: 4 };

/** Alphas of the normal cell after every epoch. */
async function alphasByEpoch(warmupEpochs: number): Promise<readonly number[][][]> {
  const out = join(folder(), `run-${warmupEpochs}`);
  await search({ config: { ...config, alphas: { warmupEpochs } }, out, threads: 1 });
  const lines = readFileSync(join(out, 'alphas.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => (JSON.parse(line) as { alphas: { normal: number[][] } }).alphas.normal);
}

test('the alphas stay as they begin until their first epoch, then take the steps of a search that starts', async () => {
  const [first, second] = await alphasByEpoch(1);
  const stream = Random.fromSeed(4).split('alphas').split('normal');
  expect(first!.flat()).toEqual(Array.from({ length: 14 * 8 }, () => Math.fround(1e-3 * stream.normal())));
  // Adam's first step is one of the rate, whatever the gradient: its corrections count the alphas' own steps.
  const moved = second!.flat().map((value, i) => Math.abs(value - first!.flat()[i]!));
  for (const distance of moved) expect(distance).toBeLessThanOrEqual(1.01 * 3e-4);
  expect(Math.max(...moved)).toBeGreaterThan(0.9 * 3e-4);
  const [without] = await alphasByEpoch(0);
  expect(without).not.toEqual(first);
});

test('a run that was stored under the earlier name of the key resumes to the same bits', async () => {
  const [out, whole] = [join(folder(), 'stopped'), join(folder(), 'whole')];
  const searched = { ...config, alphas: { warmupEpochs: 1 } };
  const stop = new AbortController();
  const onProgress = (): void => stop.abort();
  await search({ config: searched, out, threads: 1, signal: stop.signal, onProgress });
  const file = join(out, 'config.json');
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('"warmupEpochs"');
  // The first form of the file has no number.
  writeFileSync(file, text.replace('"warmupEpochs"', '"from"').replace(/ +"schema": \d+,\n/, ''));
  const { finished } = await search({ out, resume: true, threads: 1 });
  await search({ config: searched, out: whole, threads: 1 });
  expect(finished).toBe(true);
  const [resumed, straight] = [out, whole].map((run) => readFileSync(join(run, 'alphas.jsonl'), 'utf8'));
  expect(resumed).toBe(straight);
});

test('the earlier name in a new configuration is an error that names the new one', async () => {
  const old = { ...config, alphas: { from: 1 } } as unknown as typeof config;
  expect(await errorOf(() => search({ config: old }))).toBe(
    'configuration: alphas.from: was renamed to warmupEpochs; write warmupEpochs instead',
  );
});
