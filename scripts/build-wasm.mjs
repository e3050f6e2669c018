// Compiles every kernel.as.ts and the runner to src/kernels/executors/wasm/build/kernels.wasm, when their text changed since
// the last time. Also vitest's global setup, and the first thing that tsdown.config.ts does.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = 'src/kernels/executors/wasm/build';
const output = join(folder, 'kernels.wasm');
const stampFile = join(folder, 'kernels.stamp');

// No relaxed SIMD: equal bits on any machine. Memory comes from the host, which knows how much a plan needs.
const options = [
  '-O3',
  '--runtime=stub',
  '--enable=simd,threads',
  '--importMemory',
  '--sharedMemory',
  '--initialMemory=1',
  '--maximumMemory=65536',
  '--exportTable',
  '--noAssert',
  '--use=abort=',
];

function sources() {
  return readdirSync(join(root, 'src/kernels'), { recursive: true })
    .filter((name) => name.endsWith('.as.ts'))
    .map((name) => join('src/kernels', name))
    .toSorted();
}

function keyOf(files) {
  const hash = createHash('sha256').update(options.join(' '));
  for (const file of [...files, 'scripts/build-wasm.mjs', 'package-lock.json']) {
    hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/** Compiles AssemblyScript files, named from the root of the repository, to the bytes of one module. */
export async function compileAssembly(entries) {
  const { createMemoryStream, main } = await import('assemblyscript/asc');
  const stderr = createMemoryStream();
  const written = new Map();
  const writeFile = (name, contents) => written.set(name, contents);
  const args = [...entries, ...options, '--baseDir', root, '-o', 'module.wasm'];
  const { error } = await main(args, { stderr, writeFile });
  if (error !== null) throw new Error(`AssemblyScript found errors\n${stderr.toString()}`);
  return written.get('module.wasm');
}

/** Builds what is out of date; says so in one line when it does. */
export default async function buildKernels() {
  const files = sources();
  const key = keyOf(files);
  const [wasm, stamp] = [join(root, output), join(root, stampFile)];
  if (existsSync(wasm) && existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;
  console.log(`kernels: compiling ${output}`);
  const entries = files.filter((file) => file.endsWith('kernel.as.ts') || file.endsWith('/run.as.ts'));
  mkdirSync(join(root, folder), { recursive: true });
  rmSync(stamp, { force: true });
  // A name of its own: several processes may build at once.
  const temporary = `${output}.${process.pid}`;
  writeFileSync(join(root, temporary), await compileAssembly(entries));
  renameSync(join(root, temporary), wasm);
  writeFileSync(stamp, key);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildKernels();
