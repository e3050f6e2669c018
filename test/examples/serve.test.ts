// The server of the example page answers whatever it is asked, and goes on.
import { get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';

// The example has no types: it runs as it is.
const servePath: string = '../../examples/page/serve.mjs';
const example: { readonly serveClone: () => Server } = await import(servePath);
const server = example.serveClone();
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => server.close());

/** Status and type of the answer. A path is sent as it is: `fetch` would mend it. */
function ask(path: string): Promise<readonly [status: number | undefined, type: string | undefined]> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path, agent: false }, (answer) => {
      answer.resume().on('end', () => resolve([answer.statusCode, answer.headers['content-type']]));
    }).on('error', reject);
  });
}

it.each([
  ['/examples/page/', 200, 'text/html; charset=utf-8'],
  ['/examples/page/page.js?a=b', 200, 'text/javascript'],
  ['/examples/page/serve.mjs', 404, undefined],
  ['/examples/page/none.html', 404, undefined],
  ['/examples/page/%ff', 404, undefined],
  ['/examples/page/a%00.html', 404, undefined],
  ['//', 404, undefined],
  ['/..%2f..%2f..%2f..%2f..%2fetc%2fa.html', 404, undefined],
  ['/test.constructor', 404, undefined],
  ['/examples/page/index.html/a.html', 404, undefined],
  [`/${'a'.repeat(300)}.html`, 404, undefined],
])('answers %s with %i', async (path, status, type) => {
  expect(await ask(path)).toEqual([status, type]);
});
