// Asks mixop about the runs of an older version: what each command answers, as plain values without the layout of the
// terminal, without clocks and without places.

import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mixop } from './run-cli.ts';
import { type Outcome, outcomeOf, tensorsHash } from './run-outcome.ts';

export const oldRuns = fileURLToPath(new URL('../fixtures/runs-fdeb9d4', import.meta.url));

/** `runs`: the current folder of commands, with the runs and what they name; `other`: beside it, for what is made of them. */
export interface Workplace {
  readonly runs: string;
  readonly other: string;
}

/** A copy of all runs. */
export function copyOfAll(): Workplace {
  const other = mkdtempSync(join(tmpdir(), 'mixop-old-'));
  cpSync(oldRuns, join(other, 'runs'), { recursive: true });
  return { runs: join(other, 'runs'), other };
}

/** For a command that goes on with one run: a copy of it, beside links to the others, which it only reads. */
export async function besideCopy<T>(
  run: string,
  all: Workplace,
  use: (at: Workplace) => Promise<T>,
): Promise<T> {
  const other = mkdtempSync(join(tmpdir(), 'mixop-old-'));
  const runs = join(other, 'runs');
  mkdirSync(runs);
  const [folder] = run.split('/');
  try {
    for (const name of readdirSync(all.runs)) {
      if (name === folder) cpSync(join(all.runs, name), join(runs, name), { recursive: true });
      else symlinkSync(join(all.runs, name), join(runs, name));
    }
    return await use({ runs, other });
  } finally {
    rmSync(other, { recursive: true, force: true });
  }
}

async function succeed(
  args: readonly string[],
  { runs }: Workplace,
): Promise<{ stdout: string; stderr: string }> {
  const ended = await mixop(args, { cwd: runs });
  if (ended.code !== 0) throw new Error(`mixop ${args.join(' ')}: ${ended.stderr}`);
  return ended;
}

/** The objects that a command prints, a line each. */
export async function answers(args: string, at: Workplace): Promise<readonly unknown[]> {
  const { stdout } = await succeed(args.split(' '), at);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

/** SHA-256 of the exported tensors. */
export async function exported(run: string, weights: string, at: Workplace): Promise<string> {
  const file = join(at.other, `${run.replaceAll('/', '-')}-${weights}.safetensors`);
  await succeed(['export', run, '--safetensors', file, '--weights', weights], at);
  return tensorsHash(file);
}

/** What a report says: the whole page without its marks, and the numbers in its tables. */
export async function reported(
  run: string,
  at: Workplace,
): Promise<{ readonly text: string; readonly numbers: readonly string[] }> {
  const file = join(at.other, `${run.replaceAll('/', '-')}.html`);
  await succeed(['report', run, '--out', file], at);
  const page = readFileSync(file, 'utf8');
  const cells = Array.from(page.matchAll(/<td[^>]*>([^<]*)<\/td>/g), ([, cell]) => cell!.trim());
  const plain = page.replaceAll(/<[^>]*>/g, '').replaceAll('&#39;', "'");
  return { text: plain, numbers: cells.filter((cell) => /^[-+]?\d*\.?\d+%?$/.test(cell)) };
}

/** What a run ends with that goes on, and what it is told about: nothing, since nothing has to be repaired. */
export async function resumed(
  run: string,
  args: string,
  at: Workplace,
): Promise<Outcome & { readonly warnings: string }> {
  const { stderr } = await succeed([...args.split(' '), '--out', run, '--resume'], at);
  return { ...(await outcomeOf(join(at.runs, run))), warnings: stderr };
}
