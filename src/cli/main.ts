#!/usr/bin/env node
// The `mixop` command: parses, runs, and is the only place where errors end.

import { MixopError } from '../base/errors.ts';
import { fail } from './terminal/fail.ts';
import { createProgram } from './program.ts';

// When the reader of a pipe has closed it (`mixop runs ls | head`), nobody reads on. Interruptible runs listen themselves.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (process.stdout.listenerCount('error') > 1) return;
  // An error that was already reported has set the exit code.
  if (error.code === 'EPIPE' || (process.exitCode ?? 0) !== 0) process.exit();
  const problem = `cannot be written (${error.code ?? error.message})`;
  process.exit(
    fail(
      new MixopError('run', 'standard output', problem, 'free some space, or redirect the output elsewhere'),
    ),
  );
});
process.on('uncaughtException', (error) => {
  process.exit(fail(error));
});

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = fail(error);
}
