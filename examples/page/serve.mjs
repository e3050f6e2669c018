// Serves this clone to browsers on this machine, isolated, so that a page may use several threads.
// node examples/page/serve.mjs [PORT]
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.gz': 'application/gzip',
};

/** A server of the files of this clone. */
function serveClone() {
  return createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const file = normalize(
      join(root, decodeURIComponent(pathname.endsWith('/') ? `${pathname}index.html` : pathname)),
    );
    const type = types[extname(file)];
    if (
      type === undefined ||
      !file.startsWith(root) ||
      !statSync(file, { throwIfNoEntry: false })?.isFile()
    ) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'Content-Type': type,
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    });
    createReadStream(file).pipe(response);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = serveClone().listen(Number(process.argv[2] ?? 8080), '127.0.0.1', () => {
    console.log(`open http://localhost:${server.address().port}/examples/page/ (Ctrl-C ends)`);
  });
}
