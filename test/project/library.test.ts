// The library's public entry: what the command line does, without the terminal and, unless asked for, without files.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import * as mixop from '../../src/index.ts';
import { temporaryFolder } from '../helpers/data-support.ts';

/** A search of a second. */
const config = { channels: 2, cells: 1, batch: 16, trainFraction: 0.05, epochs: 2 };

it('searches without touching terminal or files, and derives what its alphas say', async () => {
  const written = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
  onTestFinished(() => void vi.restoreAllMocks());
  const [home, folder] = [process.cwd(), temporaryFolder()];
  process.chdir(folder);
  onTestFinished(() => process.chdir(home));
  const kinds: string[] = [];
  const result = await mixop.search({ config, onProgress: ({ kind }) => kinds.push(kind) });
  for (const write of written) expect(write).not.toHaveBeenCalled();
  expect(readdirSync(folder)).toEqual([]);
  // How many steps an event tells of depends on their speed.
  const changes = kinds.filter((kind, i) => kind !== 'warning' && kind !== kinds[i - 1]);
  expect(changes).toEqual(['start', 'steps', 'epoch', 'steps', 'epoch']);
  expect(result).toMatchObject({ finished: true, artefacts: [], config: { ...config, space: 'darts-cnn' } });
  expect(result.history.map(({ epoch }) => epoch)).toEqual([0, 1]);
  expect(mixop.derive(mixop.dartsCnn, result.alphas)).toEqual(result.genotype);
  expect(mixop.parseGenotype(result.text, mixop.dartsCnn)).toEqual(result.genotype);
});

async function alphas(seed: number, threads: number): Promise<mixop.Alphas> {
  return (await mixop.search({ config: { ...config, epochs: 1, seed }, threads })).alphas;
}

it('gives equal bits for equal seeds, and others for others', async () => {
  const first = await alphas(5, 1);
  expect(await alphas(5, 2)).toEqual(first);
  expect(await alphas(6, 1)).not.toEqual(first);
});

it('searches a space of one’s own, into a run folder that is listed', async () => {
  const folder = temporaryFolder();
  const space: mixop.ImageSpace = {
    ...mixop.nasbench201,
    name: 'two-operations',
    operations: mixop.nasbench201.operations.filter(({ name }) => /none|conv_3x3/.test(name)),
    defaults: { channels: 2, cells: 1 },
  };
  const out = join(folder, 'mine');
  const options = { config: { batch: 16, trainFraction: 0.05, epochs: 1 }, space, out };
  const result = await mixop.search(options);
  expect(result.text).toMatch(/^\|(none|nor_conv_3x3)~0\|\+/);
  expect(result.config).toMatchObject({ channels: 2, cells: 1, space: 'two-operations' });
  const summary = { name: 'mine', state: 'finished', epochsDone: 1, genotype: result.text };
  expect(await mixop.listRuns(folder)).toMatchObject([summary]);
  // The run is complete: a resume has nothing to do, and gives the same.
  expect((await mixop.search({ ...options, resume: true })).alphas).toEqual(result.alphas);
});

it('stops where its signal says so, and says that it did not finish', async () => {
  const stop = new AbortController();
  const result = await mixop.search({
    config: { ...config, epochs: 50 },
    signal: stop.signal,
    onProgress: ({ kind }) => kind === 'epoch' && stop.abort(),
  });
  expect(result.finished).toBe(false);
  expect(result.history).toHaveLength(1);
});

it('prepares a search without running it', async () => {
  const prepared = await mixop.prepareSearch({ config: { space: 'nasbench201', channels: 2 } });
  expect(prepared.config).toMatchObject({ channels: 2, cells: 5, augment: { pad: 0 } });
  expect(prepared.stepsPerEpoch).toBe(14);
});

it.each([
  [
    'unknown key',
    { weigths: {} },
    'config',
    'configuration: weigths: is not a known key; did you mean "weights"?',
  ],
  ['wrong type', { epochs: 'x' }, 'config', 'configuration: epochs: is "x"; write a number'],
  ['zero channels', { channels: 0 }, 'config', 'configuration: channels: is 0; it must be over 0'],
  ['batch over a split', { batch: 5000 }, 'config', 'batch: 5000 images are more than the 898'],
  ['unknown data', { data: 'digit' }, 'config', 'data: "digit" is not a known data set'],
] as const)('refuses: %s', async (_name, wrong, kind, message) => {
  const searching = mixop.search({ config: wrong as unknown as mixop.SearchConfigInput });
  const error = await searching.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(mixop.MixopError);
  expect(error).toMatchObject({ kind });
  expect((error as mixop.MixopError).message).toContain(message);
});
