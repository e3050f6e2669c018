// A transfer: the cell of one data set, trained on another of other sizes, channels and classes; stopped and resumed.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { transfer, type TransferOptions } from '../../src/index.ts';
import { cifar } from '../helpers/data-support.ts';
import { buildCli, mixop } from '../helpers/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'mixop-transfer-'));
const at = (...names: string[]): string => join(folder, ...names);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options: TransferOptions = {
  out: at('whole'),
  search: { channels: 2, cells: 3, epochs: 2, batch: 16, trainFraction: 0.1 },
  retrain: { channels: 3, cells: 2, epochs: 2, batch: 8, data: `cifar10:${at('cifar.bin')}` },
};

const bytesIn = (run: string): readonly string[] =>
  readdirSync(join(run, 'checkpoints')).map(
    (name) => `${name} ${readFileSync(join(run, 'checkpoints', name), 'hex')}`,
  );

beforeAll(async () => {
  await buildCli();
  // Labels and made-up pixels of 60 images, 32x32 in three channels.
  writeFileSync(at('cifar.bin'), cifar(Array.from({ length: 60 }, (_, i) => [i % 10])));
}, 60_000);

describe('a transfer', () => {
  it('trains the cell that was searched on 8x8 grey images on 32x32 images in colour', async () => {
    const { finished, search, retrained } = await transfer(options);
    expect(finished).toBe(true);
    const [trained] = retrained!.runs;
    expect(trained!.card).toMatchObject({
      image: { height: 32, width: 32, channels: 3 },
      genotype: search.text,
    });
    expect(trained!.history).toHaveLength(2);
  });

  it.each(['search', 'training'])(
    'that is stopped in its %s ends in the same bits when resumed',
    async (part) => {
      const out = at(`stopped-${part}`);
      const controller = new AbortController();
      const stop = ({ kind }: { readonly kind: string }): void => {
        if (kind === 'epoch') controller.abort();
      };
      const first = await transfer({
        ...options,
        out,
        signal: controller.signal,
        ...(part === 'search' ? { onSearch: stop } : { onRetrain: stop }),
      });
      expect(first.finished).toBe(false);
      // What was asked for stands in the folder.
      const { finished } = await transfer({ out, resume: true });
      expect(finished).toBe(true);
      for (const run of ['search', 'retrained'])
        expect(bytesIn(join(out, run))).toEqual(bytesIn(at('whole', run)));
      expect(bytesIn(join(out, 'search')).length).toBeGreaterThan(0);
    },
  );

  it.each([
    ['--to cifar10:none.bin', 'none.bin'],
    ['--channels 0', '--channels'],
    ['--search-channels 0', '--search-channels'],
    ['--set epochs=3', '--set epochs'],
    ['--batch 5000', 'batch'],
    ['--resume', '--resume'],
    ['--out whole', 'whole'],
  ])('refuses %s before it searches', async (flags, place) => {
    const { code, stderr, stdout } = await mixop(`transfer ${flags}`, { cwd: folder });
    expect({ code: code !== 0, stdout }).toEqual({ code: true, stdout: '' });
    expect(stderr).toContain(place);
    expect(stderr.trim().split('\n').length).toBeLessThan(4);
  });
});
