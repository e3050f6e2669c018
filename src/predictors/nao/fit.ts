// Trains NAO's network on scored sequences (Luo et al. 2018, section 4 and the authors' code for the settings).

import type { Random } from '../../base/random.ts';
import { Adam } from '../adam.ts';
import type { Sequence } from '../sequences/embedding.ts';
import { clipNorm } from '../sequences/parameters.ts';
import { NaoNetwork } from './network.ts';

export interface NaoSettings {
  readonly embedding: number;
  readonly hidden: number;
  readonly epochs: number;
  readonly batch: number;
  readonly rate: number;
  readonly dropout: number;
  /** Weight of the predictor's loss; the decoder's has the rest. */
  readonly share: number;
  /** The gradient's norm is at most this. */
  readonly clip: number;
  /** Sequences without a score in a batch, beside `batch` with one. */
  readonly unscored: number;
}

/**
 * Of the paper: embedding, dropout, share, clip. The network has half the paper's 96 units, and smaller batches and a
 * larger rate, which falls to 0 along a cosine, so that 60 epochs do on hundreds of architectures what the paper's
 * take hundreds for.
 */
export const naoDefaults: NaoSettings = {
  embedding: 32,
  hidden: 48,
  epochs: 60,
  batch: 10,
  rate: 5e-3,
  dropout: 0.1,
  share: 0.8,
  clip: 5,
  unscored: 0,
};

/**
 * `sequences` of one length and their errors in [0, 1]; tokens are below `vocabulary`. With `draw`,
 * encoder and decoder also learn from `unscored` sequences of a space, which are known without evaluating any: without
 * them, reconstruction is learnt from the few that are scored (Luo et al. 2020, "Semi-supervised neural architecture
 * search", who go on to let the predictor score them).
 */
export function fitNao(
  vocabulary: number,
  sequences: readonly Sequence[],
  errors: Float64Array,
  settings: NaoSettings,
  random: Random,
  draw?: (random: Random) => Sequence,
): NaoNetwork {
  const { embedding, hidden, epochs, batch, rate, dropout, share, clip, unscored } = settings;
  const network = new NaoNetwork({ vocabulary, embedding, hidden }, random.split('start'));
  const adam = new Adam(network.values.length);
  const orders = random.split('order');
  const masks = random.split('dropout');
  const draws = random.split('unscored');
  const steps = epochs * Math.ceil(sequences.length / batch);
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = orders.permutation(sequences.length);
    for (let start = 0; start < order.length; start += batch) {
      const some = order.subarray(start, start + batch);
      const drawn = draw && Array.from({ length: unscored }, () => draw(draws));
      network.loss(
        [...Array.from(some, (row) => sequences[row]!), ...(drawn ?? [])],
        Float64Array.from(some, (row) => errors[row]!),
        { share, dropout, random: masks },
      );
      clipNorm(network.gradient, clip);
      adam.step(network.values, network.gradient, (rate * (1 + Math.cos((Math.PI * step++) / steps))) / 2);
    }
  }
  return network;
}
