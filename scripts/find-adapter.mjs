// Asks WebGPU for an adapter, in a process of its own: a driver may crash.
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const look = `
import('webgpu').then(async ({ create }) => {
  const adapter = await create([]).requestAdapter();
  console.log(adapter === null ? '' : (adapter.info.device || adapter.info.description || adapter.info.vendor));
  process.exit(0);
});`;

/** The adapter's name, or undefined where WebGPU finds none. */
export function findAdapter(env = process.env) {
  const cwd = dirname(dirname(fileURLToPath(import.meta.url)));
  const options = { cwd, env, encoding: 'utf8', timeout: 60_000 };
  return spawnSync(process.execPath, ['-e', look], options).stdout.trim() || undefined;
}
