// How errors end: what a user can mend as one line and its exit code, a defect with its stack trace.

import { CommanderError } from 'commander';
import { type ErrorKind, exitCodes, MixopError } from '../../base/errors.ts';
import { version } from '../../engine/version.ts';
import { usageError } from './usage-error.ts';

/** What the exit codes mean, for `mixop --help`. */
const meanings: Readonly<Record<ErrorKind, string>> = {
  usage: 'the command line is wrong',
  config: 'the configuration is wrong',
  data: 'data, alphas or a genotype cannot be read or are wrong',
  run: 'a run folder cannot be read, written or resumed',
  numeric: 'a loss is not finite any more',
  device: 'an executor cannot be had or broke down',
  check: 'a check failed (verify, doctor)',
  interrupted: 'stopped by Ctrl-C; what was done is saved',
};

export const exitCodeHelp: string = [
  'Exit codes:',
  ...[
    [0, 'success'] as const,
    [1, 'a defect of mixop'] as const,
    ...(Object.keys(meanings) as ErrorKind[]).map((kind) => [exitCodes[kind], meanings[kind]] as const),
  ].map(([code, meaning]) => `  ${String(code).padEnd(4)} ${meaning}`),
].join('\n');

/** Says on stderr what went wrong, and gives the exit code. */
export function fail(error: unknown): number {
  const known = error instanceof CommanderError ? usageError(error) : error;
  // Help and version have been printed already.
  if (known === undefined) return 0;
  if (known instanceof MixopError) {
    console.error(`mixop: ${known.message.replaceAll(/\s*\n\s*/g, ' ')}`);
    return exitCodes[known.kind];
  }
  console.error(known instanceof Error ? (known.stack ?? known.message) : known);
  console.error(`mixop ${version}: this is a defect of mixop; please report it with the lines above`);
  return 1;
}
