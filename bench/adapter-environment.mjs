// The environment in which WebGPU finds an adapter. On a bare machine with a GPU the Vulkan loader may be missing, or
// the driver's manifest may lie where the loader does not look: the bundle's own loader and known places help.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findAdapter } from '../scripts/find-adapter.mjs';

/** Folders for driver manifests in containers, besides the loader's own. */
const places = ['/usr/local/nvidia/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];

function manifests() {
  return places
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => path.endsWith('.json'));
}

/** `{ adapter, env, with }`, the smallest addition to the environment that works; undefined if none does. */
export function adapterEnvironment(root) {
  const lib = join(root, 'lib');
  const loader = existsSync(lib)
    ? { LD_LIBRARY_PATH: [lib, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':') }
    : undefined;
  const found = manifests();
  const driver = found.length > 0 ? { VK_DRIVER_FILES: found.join(':') } : undefined;
  const tries = [{}, driver, loader, driver && loader && { ...driver, ...loader }];
  for (const env of tries.filter((one) => one !== undefined)) {
    const adapter = findAdapter({ ...process.env, ...env });
    if (adapter !== undefined) return { adapter, env, with: Object.keys(env) };
  }
  return undefined;
}
