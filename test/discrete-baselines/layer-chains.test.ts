// The chains of MetaQNN: which layers may follow, counting, and Q-learning on them.

import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { type Architecture, isArchitecture } from '../../src/discrete-baselines/architecture.ts';
import {
  chainLayers,
  type LayerChainSettings,
  layerChainSpace,
  metaQnnChain,
} from '../../src/discrete-baselines/spaces/layer-chain.ts';
import { metaQnn, qLearning } from '../../src/discrete-baselines/strategies/q-learning.ts';
import { planted, runAll } from '../helpers/planted.ts';

const published = layerChainSpace(metaQnnChain);
const small: LayerChainSettings = { name: 'small', image: 6, layers: 3, channels: 4 };

/** The option that is written like this. */
function optionsOf(settings: LayerChainSettings, text: string): Architecture {
  const space = layerChainSpace(settings);
  const names = chainLayers(settings).map((_, option) => space.text([option]));
  return text.split(' ').map((name) => names.indexOf(name));
}

function everyChain(settings: LayerChainSettings): Architecture[] {
  const space = layerChainSpace(settings);
  const from = (prefix: Architecture): Architecture[] => {
    const decision = space.next(prefix);
    return decision === undefined ? [prefix] : decision.allowed.flatMap((one) => from([...prefix, one]));
  };
  return from([]);
}

describe('a chain of MetaQNN', () => {
  it.each([
    ['C(64,3) SM', true],
    ['C(64,3) P(3,2) C(128,5) GAP', true],
    ['C(64,3) P(5,3) C(64,1) P(3,2) C(64,3) FC(512) FC(128) SM', true],
    // No network without a layer, and none that begins by pooling.
    ['SM', false],
    ['GAP', false],
    ['P(2,2) SM', false],
    ['C(64,3) P(2,2) P(2,2) SM', false],
    // An image of 32 is too large for a fully connected layer; three of them are too many; they do not grow.
    ['C(64,3) FC(128) SM', false],
    ['C(64,3) P(5,3) C(64,1) P(5,3) FC(512) FC(256) FC(128) SM', false],
    ['C(64,3) P(5,3) C(64,1) P(5,3) FC(128) FC(256) SM', false],
    ['C(64,3) P(5,3) C(64,1) P(5,3) FC(512) GAP', false],
    ['C(64,3) P(5,3) C(64,1) P(5,3) FC(512) C(64,1) SM', false],
    // After two pools of 5 an image of 2 is left: no filter of 3.
    ['C(64,3) P(5,3) C(64,1) P(5,3) C(64,3) SM', false],
    ['C(64,3) P(5,3) C(64,1) P(5,3) C(64,1) SM', true],
    ['C(64,3)', false],
    ['C(64,3) SM C(64,3)', false],
  ])('%s: %s', (text, valid) => {
    expect(isArchitecture(published, optionsOf(metaQnnChain, text))).toBe(valid);
  });

  it('has 18 layers at most', () => {
    const valid = [18, 19].map((count) =>
      isArchitecture(published, optionsOf(metaQnnChain, `${'C(64,1) '.repeat(count)}SM`)),
    );
    expect(valid).toEqual([true, false]);
  });
});

describe('the space', () => {
  it.each([{ ...small, layers: 1 }, { ...small, layers: 2 }, small, { ...small, image: 4 }])(
    'counts what enumerating gives ($layers layers, images of $image)',
    (settings) => {
      expect(layerChainSpace(settings).size).toBe(BigInt(everyChain(settings).length));
    },
  );

  it('samples, mutates, crosses and lists neighbours within itself', () => {
    const random = Random.fromSeed(1);
    for (let i = 0; i < 30; i++) {
      const [a, b] = [published.sample(random), published.sample(random)];
      const near = published.neighbours(a);
      const child = published.mutate(a, random);
      for (const one of [a, child, published.crossover(a, b, random), ...near])
        if (!isArchitecture(published, one)) throw new Error(published.text(one));
      expect(near).toContainEqual(child);
      expect(new Set([a, ...near].map((one) => published.key(one))).size).toBe(near.length + 1);
      expect(near.every((one) => Math.abs(one.length - a.length) <= 1)).toBe(true);
      expect(published.encode(a, 'oneHot').reduce((sum, one) => sum + one, 0)).toBe(a.length);
    }
  });

  it('has the states of the paper: depth, layer, size of the image in three bins, fully connected layers', () => {
    // Of 32 pixels 10 and 15 are left; of 10 then 2 and 4.
    expect(state('C(64,3) P(5,3) C(64,1)')).toBe(state('C(64,5) P(3,2) C(64,1)'));
    expect(state('C(64,3) P(5,3) C(64,1) P(5,3)')).toMatch(/^4:\d+:1:0$/);
    expect(state('C(64,3) P(5,3) C(64,1) P(3,2) FC(256)')).toMatch(/^5:\d+:4:1$/);
  });
});

it('is what Q-learning works on: its greedy policy is the brute-force argmax', async () => {
  const settings = { ...small, layers: 2 };
  const space = layerChainSpace(settings);
  const best = everyChain(settings).reduce((a, b) => (score(b) > score(a) ? b : a));
  const learning = { ...metaQnn, rate: 0.2, first: 0, state: 'prefix', schedule: 0.3, replay: 20 } as const;
  const searcher = qLearning(space, learning);
  const options = { space, searcher, evaluator: planted(score), seed: 2 };
  const results = await runAll({ ...options, limits: { evaluations: 1500 } });
  const state = searcher.tell(searcher.init(Random.fromSeed(0)), results, Random.fromSeed(1));
  const greedy: number[] = [];
  for (let open = space.next(greedy); open !== undefined; open = space.next(greedy)) {
    const values = state.q[greedy.join(' ')] ?? {};
    greedy.push(open.allowed.reduce((a, b) => ((values[b] ?? 0) > (values[a] ?? 0) ? b : a)));
  }
  expect(space.text(greedy)).toBe(space.text(best));
});

/** No structure to lean on: every chain has a score of its own. */
function score(chain: Architecture): number {
  return 50 + 45 * Math.sin(chain.reduce((sum, x) => 21 * sum + x, 3));
}

function state(text: string): string {
  return published.state!(optionsOf(metaQnnChain, text));
}
