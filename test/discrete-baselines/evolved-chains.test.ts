// The chains of Large-Scale Evolution: what each mutation changes and what it leaves, keys, counting.

import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { isArchitecture } from '../../src/discrete-baselines/architecture.ts';
import {
  decodeChain,
  encodeChain,
  type EvolvedChain,
  type EvolvedLayer,
  learningRate,
  trivialChain,
} from '../../src/discrete-baselines/spaces/evolved-chain.ts';
import { mutations } from '../../src/discrete-baselines/spaces/evolved-mutations.ts';
import { evolvedChain, evolvedSpace } from '../../src/discrete-baselines/spaces/evolved-space.ts';
import { tournament } from '../../src/discrete-baselines/strategies/tournament.ts';
import { planted, runAll } from '../helpers/planted.ts';

const space = evolvedSpace();

function conv(id: number, channels: number, skip?: number): EvolvedLayer {
  const convolution = { height: 3, width: 5, stride: 1, channels } as const;
  return { id, convolution, active: true, ...(skip !== undefined && { skip }) };
}

/** Images, 3 convolutions, a one-to-one layer that adds vertex 1. */
const chain: EvolvedChain = {
  ...trivialChain,
  layers: [conv(4, 10), conv(0, 16, 0), conv(7, 16), { id: 2, active: false, skip: 1 }],
};

function outcomes(name: string, from: EvolvedChain = chain): readonly EvolvedChain[] {
  return mutations[name]!(from, evolvedChain).flat();
}

const ids = ({ layers }: EvolvedChain): readonly number[] => layers.map(({ id }) => id);
const skips = ({ layers }: EvolvedChain): readonly (number | undefined)[] => layers.map(({ skip }) => skip);

it('are the eleven of the paper', () => {
  expect(Object.keys(mutations)).toHaveLength(11);
});

describe.each(Object.keys(mutations))('%s', (name) => {
  it('gives chains of the space, which come back from their numbers', () => {
    const random = Random.fromSeed(1);
    const parents = [chain, ...Array.from({ length: 20 }, () => decodeChain(space.sample(random)))];
    let count = 0;
    for (const child of parents.flatMap((parent) => outcomes(name, parent))) {
      const numbers = encodeChain(child);
      if (!isArchitecture(space, numbers)) throw new Error(space.text(numbers));
      expect(decodeChain(numbers)).toEqual(child);
      count += 1;
    }
    expect(count).toBeGreaterThan(10);
  });
});

describe('mutations', () => {
  it.each([
    ['alter-learning-rate', 16],
    ['identity', 1],
    ['reset-weights', 1],
    // 5 places, 2 strides, active or not.
    ['insert-convolution', 20],
    ['remove-convolution', 3],
    ['alter-stride', 3],
    // 10: 5 to 20; 16: 8 to 32; each without itself.
    ['alter-number-of-channels', 15 + 24 + 24],
    // From 3: 5; from 5: 3, 7.
    ['filter-size', 3 * (1 + 2)],
    ['insert-one-to-one', 10],
    // The first layer has no earlier vertex but its input; the third has 0 and 1.
    ['add-skip', 2],
    ['remove-skip', 2],
  ])('%s has %i outcomes for a chain of four layers', (name, count) => {
    expect(new Set(outcomes(name).map((one) => encodeChain(one).join())).size).toBe(count);
  });

  it('leave the trivial chain what can be done with it', () => {
    const possible = Object.keys(mutations).filter((name) => outcomes(name, trivialChain).length > 0);
    expect(possible).toEqual([
      'alter-learning-rate',
      'identity',
      'reset-weights',
      'insert-convolution',
      'insert-one-to-one',
    ]);
    expect(learningRate(trivialChain)).toBe(0.1);
  });

  it('change the learning rate by a factor of two at most', () => {
    const factors = outcomes('alter-learning-rate').map((one) => learningRate(one) / learningRate(chain));
    expect([Math.min(...factors), Math.max(...factors)]).toEqual([0.5, 2]);
  });

  it('keep the numbers of weights of all other layers, and give a new layer one that its parent does not have', () => {
    for (const child of outcomes('insert-convolution')) {
      const added = ids(child).filter((id) => !ids(chain).includes(id));
      expect(added).toHaveLength(1);
      expect(ids(child).filter((id) => id !== added[0])).toEqual(ids(chain));
    }
    for (const name of ['alter-stride', 'filter-size', 'add-skip', 'alter-number-of-channels'])
      for (const child of outcomes(name)) expect(ids(child)).toEqual(ids(chain));
  });

  it('give up all weights by reset-weights, even of a chain that is full', () => {
    const full = { ...chain, layers: Array.from({ length: evolvedChain.layers }, (_, i) => conv(i, 8)) };
    const [child] = outcomes('reset-weights', full) as [EvolvedChain];
    expect(ids(child).filter((id) => ids(full).includes(id))).toEqual([]);
    expect(child.classifier).not.toBe(full.classifier);
    expect(space.key(encodeChain(child))).toBe(space.key(encodeChain(full)));
    expect(outcomes('insert-convolution', full)).toEqual([]);
  });

  it('keep skips at their vertices when a layer comes or goes', () => {
    const inserted = mutations['insert-one-to-one']!(chain, evolvedChain).map(([child]) => skips(child!));
    expect(inserted).toEqual([
      [undefined, undefined, 0, undefined, 2],
      [undefined, undefined, 0, undefined, 1],
      [undefined, 0, undefined, undefined, 1],
      [undefined, 0, undefined, undefined, 1],
      [undefined, 0, undefined, 1, undefined],
    ]);
    const removed = outcomes('remove-convolution').map(skips);
    // A skip from the layer's own input is none; the last stands where the first convolution was: at the images.
    expect(removed).toEqual([
      [undefined, undefined, 0],
      [undefined, undefined, 1],
      [undefined, 0, 1],
    ]);
  });
});

