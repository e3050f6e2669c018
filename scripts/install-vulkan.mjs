// Brings a software Vulkan driver (Mesa's llvmpipe) where WebGPU finds no adapter and that is asked for, so that the GPU
// tests run. Otherwise it says which tests are skipped, and what to install.
import { fileURLToPath } from 'node:url';
import { adviceWithout, install } from './apt.mjs';
import { findAdapter } from './find-adapter.mjs';

const packages = ['mesa-vulkan-drivers', 'libvulkan1'];

/** Installs the driver where there is no adapter; says in one line what it did or what to do. */
export function ensureVulkan() {
  const found = findAdapter();
  if (found !== undefined) {
    console.log(`vulkan: nothing to do, WebGPU finds ${found}`);
    return;
  }
  const advice = adviceWithout('tests on WebGPU', 'install a Vulkan driver, e.g. Mesa 25 or newer');
  if (advice !== undefined) {
    console.log(`vulkan: WebGPU finds no adapter, and ${advice}`);
    return;
  }
  console.log(`vulkan: apt-get install ${packages.join(' ')}, because WebGPU finds no adapter`);
  // Debian 12's own Mesa is too old for Dawn.
  const problem = install(packages, { newer: true });
  const adapter = findAdapter();
  if (adapter !== undefined) console.log(`vulkan: WebGPU finds ${adapter}`);
  else console.log(`vulkan: still no adapter${problem === undefined ? '' : `; ${problem}`}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureVulkan();
