// A page of headless Chromium, driven by the DevTools protocol over two pipes. WebGPU is that of SwiftShader. Where there is
// none the tests are skipped with the reason, and fail in continuous integration.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const findPath: string = '../../scripts/find-chromium.mjs';
const { findChromium }: { readonly findChromium: () => string | undefined } = await import(findPath);
const chromium = findChromium();

/** For `describe.skipIf`: the tests fail in continuous integration. */
export const withoutChromium = chromium === undefined && process.env['CI'] === undefined;
if (withoutChromium) console.log('skipped: no chromium in PATH (Debian: chromium)');

const switches = [
  '--headless',
  '--no-sandbox',
  '--remote-debugging-pipe',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Page {
  /** The value of an expression, awaited; throws what it throws. */
  evaluate<T>(expression: string): Promise<T>;
  /** A PNG of the whole page. */
  screenshot(): Promise<Buffer>;
  close(): Promise<void>;
}

interface Answer {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** Opens an address in a browser of its own. */
export async function openPage(address: string): Promise<Page> {
  if (chromium === undefined) throw new Error('no chromium in PATH (Debian: chromium)');
  const profile = mkdtempSync(join(tmpdir(), 'mixop-chromium-'));
  const browser = spawn(chromium, [...switches, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    // Its own process group: Chromium is several processes.
    detached: true,
  });
  const call = protocolOf(browser);
  const close = async (): Promise<void> => {
    const ended = new Promise((resolve) => browser.once('exit', resolve));
    if (browser.pid !== undefined && browser.exitCode === null) {
      process.kill(-browser.pid, 'SIGKILL');
      await ended;
    }
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  try {
    const { targetId } = await call('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true });
    const inPage = (method: string, params: object) => call(method, params, sessionId as string);
    const evaluate = async <T>(expression: string): Promise<T> => {
      const { result, exceptionDetails } = (await inPage('Runtime.evaluate', {
        expression,
        awaitPromise: true,
        returnByValue: true,
      })) as { result: { value: T; description?: string }; exceptionDetails?: { text: string } };
      if (exceptionDetails === undefined) return result.value;
      throw new Error(result.description ?? exceptionDetails.text);
    };
    const { errorText } = await inPage('Page.navigate', { url: address });
    if (errorText !== undefined) throw new Error(`${address}: ${errorText as string}`);
    await evaluate(
      "new Promise((done) => document.readyState === 'complete' ? done() : addEventListener('load', () => done()))",
    );
    return {
      evaluate,
      async screenshot() {
        const { data } = await inPage('Page.captureScreenshot', { captureBeyondViewport: true });
        return Buffer.from(data as string, 'base64');
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Messages are JSON, ended by a zero byte: written to file 3, read from file 4. */
function protocolOf(browser: ChildProcess) {
  const [, , , input, output] = browser.stdio as unknown as [null, null, null, Writable, Readable];
  const waiting = new Map<number, (answer: Answer) => void>();
  let gone: string | undefined;
  let rest = '';
  output.setEncoding('utf8');
  output.on('data', (part: string) => {
    const messages = (rest + part).split('\0');
    rest = messages.pop()!;
    for (const message of messages) {
      const answer = JSON.parse(message) as Answer;
      if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
    }
  });
  const end = (reason: string) => {
    gone ??= reason;
    for (const answer of waiting.values()) answer({ error: { message: gone } });
  };
  browser.on('error', (error) => end(error.message));
  browser.on('exit', (code) => end(`the browser ended (${code})`));
  input.on('error', (error: Error) => end(error.message));
  let next = 1;
  return (method: string, params: object, sessionId?: string): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      const id = next++;
      waiting.set(id, ({ result, error }) => {
        waiting.delete(id);
        if (error === undefined) resolve(result ?? {});
        else reject(new Error(`${method}: ${error.message}`));
      });
      if (gone !== undefined) end(gone);
      else input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
}
