// Brings a software Vulkan driver (Mesa's llvmpipe) where WebGPU finds no adapter, so that the GPU tests run. Where it
// cannot be installed it says what to install.
import { fileURLToPath } from 'node:url';
import { install, reasonNotTo } from './apt.mjs';
import { findAdapter } from './find-adapter.mjs';

const packages = ['mesa-vulkan-drivers', 'libvulkan1'];

/** Installs the driver where there is no adapter; says in one line what it did or what to do. */
export function ensureVulkan() {
  const found = findAdapter();
  if (found !== undefined) {
    console.log(`vulkan: nothing to do, WebGPU finds ${found}`);
    return;
  }
  const why = reasonNotTo();
  if (why !== undefined) {
    console.log(
      `vulkan: WebGPU finds no adapter, and ${why}; install a Vulkan driver, e.g. Mesa 25 or newer`,
    );
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