describe('the space', () => {
  it('counts the chains of a small one as they are enumerated', () => {
    const small = evolvedSpace({ name: 'small', layers: 1, channels: 1, firstChannels: 1 });
    const keys = new Set<string>();
    const walk = (prefix: readonly number[]): void => {
      const decision = small.next(prefix);
      if (decision === undefined) keys.add(prefix.filter((_, i) => i !== 1 && i !== 4).join());
      else for (const option of decision.allowed) walk([...prefix, option]);
    };
    walk([]);
    expect(BigInt(keys.size)).toBe(small.size);
  });

  it('has one key for chains that differ in numbers of weights or in layers that do nothing', () => {
    const idle = { id: 9, active: false };
    const numbered = { ...chain, layers: chain.layers.map((layer, i) => ({ ...layer, id: 20 - i })) };
    const longer = { ...chain, layers: [idle, ...chain.layers.map(shifted)] };
    for (const other of [numbered, longer])
      expect(space.key(encodeChain(other))).toBe(space.key(encodeChain(chain)));
    const skipping = { ...chain, layers: chain.layers.with(3, { id: 2, active: false }) };
    expect(space.key(encodeChain(skipping))).not.toBe(space.key(encodeChain(chain)));
  });

  it('samples, crosses and lists neighbours within itself', () => {
    const random = Random.fromSeed(2);
    for (let i = 0; i < 100; i++) {
      const [a, b] = [space.sample(random), space.sample(random)];
      for (const one of [a, space.mutate(a, random), space.crossover(a, b, random)])
        expect(isArchitecture(space, one)).toBe(true);
      expect(space.encode(a, 'oneHot')).toHaveLength(space.encode(b, 'oneHot').length);
    }
    const keys = [encodeChain(chain), ...space.neighbours(encodeChain(chain))].map((one) => space.key(one));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBeGreaterThan(100);
  });

  it('evolves by pairwise tournaments from the trivial chain to a planted one', async () => {
    const searcher = tournament(space, { population: 20 });
    const evaluator = planted((architecture) => worth(decodeChain(architecture)));
    const results = await runAll({ space, searcher, evaluator, seed: 1, limits: { evaluations: 600 } });
    for (const { architecture } of results.slice(0, 20)) expect(architecture).toEqual(space.start);
    expect(Math.max(...results.map(({ evaluation }) => evaluation.score))).toBeGreaterThan(60);
  });
});

/** Convolutions are good, up to 5 of them with 20 channels each; weights play no part. */
function worth({ layers }: EvolvedChain): number {
  const channels = layers.map(({ convolution }) => Math.min(20, convolution?.channels ?? 0));
  return channels.reduce((sum, one) => sum + one, 0) - Math.max(0, layers.length - 5) * 20;
}

function shifted({ skip, ...layer }: EvolvedLayer): EvolvedLayer {
  return { ...layer, ...(skip !== undefined && { skip: skip === 0 ? 0 : skip + 1 }) };
}
