// The search space of Large-Scale Evolution's chains: evolved-chain.ts says what an architecture is.

import type { Random } from '../../base/random.ts';
import type { Architecture, DecisionSpace } from '../architecture.ts';
import { crossDecisions, pick, sampleDecisions } from '../decisions.ts';
import {
  decodeChain,
  encodeChain,
  type EvolvedChain,
  type EvolvedSettings,
  learningRate,
  nextOfChain,
  rates,
  trivialChain,
} from './evolved-chain.ts';
import { pathIndicators } from './path-indicators.ts';
import { mutations } from './evolved-mutations.ts';

/** Sizes for short trainings; in the paper nothing but the worker's memory bounds a chain. */
export const evolvedChain: EvolvedSettings = {
  name: 'evolved-chain',
  layers: 12,
  channels: 64,
  firstChannels: 8,
};

export function evolvedSpace(settings: EvolvedSettings = evolvedChain): DecisionSpace {
  const next = nextOfChain(settings);
  return {
    name: settings.name,
    size: sizeOf(settings),
    start: encodeChain(trivialChain),
    next,
    key,
    sample: (random) => sampleDecisions(next, random),
    mutate: (architecture, random) => encodeChain(mutated(decodeChain(architecture), settings, random)),
    crossover: (a, b, random) => crossDecisions(next, a, b, random),
    neighbours(architecture) {
      const seen = new Set([key(architecture)]);
      const chain = decodeChain(architecture);
      return Object.values(mutations)
        .flatMap((mutation) => mutation(chain, settings).flat())
        .map((child) => encodeChain(child))
        .filter((child) => !seen.has(key(child)) && seen.add(key(child)));
    },
    text: (architecture) => chainText(decodeChain(architecture)),
    encode(architecture, encoding) {
      const chain = decodeChain(architecture);
      if (encoding === 'path') return paths(reduced(chain));
      return oneHot(encoding === 'oneHot' ? chain : reduced(chain), settings);
    },
  };
}

function key(architecture: Architecture): string {
  return chainText(reduced(decodeChain(architecture)));
}

/** One of the mutations that say something of the chain, each as likely, at a place, with an outcome. */
function mutated(chain: EvolvedChain, settings: EvolvedSettings, random: Random): EvolvedChain {
  const possible = Object.values(mutations)
    .map((mutation) => mutation(chain, settings).filter((outcomes) => outcomes.length > 0))
    .filter((places) => places.length > 0);
  return pick(pick(pick(possible, random), random), random);
}

/** Without layers that do nothing; numbers of weights play no part. */
function reduced(chain: EvolvedChain): EvolvedChain {
  // The vertex that stands for each, when what does nothing is gone.
  const vertices = [0];
  const layers: EvolvedChain['layers'][number][] = [];
  for (const { skip, ...layer } of chain.layers) {
    const nothing = layer.convolution === undefined && !layer.active && skip === undefined;
    if (!nothing) layers.push({ ...layer, ...(skip !== undefined && { skip: vertices[skip]! }) });
    vertices.push(layers.length);
  }
  return { ...chain, layers };
}

/** `rate 0.1 | 3x3 s2 c16 bn-relu | one-to-one +0`: `+0` adds vertex 0, the images. */
function chainText(chain: EvolvedChain): string {
  const layers = chain.layers.map(({ convolution, active, skip }) =>
    [
      convolution === undefined
        ? 'one-to-one'
        : `${convolution.height}x${convolution.width} s${convolution.stride} c${convolution.channels}`,
      ...(skip === undefined ? [] : [`+${skip}`]),
      ...(active ? ['bn-relu'] : []),
    ].join(' '),
  );
  return [`rate ${Number(learningRate(chain).toPrecision(3))}`, ...layers].join(' | ');
}

/** By layer: kind, activation, skip, sizes of the filters, stride, channels; before them the learning rate. */
function oneHot(chain: EvolvedChain, { layers, channels }: EvolvedSettings): Float64Array {
  const widths = [2, 2, layers, 4, 4, 2, channels];
  const width = widths.reduce((sum, size) => sum + size, 0);
  const result = new Float64Array(rates + layers * width);
  result[chain.rate] = 1;
  for (const [i, { convolution, active, skip = -1 }] of chain.layers.entries()) {
    const options = [convolution === undefined ? 0 : 1, Number(active), skip + 1];
    if (convolution !== undefined) {
      const { height, width: across, stride, channels: wide } = convolution;
      options.push((height - 1) / 2, (across - 1) / 2, stride - 1, wide - 1);
    }
    let at = rates + i * width;
    for (const [field, option] of options.entries()) {
      result[at + option] = 1;
      at += widths[field]!;
    }
  }
  return result;
}

/** Operations of the longest paths that have an indicator. */
const longestPath = 6;

/** Sequences of what layers do, from the images to any layer: ReLU alone (0), convolutions of stride 1 and 2. */
function paths({ layers }: EvolvedChain): Float64Array {
  const edges = layers.flatMap(({ convolution, active, skip }, i) => [
    { from: i, to: i + 1, operation: convolution?.stride ?? (active ? 0 : undefined) },
    ...(skip === undefined ? [] : [{ from: skip, to: i + 1, operation: undefined }]),
  ]);
  return pathIndicators(edges, 0, new Set(layers.map((_, i) => i + 1)), 3, longestPath);
}

/** Rates times the chains of every length: 2 + 4 * 4 * 2 * 2 * channels layers without a skip, and layer i has i - 1 skips. */
function sizeOf({ layers, channels }: EvolvedSettings): bigint {
  const kinds = BigInt(2 + 64 * channels);
  let [total, chains] = [1n, 1n];
  for (let i = 1; i <= layers; i++) total += chains *= kinds * BigInt(i);
  return BigInt(rates) * total;
}
