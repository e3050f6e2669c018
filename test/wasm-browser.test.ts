// The wasm executor in a page of headless Chromium: on Web Workers where the page is cross-origin isolated, on one
// thread where it is not, with Node's bits in both. Skipped, visibly, where there is no Chromium.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'tsdown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BrowserResult, runBrowserCase } from './helpers/browser-case.ts';

const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
);
if (chromium === undefined) {
  console.log('skipped: the wasm executor in a page, since there is no chromium in PATH (Debian: chromium)');
}

describe.skipIf(chromium === undefined)('in a page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mixop-browser-'));
  let node: BrowserResult;

  beforeAll(async () => {
    await build({
      config: false,
      entry: { page: 'test/helpers/browser-case.ts' },
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
    const page = await openPage(folder, isolated);
    try {
      const { threads, gradients } = await page.result;
      expect(threads > 1).toBe(isolated && availableParallelism() > 1);
      expect(gradients).toEqual(node.gradients);
    } finally {
      await page.close();
    }
  });
});

interface Page {
  readonly result: Promise<BrowserResult>;
  close(): Promise<void>;
}

async function openPage(folder: string, isolated: boolean): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), 'mixop-chromium-'));
  let browser: ChildProcess | undefined;
  let server: Server | undefined;
  const close = async (): Promise<void> => {
    server?.close();
    if (browser?.pid !== undefined) {
      const ended = new Promise((resolve) => browser?.once('exit', resolve));
      // Its own process group: Chromium is several processes.
      process.kill(-browser.pid, 'SIGKILL');
      await ended;
    }
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  const result = new Promise<BrowserResult>((resolve, reject) => {
    server = serve(folder, isolated, (body) => {
      const answer = JSON.parse(body) as BrowserResult | { readonly error: string };
      if ('error' in answer) reject(new Error(answer.error));
      else resolve(answer);
    });
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const { port } = server!.address() as AddressInfo;
  const switches = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`];
  browser = spawn(chromium!, [...switches, `http://localhost:${port}/`], { stdio: 'ignore', detached: true });
  return { result, close };
}

function serve(folder: string, isolated: boolean, answer: (body: string) => void): Server {
  const files: Readonly<Record<string, readonly [type: string, content: () => string | Buffer]>> = {
    '/': ['text/html', () => '<!doctype html><script type="module" src="/page.js"></script>'],
    '/page.js': ['text/javascript', () => readFileSync(join(folder, 'page.js'))],
    '/kernels.wasm': ['application/wasm', () => readFileSync('src/kernels/wasm/build/kernels.wasm')],
  };
  return createServer((request, response) => {
    if (request.method === 'POST') {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        response.end();
        answer(body);
      });
      return;
    }
    if (isolated) {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    }
    const file = files[request.url ?? ''];
    if (file === undefined) response.writeHead(404).end();
    else response.setHeader('Content-Type', file[0]).end(file[1]());
  });
}
