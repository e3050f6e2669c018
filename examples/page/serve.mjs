// Serves this clone to browsers on this machine, isolated, so that a page may use several threads.
// node examples/page/serve.mjs [PORT]
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { pipeline } from 'node:stream';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.gz': 'application/gzip',
};

/** A server of the files of this clone. */
export function serveClone() {
  return createServer(async (request, response) => {
    const file = fileOf(request.url);
    if (file === undefined || !(await isFile(file))) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'Content-Type': types[extname(file)],
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    });
    // A file that cannot be read to its end breaks off its answer, not the server.
    pipeline(createReadStream(file), response, () => {});
  });
}

/** The path in this clone that a URL asks for; undefined where such files are not served, or it is no URL. */
function fileOf(url) {
  if (!URL.canParse(url, 'http://localhost')) return undefined;
  const { pathname } = new URL(url, 'http://localhost');
  const path = decoded(pathname.endsWith('/') ? `${pathname}index.html` : pathname);
  if (path === undefined) return undefined;
  const file = normalize(join(root, path));
  return Object.hasOwn(types, extname(file)) && file.startsWith(root) ? file : undefined;
}

/** Undefined where the bytes are no UTF-8. */
function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** Not where the path is too long, or holds what no path may hold. */
function isFile(path) {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = serveClone().listen(Number(process.argv[2] ?? 8080), '127.0.0.1', () => {
    console.log(`open http://localhost:${server.address().port}/examples/page/ (Ctrl-C ends)`);
  });
}
