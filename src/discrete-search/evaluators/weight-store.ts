// Keeps the weights of evaluations for their children, as bytes of safetensors.

import { MixopError } from '../../base/errors.ts';
import { readWeights, removeWeights, writeWeights } from '../../runs/weight-files.ts';

export interface WeightStore {
  /** Throws a `MixopError` for weights that are not there. */
  read(name: string): Promise<Uint8Array>;
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Deletes all others. */
  prune(keep: (name: string) => boolean): Promise<void>;
}

/** The name of an evaluation's weights. */
export function nameOf(seed: number, id: number): string {
  return `${seed}-${id}`;
}

/** The inverse of `nameOf`. */
export function evaluationOf(name: string): { readonly seed: number; readonly id: number } {
  const [seed, id] = name.split('-').map(Number);
  return { seed: seed!, id: id! };
}

/** In a run's folder, where other processes and a resumed search find them. */
export function storeIn(run: string): WeightStore {
  return {
    read: (name) => readWeights(run, name),
    write: (name, bytes) => writeWeights(run, name, bytes),
    prune: (keep) => removeWeights(run, keep),
  };
}

/** As long as this process runs. */
export function storeInMemory(): WeightStore {
  const known = new Map<string, Uint8Array>();
  return {
    read(name) {
      const found = known.get(name);
      if (found !== undefined) return Promise.resolve(found);
      const remedy = 'give --out, a folder for them';
      return Promise.reject(new MixopError('run', `weights ${name}`, 'are in another process', remedy));
    },
    write(name, bytes) {
      known.set(name, bytes);
      return Promise.resolve();
    },
    prune(keep) {
      for (const name of known.keys()) if (!keep(name)) known.delete(name);
      return Promise.resolve();
    },
  };
}
