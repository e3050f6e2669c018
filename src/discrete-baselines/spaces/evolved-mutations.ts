// The mutations of Large-Scale Evolution (Real et al. 2017, section 3.2). Each lists what can come of a chain, by place:
// a place is drawn, then one of its outcomes, both uniformly.

import {
  type Convolution,
  type EvolvedChain,
  type EvolvedLayer,
  type EvolvedSettings,
  largestSide,
  layerIds,
  rates,
} from './evolved-chain.ts';

/** By place; nothing where a chain has nothing of the kind. */
type Mutation = (chain: EvolvedChain, settings: EvolvedSettings) => readonly (readonly EvolvedChain[])[];

/** The paper's, by its names. */
export const mutations: Readonly<Record<string, Mutation>> = {
  'alter-learning-rate': (chain) => [
    // Between half and twice the value, evenly on a logarithmic scale.
    range(chain.rate - 8, chain.rate + 8, 0, rates - 1)
      .filter((rate) => rate !== chain.rate)
      .map((rate) => ({ ...chain, rate })),
  ],
  // Trains on.
  identity: (chain) => [[chain]],
  'reset-weights': (chain, settings) => {
    const free = freeIds(chain, settings);
    const layers = chain.layers.map((layer, i) => ({ ...layer, id: free[i]! }));
    return [[{ ...chain, classifier: 1 - chain.classifier, layers }]];
  },
  'insert-convolution': (chain, settings) =>
    insertions(chain, settings, (at) =>
      ([1, 2] as const).flatMap((stride) => {
        const channels = channelsBefore(chain, at, settings);
        const convolution = { height: 3, width: 3, stride, channels };
        return [true, false].map((active) => ({ convolution, active }));
      }),
    ),
  'remove-convolution': (chain) =>
    chain.layers.flatMap(({ convolution }, i) => (convolution === undefined ? [] : [[without(chain, i)]])),
  'alter-stride': (chain) => convolutions(chain, ({ stride }) => [{ stride: stride === 1 ? 2 : 1 }]),
  'alter-number-of-channels': (chain, settings) =>
    convolutions(chain, ({ channels }) =>
      around(channels, 1, settings.channels).map((other) => ({ channels: other })),
    ),
  'filter-size': (chain) =>
    convolutions(chain, ({ height, width }) => [
      ...oddAround(height).map((other) => ({ height: other })),
      ...oddAround(width).map((other) => ({ width: other })),
    ]),
  'insert-one-to-one': (chain, settings) =>
    insertions(chain, settings, () => [true, false].map((active) => ({ active }))),
  'add-skip': (chain) =>
    chain.layers.flatMap(({ skip }, i) =>
      skip !== undefined || i === 0
        ? []
        : [range(0, i - 1).map((from) => replaced(chain, i, (layer) => ({ ...layer, skip: from })))],
    ),
  'remove-skip': (chain) =>
    chain.layers.flatMap(({ skip }, i) => (skip === undefined ? [] : [[replaced(chain, i, withoutSkip)]])),
};

/** The chain without a layer; skips from it start at the layer before, unless that is their own input. */
function without(chain: EvolvedChain, index: number): EvolvedChain {
  const layers = chain.layers.toSpliced(index, 1).map(({ skip, ...layer }, i) => {
    const from = skip !== undefined && skip > index ? skip - 1 : skip;
    return from !== undefined && from < i ? { ...layer, skip: from } : layer;
  });
  return { ...chain, layers };
}

function withoutSkip({ id, active, convolution }: EvolvedLayer): EvolvedLayer {
  return { id, active, ...(convolution && { convolution }) };
}

/** New layers at every place of a chain that is not full. */
function insertions(
  chain: EvolvedChain,
  settings: EvolvedSettings,
  made: (at: number) => readonly Omit<EvolvedLayer, 'id'>[],
): readonly (readonly EvolvedChain[])[] {
  if (chain.layers.length >= settings.layers) return [];
  const id = freeIds(chain, settings)[0]!;
  return range(0, chain.layers.length).map((at) =>
    made(at).map((layer) => {
      const later = chain.layers
        .slice(at)
        .map((one) => (one.skip !== undefined && one.skip > at ? { ...one, skip: one.skip + 1 } : one));
      return { ...chain, layers: [...chain.layers.slice(0, at), { ...layer, id }, ...later] };
    }),
  );
}

/** Changes of every convolution. */
function convolutions(
  chain: EvolvedChain,
  changes: (convolution: Convolution) => readonly Partial<Convolution>[],
): readonly (readonly EvolvedChain[])[] {
  return chain.layers.flatMap(({ convolution }, i) =>
    convolution === undefined
      ? []
      : [
          changes(convolution).map((change) =>
            replaced(chain, i, (layer) => ({ ...layer, convolution: { ...convolution, ...change } })),
          ),
        ],
  );
}

function replaced(
  chain: EvolvedChain,
  index: number,
  change: (layer: EvolvedLayer) => EvolvedLayer,
): EvolvedChain {
  return { ...chain, layers: chain.layers.with(index, change(chain.layers[index]!)) };
}

/** Channels of the last convolution before a place. */
function channelsBefore({ layers }: EvolvedChain, at: number, { firstChannels }: EvolvedSettings): number {
  const before = layers.slice(0, at).findLast(({ convolution }) => convolution !== undefined);
  return before?.convolution?.channels ?? firstChannels;
}

/** Numbers that no layer has. */
function freeIds({ layers }: EvolvedChain, settings: EvolvedSettings): readonly number[] {
  const used = new Set(layers.map(({ id }) => id));
  return layerIds(settings).filter((id) => !used.has(id));
}

/** Other whole numbers from half a value to twice of it. */
function around(value: number, least: number, most: number): readonly number[] {
  return range(Math.ceil(value / 2), 2 * value, least, most).filter((other) => other !== value);
}

function oddAround(side: number): readonly number[] {
  return around(side, 1, largestSide).filter((other) => other % 2 === 1);
}

/** Whole numbers from first to last, both counted, within bounds. */
function range(first: number, last: number, least = first, most = last): readonly number[] {
  const [from, to] = [Math.max(first, least), Math.min(last, most)];
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}
