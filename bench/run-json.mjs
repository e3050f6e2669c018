// Runs a program that prints one JSON object, and reads it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Returns `{ value }`, or `{ problem }` in one line if the program cannot be run, fails or takes over `limit` ms. */
export async function runJson(program, args, { env = process.env, limit } = {}) {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: limit });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (chunk) => {
      text[name] += chunk;
    });
  }
  try {
    const [code, signal] = await once(child, 'close');
    if (code === 0) return { value: JSON.parse(text.stdout) };
    if (signal === 'SIGTERM' && limit !== undefined) return { problem: `over ${limit / 60_000} minutes` };
    return { problem: text.stderr.trim().split('\n').at(-1) || `${program} ended with ${code ?? signal}` };
  } catch (error) {
    return { problem: `${program} cannot be run (${error.code ?? error.message})` };
  }
}
