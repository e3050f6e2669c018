// The paths that a step of the shared weights trains: one architecture drawn uniformly, several that use every operation
// once, the whole supernet with operations dropped at random, or architectures of a controller.

import { MixopError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import type { Architecture } from '../discrete-baselines/architecture.ts';
import type { CellDecisionSpace } from '../discrete-baselines/spaces/cell-space.ts';

export const samplings = ['uniform', 'fair', 'path-dropout', 'controller'] as const;
export type Sampling = (typeof samplings)[number];

/** Defaults of the settings that belong to one sampling; see `SamplingSettings`. */
export const samplingDefaults = { dropout: 0.1, rewards: 300 } as const;

export interface SamplingSettings {
  /** Of `path-dropout`: the probability that a node loses all its inputs; it rises linearly to this in the last step. */
  readonly dropout: number;
  /** Of `controller`: architectures that train it after every epoch, ten per step of the controller. */
  readonly rewards: number;
}

/** Throws a `MixopError` unless the name is that of a sampling. */
export function samplingNamed(name: string): Sampling {
  const found = samplings.find((one) => one === name);
  if (found !== undefined) return found;
  throw new MixopError('usage', '--sampling', `"${name}" is not known`, `known: ${samplings.join(', ')}`);
}

/** Steps whose paths are drawn together: as many as there are operations where each operation has its turn. */
export function pathsAStep(sampling: Sampling, space: CellDecisionSpace): number {
  return sampling === 'fair' ? space.description.operations.length : 1;
}

/**
 * The architectures of a step, trained one after the other on one batch each. `uniform`: one (Guo et al. 2020, section
 * 3.2). `fair`: as many as there are operations, so that on every chosen edge each operation is trained once (Chu et al.
 * 2021, FairNAS, section 3.3, with a weight step after every path instead of one after all).
 */
export function pathsOf(
  sampling: 'uniform' | 'fair',
  space: CellDecisionSpace,
  random: Random,
): readonly Architecture[] {
  const first = space.sample(random);
  if (sampling === 'uniform') return [first];
  const operations = space.description.operations.length;
  const orders = first.map(() => random.permutation(operations));
  return Array.from({ length: operations }, (_, path) => {
    const taken: number[] = [];
    for (const [position, option] of first.entries()) {
      const operation = space.next(taken)!.kind === 'operation';
      taken.push(operation ? orders[position]![path]! : option);
    }
    return taken;
  });
}
