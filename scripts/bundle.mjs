// Packs the benchmarks, Node itself and the native modules into one tar for a machine with a GPU and no network:
//   npm run bundle, then there: tar -xzf mixop-bench-linux-x64.tar.gz && sh mixop-bench/bench.sh
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stop } from './stop.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = `${process.platform}-${process.arch}`;
const name = 'mixop-bench';

/** What stands beside `dist` and `node_modules`. */
const files = [
  'package.json',
  'LICENSE',
  'data/verify',
  'bench/bench-all.mjs',
  'bench/bench.sh',
  'bench/adapter-environment.mjs',
  'bench/run-json.mjs',
  'bench/peers',
  'scripts/find-adapter.mjs',
];
/** Optional packages that no benchmark loads. */
const leftOut = new Set(['sharp']);
/** Neither run nor asked for by a licence. */
const ballast = /\.(map|ts|mts|cts|md)$|\/(test|tests|docs|example|examples)$/i;
/** The Vulkan loader, and what vendors' drivers load: machines with a GPU often have a driver and none of these. */
const loaders = [
  'libvulkan.so.1',
  'libGLdispatch.so.0',
  'libEGL.so.1',
  'libGLX.so.0',
  'libOpenGL.so.0',
  'libGL.so.1',
  'libGLESv2.so.2',
  'libX11.so.6',
  'libXext.so.6',
  'libxcb.so.1',
  'libXau.so.6',
  'libXdmcp.so.6',
];

/** What a built file imports, and what the built files do that it imports. */
function importsOf(file, seen = new Set()) {
  if (seen.has(file)) return [];
  seen.add(file);
  const text = readFileSync(join(root, 'dist', file), 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*["']([^"'\s]+)["']/g)].map(([, one]) => one);
  return specifiers.flatMap((one) => (/^\.\/.*\.js$/.test(one) ? importsOf(one.slice(2), seen) : [one]));
}

/** Packages that the command line imports, with all that those depend on. */
function packages() {
  const found = new Set();
  const add = (one) => {
    const folder = join(root, 'node_modules', one);
    if (found.has(one) || leftOut.has(one) || !existsSync(folder)) return;
    found.add(one);
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    // What lies nested in the package comes with it.
    for (const inner of Object.keys(dependencies))
      if (!existsSync(join(folder, 'node_modules', inner))) add(inner);
  };
  const packageOf = /^(?:@[\w.-]+\/)?\w[\w.-]*/;
  for (const specifier of importsOf('cli.js')) {
    const [one] = packageOf.exec(specifier) ?? [];
    if (one !== undefined) add(one);
  }
  return [...found];
}

/** Of the files of a package, those that run on this machine. */
function wanted(source) {
  const path = relative(root, source);
  if (ballast.test(path) && !/licen[sc]e/i.test(path)) return false;
  const platform = /^node_modules\/webgpu\/dist\/([^/]+)$/.exec(path)?.[1];
  return (
    platform === undefined || platform.startsWith(process.platform + '-universal') || platform === target
  );
}

function copy(path, into) {
  cpSync(join(root, path), join(into, path), { recursive: true, dereference: true, filter: wanted });
}

/** Copies the loaders that this machine has; other systems bring their own. */
function copyLoaders(into) {
  if (process.platform !== 'linux') return [];
  const { stdout = '' } = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' });
  const known = new Map();
  for (const [, file, path] of (stdout ?? '').matchAll(/^\s*(\S+) \(.*\) => (\S+)$/gm)) {
    if (!known.has(file)) known.set(file, path);
  }
  const found = loaders.filter((file) => known.has(file));
  mkdirSync(into, { recursive: true });
  for (const file of found) cpSync(known.get(file), join(into, file), { dereference: true });
  return found;
}

/** Writes the tar, compressed where its name ends in .gz; gives its path. */
export function bundle(out = `${name}-${target}.tar.gz`) {
  const work = mkdtempSync(join(tmpdir(), 'mixop-bundle-'));
  try {
    const into = join(work, name);
    mkdirSync(into);
    cpSync(process.execPath, join(into, 'node'), { dereference: true });
    const modules = packages().map((one) => join('node_modules', one));
    for (const path of ['dist', ...files, ...modules]) copy(path, into);
    cpSync(join(into, 'bench', 'bench.sh'), join(into, 'bench.sh'));
    const found = copyLoaders(join(into, 'lib'));
    const { status, stderr, error } = spawnSync(
      'tar',
      [out.endsWith('.gz') ? '-czf' : '-cf', resolve(out), '-C', work, name],
      {
        encoding: 'utf8',
      },
    );
    if (status !== 0) throw new Stop(1, `bundle: tar failed: ${error?.message ?? stderr.trim()}`);
    const size = (statSync(out).size / 1e6).toFixed(0);
    console.log(
      `bundle: ${out}, ${size} MB: Node ${process.version}, ${modules.length} packages, ${found.length} loaders`,
    );
    return out;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
