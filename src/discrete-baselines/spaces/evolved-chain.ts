// The chains that Large-Scale Evolution works on (Real et al. 2017, section 3.2), as plain data and as decisions: any
// number of convolutions and one-to-one layers, skips between them, and the learning rate. Their mutations stand in
// evolved-mutations.ts.

import type { Architecture, Decision } from '../architecture.ts';

export interface EvolvedSettings {
  readonly name: string;
  /** Layers of a chain at most. */
  readonly layers: number;
  /** Channels of a convolution at most. */
  readonly channels: number;
  /** Channels of a convolution that is inserted where none is before it. In the paper: as many as the images have. */
  readonly firstChannels: number;
}

export interface Convolution {
  /** Sides of the filters, odd. */
  readonly height: number;
  readonly width: number;
  readonly stride: 1 | 2;
  readonly channels: number;
}

/** Layer i (from 1) makes vertex i; vertex 0 is the images. */
export interface EvolvedLayer {
  /** What its weights go by: a child's layer has its parent's weights where both have one number and one shape. */
  readonly id: number;
  /** Absent: a one-to-one layer. */
  readonly convolution?: Convolution;
  /** Batch norm and ReLU at the end. */
  readonly active: boolean;
  /** Vertex that is added to what the layer computes, before batch norm: at least 2 below the layer's own. */
  readonly skip?: number;
}

export interface EvolvedChain {
  /** See `learningRate`. */
  readonly rate: number;
  /** What the classifier's weights go by: 0 or 1. */
  readonly classifier: number;
  readonly layers: readonly EvolvedLayer[];
}

/** Filters have sides of 1 to 7. */
const sides = [1, 3, 5, 7] as const;
export const largestSide = 7;
/** Eighths of an octave, 0.1 among them. */
export const rates = 97;
const unitRate = 64;

/** 0.1 * 2^((rate - 64) / 8): 0.0004 to 1.6. */
export function learningRate({ rate }: EvolvedChain): number {
  return 0.1 * 2 ** ((rate - unitRate) / 8);
}

/** No layer at all and a learning rate of 0.1: what the whole first population is. */
export const trivialChain: EvolvedChain = { rate: unitRate, classifier: 0, layers: [] };

/** Twice as many as layers, so that all weights can be given up at once. */
export function layerIds({ layers }: EvolvedSettings): readonly number[] {
  return upTo(2 * layers);
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** Rate, classifier, number of layers; of each layer kind, number, active, skip + 1, and of a convolution its sizes. */
export function encodeChain({ rate, classifier, layers }: EvolvedChain): Architecture {
  return [
    rate,
    classifier,
    layers.length,
    ...layers.flatMap(({ id, convolution, active, skip = -1 }) => {
      const common = [convolution === undefined ? 0 : 1, id, Number(active), skip + 1];
      if (convolution === undefined) return common;
      const { height, width, stride, channels } = convolution;
      return [...common, (height - 1) / 2, (width - 1) / 2, stride - 1, channels - 1];
    }),
  ];
}

/** The inverse of `encodeChain`. */
export function decodeChain(architecture: Architecture): EvolvedChain {
  const [rate, classifier, count] = architecture as readonly [number, number, number];
  const layers: EvolvedLayer[] = [];
  let at = 3;
  while (layers.length < count) {
    const [kind, id, active, skip] = architecture.slice(at, (at += 4)) as [number, number, number, number];
    const common = { id, active: active === 1, ...(skip > 0 && { skip: skip - 1 }) };
    if (kind === 0) layers.push(common);
    else {
      const sizes = architecture.slice(at, (at += 4)) as [number, number, number, number];
      const [height, width, stride, channels] = sizes;
      const convolution: Convolution = {
        height: sides[height]!,
        width: sides[width]!,
        stride: stride === 0 ? 1 : 2,
        channels: channels + 1,
      };
      layers.push({ ...common, convolution });
    }
  }
  return { rate, classifier, layers };
}

function all(kind: string, size: number): Decision {
  return { kind, size, allowed: upTo(size) };
}

/** The decision after these: see `DecisionSpace.next`. */
export function nextOfChain(settings: EvolvedSettings): (prefix: Architecture) => Decision | undefined {
  const header = [all('rate', rates), all('classifier', 2), all('layers', settings.layers + 1)];
  const sizes = [
    all('height', sides.length),
    all('width', sides.length),
    all('stride', 2),
    all('channels', settings.channels),
  ];
  const [kind, active, ids] = [all('kind', 2), all('active', 2), layerIds(settings)];
  return (prefix) => {
    if (prefix.length < header.length) return header[prefix.length];
    const used = new Set<number>();
    let at = header.length;
    for (let layer = 1; layer <= prefix[2]!; layer++) {
      const length = prefix[at] === 1 ? 8 : 4;
      const field = prefix.length - at;
      if (field >= length) {
        used.add(prefix[at + 1]!);
        at += length;
        continue;
      }
      if (field === 0) return kind;
      if (field === 1) return { kind: 'id', size: ids.length, allowed: ids.filter((id) => !used.has(id)) };
      if (field === 2) return active;
      // 0: none. A layer's own input is no skip.
      if (field === 3) return { kind: 'skip', size: settings.layers, allowed: upTo(layer) };
      return sizes[field - 4];
    }
    return undefined;
  };
}
