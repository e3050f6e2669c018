// What the tests of runs share: a folder of their own, a machine, and errors as text.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { MixopError } from '../../src/base/errors.ts';
import { describeMachine } from '../../src/runs/machine.ts';

export const machine = describeMachine({ mixop: '0.0.0', executor: 'reference', adapter: null, threads: 1 });

/** A path inside a fresh folder for each test; the folder is removed after it. */
export function useTemporaryFolder(): (...names: string[]) => string {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mixop-test-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  return (...names) => join(folder, ...names);
}

/** The message of the MixopError that `action` fails with. */
export async function errorOf(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (error) {
    if (error instanceof MixopError) return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
}
