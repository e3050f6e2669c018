#!/usr/bin/env node
// The `mixop` command: parses, runs, and is the one place where errors end.

import { fail } from './fail.ts';
import { createProgram } from './program.ts';

// Where the reader of a pipe has gone (`mixop runs ls | head`) there is nobody to tell. A search listens itself.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  if (process.stdout.listenerCount('error') === 1) process.exit();
});
process.on('uncaughtException', (error) => {
  process.exit(fail(error));
});

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = fail(error);
}
