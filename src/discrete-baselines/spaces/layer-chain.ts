// The chains of MetaQNN (Baker et al. 2017, section 4.1 and table 1, and the authors' code): convolutions, max pools and
// fully connected layers, one decision a layer, until the chain ends. Which layers may follow depends on the layer before
// and on the size of the image that is left.

import type { Random } from '../../base/random.ts';
import type { Architecture, Decision, DecisionSpace } from '../architecture.ts';
import { crossDecisions, editsOf, pick, sampleDecisions } from '../decisions.ts';

export interface LayerChainSettings {
  readonly name: string;
  /** Height and width of the images. */
  readonly image: number;
  /** Layers before the classifier at most. */
  readonly layers: number;
  /** Of the narrowest convolution; 64 in the paper. */
  readonly channels: number;
}

export type ChainLayer =
  | { readonly kind: 'convolution'; readonly kernel: number; readonly channels: number }
  /** Unpadded. */
  | { readonly kind: 'maxPool'; readonly kernel: number; readonly stride: number }
  | { readonly kind: 'dense'; readonly outputs: number }
  /** The end: the classifier takes the average of every channel, or all there is. */
  | { readonly kind: 'averages' }
  | { readonly kind: 'all' };

/** As published for CIFAR-10. */
export const metaQnnChain: LayerChainSettings = { name: 'metaqnn', image: 32, layers: 18, channels: 64 };

/** Fully connected layers at most, and the largest image that they may follow. */
const [mostDense, denseImage] = [2, 4];

/** The layers that a decision chooses from, in the order of its options. */
export function chainLayers({ channels }: LayerChainSettings): readonly ChainLayer[] {
  return [
    { kind: 'all' },
    { kind: 'averages' },
    ...[1, 2, 4, 8].flatMap((times) =>
      [1, 3, 5].map((kernel) => ({ kind: 'convolution', kernel, channels: channels * times }) as const),
    ),
    ...(
      [
        [5, 3],
        [3, 2],
        [2, 2],
      ] as const
    ).map(([kernel, stride]) => ({ kind: 'maxPool', kernel, stride }) as const),
    ...[8, 4, 2].map((times) => ({ kind: 'dense', outputs: channels * times }) as const),
  ];
}

/** Where a chain stands after some layers. */
interface Standing {
  readonly depth: number;
  readonly last: ChainLayer | undefined;
  readonly image: number;
  readonly dense: number;
}

function after({ depth, image, dense }: Standing, layer: ChainLayer): Standing {
  const left = layer.kind === 'maxPool' ? Math.floor((image - layer.kernel) / layer.stride) + 1 : image;
  return { depth: depth + 1, last: layer, image: left, dense: dense + Number(layer.kind === 'dense') };
}

/** Whether a layer may come next. */
function follows(layer: ChainLayer, { depth, last, image, dense }: Standing, limit: number): boolean {
  // A network has a layer beside its classifier.
  if (layer.kind === 'all') return last !== undefined;
  if (depth >= limit) return false;
  const spatial = last === undefined || last.kind === 'convolution' || last.kind === 'maxPool';
  switch (layer.kind) {
    case 'averages':
      return spatial && last !== undefined;
    case 'convolution':
      return spatial && layer.kernel < image;
    case 'maxPool':
      return last?.kind === 'convolution' && layer.kernel < image;
    case 'dense':
      if (last?.kind === 'dense') return dense < mostDense && layer.outputs <= last.outputs;
      return spatial && last !== undefined && image <= denseImage;
  }
}

/** Sizes that the paper takes as one (appendix B). */
function bin(image: number): number {
  return image > 7 ? 8 : image > 3 ? 4 : 1;
}

export function layerChainSpace(settings: LayerChainSettings): DecisionSpace {
  const { name, layers: limit } = settings;
  const options = chainLayers(settings);
  const begin: Standing = { depth: 0, last: undefined, image: settings.image, dense: 0 };
  const standing = (prefix: Architecture): Standing =>
    prefix.reduce<Standing>((at, option) => after(at, options[option]!), begin);
  const openAt = (at: Standing): readonly number[] =>
    [...options.keys()].filter((option) => follows(options[option]!, at, limit));
  const next = (prefix: Architecture): Decision | undefined => {
    const at = standing(prefix);
    if (at.last?.kind === 'all' || at.last?.kind === 'averages') return undefined;
    return { kind: 'layer', size: options.length, allowed: openAt(at) };
  };
  const text = (architecture: Architecture): string =>
    architecture.map((option) => layerText(options[option]!)).join(' ');
  const neighbours = (architecture: Architecture): readonly Architecture[] =>
    editsOf(next, options.length, architecture);
  return {
    name,
    size: countFrom(begin),
    next,
    // Layers stand in a line and none is nothing: each chain is a class of its own.
    key: text,
    text,
    state(prefix) {
      const { depth, image, dense } = standing(prefix);
      return `${depth}:${prefix.at(-1) ?? ''}:${bin(image)}:${dense}`;
    },
    sample: (random: Random) => sampleDecisions(next, random),
    mutate: (architecture, random) => pick(neighbours(architecture), random),
    crossover: (a, b, random) => crossDecisions(next, a, b, random),
    neighbours,
    // A chain without layers that are nothing is one path, and its decisions are its edges: the encodings are one.
    encode(architecture) {
      const result = new Float64Array((limit + 1) * options.length);
      for (const [layer, option] of architecture.entries()) result[layer * options.length + option] = 1;
      return result;
    },
  };

  /** Chains that go on from here, the known ones by what they depend on. */
  function countFrom(first: Standing): bigint {
    const known = new Map<string, bigint>();
    const count = (at: Standing): bigint => {
      if (at.last?.kind === 'all' || at.last?.kind === 'averages') return 1n;
      const { depth, last, image, dense } = at;
      const place = `${depth} ${last?.kind} ${last?.kind === 'dense' ? last.outputs : 0} ${image} ${dense}`;
      const total =
        known.get(place) ?? openAt(at).reduce((sum, one) => sum + count(after(at, options[one]!)), 0n);
      known.set(place, total);
      return total;
    };
    return count(first);
  }
}

/** As the paper writes them: C(channels,kernel), P(kernel,stride), FC(outputs), GAP, SM. */
function layerText(layer: ChainLayer): string {
  switch (layer.kind) {
    case 'convolution':
      return `C(${layer.channels},${layer.kernel})`;
    case 'maxPool':
      return `P(${layer.kernel},${layer.stride})`;
    case 'dense':
      return `FC(${layer.outputs})`;
    case 'averages':
      return 'GAP';
    case 'all':
      return 'SM';
  }
}
