// What `npm run demo`, `npm run build`, `npm run bundle` and `npm test` do. Plain Node without dependencies, since it installs them.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { bundle } from './bundle.mjs';
import { runChild, runNpm } from './child.mjs';
import { ensureInstalled } from './install.mjs';
import { ensureChromium } from './install-chromium.mjs';
import { ensureVulkan } from './install-vulkan.mjs';
import { Stop } from './stop.mjs';

const oldestNode = [20, 19];

/** The demo: a whole DARTS search on the embedded digits, under a minute on two cores without a GPU. */
const demo = 'search --space darts-cnn --data digits --channels 8 --cells 4 --epochs 15 --seed 1';

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  const found = `${process.versions.node} (${process.execPath})`;
  throw new Stop(
    1,
    `mixop needs Node ${oldestNode.join('.')} or newer, and this is ${found}; install Node 20 or 22`,
  );
}

/** `runs/demo`, or `runs/demo-2` and so on where an earlier demo has left its folder. */
function freeRunFolder() {
  for (let count = 1; ; count += 1) {
    const folder = count === 1 ? 'runs/demo' : `runs/demo-${count}`;
    if (!existsSync(folder)) return folder;
  }
}

const commands = {
  async demo(args) {
    await ensureInstalled();
    await ensureBuilt();
    const search = ['dist/cli.js', ...demo.split(' '), '--out', freeRunFolder(), ...args];
    console.log(`demo: node ${search.join(' ')}`);
    return (await runChild(process.execPath, search)).code;
  },
  /** What takes minutes: proofs that npm test leaves out. */
  async 'test:long'(args) {
    await ensureInstalled();
    await ensureBuilt();
    ensureVulkan();
    console.log('test: vitest run, proofs that take minutes');
    const env = { ...process.env, MIXOP_TESTS: 'long' };
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', ...args];
    return (await runChild(process.execPath, vitest, { env })).code;
  },
  async test(args) {
    await ensureInstalled();
    console.log('check: npm run check (types, lint, format, layers, structure)');
    const { code } = await runNpm(['run', '--silent', 'check']);
    if (code !== 0) throw new Stop(code, 'check: failed, see above; the tests did not run');
    await ensureBuilt();
    ensureVulkan();
    ensureChromium();
    console.log('test: vitest run');
    return (await runChild(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...args])).code;
  },
  async bundle(args) {
    await ensureInstalled();
    await ensureBuilt();
    bundle(...args);
    return 0;
  },
  async build() {
    await ensureInstalled();
    await ensureBuilt({ always: true });
    return 0;
  },
};

async function main() {
  const [name = '', ...args] = process.argv.slice(2);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    throw new Stop(2, `usage: node scripts/run.mjs ${Object.keys(commands).join('|')} [arguments]`);
  }
  requireNode();
  process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
  return command(args);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  if (error.message !== '') console.error(error.message);
  process.exitCode = error.code;
}
