// Spawns the built command line, at most two at once, and gives what it wrote and how it ended.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
export const cli = `${root}dist/cli.js`;

export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Options {
  /** The current folder. */
  readonly cwd: string;
  /** Sees the process and all its output so far, after each piece of it. */
  readonly watch?: (child: ChildProcess, output: string) => void;
  /** Has the process as soon as it is there. */
  readonly started?: (child: ChildProcess) => void;
}

/** Builds dist where the sources changed since it was made. */
export async function buildCli(): Promise<void> {
  const program = "import('./scripts/build.mjs').then(({ ensureBuilt }) => ensureBuilt())";
  const build = spawn(process.execPath, ['-e', program], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(build, 'close')) as [number | null];
  if (code !== 0) throw new Error('dist could not be built, see above');
}

let free = 2;
const waiting: (() => void)[] = [];

async function inTurn<T>(use: () => Promise<T>): Promise<T> {
  if (free > 0) free -= 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await use();
  } finally {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  }
}

/** Runs any program, with colours off, as users' pipes have it. */
export function runProgram(command: string, args: readonly string[], options: Options): Promise<Ended> {
  return inTurn(async () => {
    // Where CI is set, colours are on even in a pipe; npm's own variables would say that npm started it.
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith('npm_'));
    const env = { ...Object.fromEntries(own), NO_COLOR: '1' };
    const child = spawn(command, args, { cwd: options.cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    options.started?.(child);
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (piece: string) => {
        text[name] += piece;
        options.watch?.(child, text.stdout + text.stderr);
      });
    }
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return { code, signal, ...text };
  });
}

/** `mixop ARGUMENTS`; arguments as one text, split at spaces, or as a list. */
export function mixop(args: string | readonly string[], options: Options): Promise<Ended> {
  const list = typeof args === 'string' ? args.split(' ').filter((part) => part !== '') : args;
  return runProgram(process.execPath, [cli, ...list], options);
}

/** The names that the built library exports. */
export function builtExports(): readonly string[] {
  const text = readFileSync(`${root}dist/index.js`, 'utf8');
  const [, names = ''] = /export \{([^}]*)\}/.exec(text) ?? [];
  return names.split(',').map((name) => name.trim().split(' as ').at(-1)!);
}
