// How errors end: those that a user can fix as one line with an exit code, defects with a stack trace.

import { CommanderError } from 'commander';
import { type ErrorKind, exitCodes, MixopError } from '../../base/errors.ts';
import { version } from '../../engine/version.ts';

/** What the exit codes mean, for `mixop --help`. */
const meanings: Readonly<Record<ErrorKind, string>> = {
  usage: 'the command line is wrong',
  config: 'the configuration is wrong',
  data: 'data, alphas or a genotype are unreadable or wrong',
  run: 'a run folder cannot be read, written or resumed',
  numeric: 'a loss is no longer finite',
  device: 'an executor is unavailable, out of memory, or failed',
  check: 'a check failed (verify, doctor, bench kernels --compare)',
  interrupted: 'stopped by Ctrl-C; progress is saved',
};

export const exitCodeHelp: string = [
  'Exit codes:',
  ...[
    [0, 'success'] as const,
    [1, 'a bug in mixop'] as const,
    ...(Object.keys(meanings) as ErrorKind[]).map((kind) => [exitCodes[kind], meanings[kind]] as const),
  ].map(([code, meaning]) => `  ${String(code).padEnd(4)} ${meaning}`),
].join('\n');

/** Prints on stderr what went wrong; returns the exit code. */
export function fail(error: unknown): number {
  // Help and version have been printed already.
  if (error instanceof CommanderError) return 0;
  if (error instanceof MixopError) {
    console.error(`mixop: ${error.message.replaceAll(/\s*\n\s*/g, ' ')}`);
    return exitCodes[error.kind];
  }
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  console.error(`mixop ${version}: this is a bug in mixop; please report it with the lines above`);
  return 1;
}
