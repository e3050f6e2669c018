// Where the weights of evaluations are kept for their children, as bytes of safetensors.

import { MixopError } from '../../base/errors.ts';
import { readWeights, removeWeights, writeWeights } from '../../runs/weight-files.ts';

export interface WeightStore {
  /** Throws a `MixopError` for what was never written. */
  read(name: string): Promise<Uint8Array>;
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Forgets what is not to be kept. */
  prune(keep: (name: string) => boolean): Promise<void>;
}

/** Of the weights that an evaluation of a search left. */
export function nameOf(seed: number, id: number): string {
  return `${seed}-${id}`;
}

/** The inverse of `nameOf`. */
export function evaluationOf(name: string): { readonly seed: number; readonly id: number } {
  const [seed, id] = name.split('-').map(Number);
  return { seed: seed!, id: id! };
}

/** In a run's folder: other processes find them too, and a resumed search. */
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
      const remedy = 'give --out, where they are kept';
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
