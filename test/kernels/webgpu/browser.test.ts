// The search in a page of headless Chromium, on SwiftShader: what dist/browser and examples/page do there.
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseDigits } from '../../../src/data/formats/digits-csv.ts';
import { searchDataset } from '../../../src/search/search-dataset.ts';
import type { SearchOutcome } from '../../../src/search/run.ts';
import { imageSpaces } from '../../../src/supernet/spaces/named.ts';
import { smallestMargin } from '../../helpers/margins.ts';
import { openPage, type Page, withoutChromium } from '../../helpers/chromium.ts';

const servePath: string = '../../../examples/page/serve.mjs';
const example: { readonly serveClone: () => Server } = await import(servePath);

const images = 32;
/** One step: 16 images train the weights, 16 the alphas, which start far enough apart for a ranking without doubt. */
const config = { channels: 4, cells: 3, epochs: 1, batch: images / 2, seed: 1, alphas: { scale: 0.1 } };
const digits = gunzipSync(readFileSync('data/digits/digits.csv.gz'))
  .toString()
  .split('\n')
  .slice(0, images)
  .join('\n');

const searchInPage = `import('/dist/browser/index.js').then(({ searchDataset, parseDigits }) => searchDataset({
  dataset: parseDigits(${JSON.stringify(digits)}, 'digits'), config: ${JSON.stringify(config)}, executor: 'webgpu',
}))`;

describe.skipIf(withoutChromium)('in a page, on webgpu', () => {
  let server: Server;
  let address: string;

  beforeAll(async () => {
    server = example.serveClone();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://localhost:${(server.address() as AddressInfo).port}/examples/page/`;
  });

  afterAll(() => server.close());

  async function on<T>(query: string, use: (page: Page) => Promise<T>): Promise<T> {
    const page = await openPage(`${address}${query}`);
    try {
      return await use(page);
    } finally {
      await page.close();
    }
  }

  test("a search step gives Node's losses, alphas and genotype", { timeout: 180_000 }, async () => {
    const dataset = parseDigits(digits, 'digits');
    const node = await searchDataset({ dataset, config, executor: 'wasm' });
    expect(smallestMargin(node.alphas, imageSpaces['darts-cnn']!)).toBeGreaterThan(1e-5);
    const page = await on('?images=0', (opened) => opened.evaluate<SearchOutcome>(searchInPage));
    expect(page.text).toBe(node.text);
    for (const loss of ['searchLoss', 'trainLoss', 'validLoss'] as const) {
      expect(Math.abs(page.history[0]![loss] - node.history[0]![loss])).toBeLessThan(1e-4);
    }
    for (const [kind, matrix] of Object.entries(node.alphas)) {
      const difference = matrix.flat().map((value, i) => Math.abs(value - page.alphas[kind]!.flat()[i]!));
      expect(Math.max(...difference)).toBeLessThan(1e-6);
    }
  });

  test('a short search on digits runs to its end and shows the cells', { timeout: 180_000 }, async () => {
    const [status, genotype, cells] = await on('?images=32&batch=16&epochs=2&channels=4&cells=3', (page) =>
      page.evaluate<string[]>(`new Promise((done) => {
        const text = (id) => document.getElementById(id).textContent;
        const look = () => text('error') || text('genotype')
          ? done([text('error') || text('status'), text('genotype'), document.querySelectorAll('#cells svg').length])
          : setTimeout(look, 100);
        look();
      })`),
    );
    expect(status).toBe('The search is finished.');
    expect(genotype).toMatch(/^Genotype\(normal=.*, reduce_concat=\[2, 3, 4, 5\]\)$/);
    expect(cells).toBe(2);
  });
});
