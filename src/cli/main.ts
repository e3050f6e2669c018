#!/usr/bin/env node
// The `mixop` command: parses, runs, and is the one place where errors end.

import { MixopError } from '../base/errors.ts';
import { fail } from './terminal/fail.ts';
import { createProgram } from './program.ts';

// Where the reader of a pipe has gone (`mixop runs ls | head`) there is nobody to tell. A search listens itself.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (process.stdout.listenerCount('error') > 1) return;
  // An error that was told already has set the exit code.
  if (error.code === 'EPIPE' || (process.exitCode ?? 0) !== 0) process.exit();
  const problem = `cannot be written (${error.code ?? error.message})`;
  process.exit(fail(new MixopError('run', 'standard output', problem, 'make room, or send it elsewhere')));
});
process.on('uncaughtException', (error) => {
  process.exit(fail(error));
});

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = fail(error);
}
