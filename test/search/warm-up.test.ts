// Epochs at the start of a search in which the weights alone learn.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { search } from '../../src/index.ts';
import { useTemporaryFolder } from '../helpers/runs-setup.ts';

const folder = useTemporaryFolder();

/** Alphas of the normal cell after every epoch. */
async function alphasByEpoch(from: number): Promise<readonly number[][][]> {
  const out = join(folder(), `run-${from}`);
  const config = { data: 'digits', channels: 2, cells: 3, epochs: 2, trainFraction: 0.045, seed: 4 };
  await search({ config: { ...config, alphas: { from } }, out, threads: 1 });
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
