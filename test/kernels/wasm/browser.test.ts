// The wasm executor in a page of headless Chromium: on Web Workers where the page is cross-origin isolated, on one
// thread where it is not, with Node's bits in both.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'tsdown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BrowserResult, runBrowserCase } from '../../helpers/browser-case.ts';
import { openPage, withoutChromium } from '../../helpers/chromium.ts';

describe.skipIf(withoutChromium)('in a page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mixop-browser-'));
  let node: BrowserResult;

  beforeAll(async () => {
    await build({
      config: false,
      entry: { case: 'test/helpers/browser-case.ts' },
      outDir: folder,
      format: 'esm',
      platform: 'browser',
      dts: false,
      fixedExtension: false,
      logLevel: 'error',
    });
    node = await runBrowserCase(1);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ['that is cross-origin isolated it uses several threads', true],
    ['that is not it uses one', false],
  ])('%s, and Node has the same bits', async (_, isolated) => {
    const server = serve(folder, isolated);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const page = await openPage(`http://localhost:${(server.address() as AddressInfo).port}/`);
      try {
        const inPage = "import('/case.js').then(({ runBrowserCase }) => runBrowserCase())";
        const { threads, gradients } = await page.evaluate<BrowserResult>(inPage);
        expect(threads > 1).toBe(isolated && availableParallelism() > 1);
        expect(gradients).toEqual(node.gradients);
      } finally {
        await page.close();
      }
    } finally {
      server.close();
    }
  });
});

function serve(folder: string, isolated: boolean): Server {
  const files: Readonly<Record<string, readonly [type: string, content: () => string | Buffer]>> = {
    '/': ['text/html', () => '<!doctype html>'],
    '/case.js': ['text/javascript', () => readFileSync(join(folder, 'case.js'))],
    '/kernels.wasm': [
      'application/wasm',
      () => readFileSync('src/kernels/executors/wasm/build/kernels.wasm'),
    ],
  };
  return createServer((request, response) => {
    if (isolated) {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    }
    const file = files[request.url ?? ''];
    if (file === undefined) response.writeHead(404).end();
    else response.setHeader('Content-Type', file[0]).end(file[1]());
  });
}
