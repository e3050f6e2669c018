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
};

/** `sequences` of one length and their errors in [0, 1]; tokens are below `vocabulary`. */
export function fitNao(
  vocabulary: number,
  sequences: readonly Sequence[],
  errors: Float64Array,
  settings: NaoSettings,
  random: Random,
): NaoNetwork {
  const { embedding, hidden, epochs, batch, rate, dropout, share, clip } = settings;
  const network = new NaoNetwork({ vocabulary, embedding, hidden }, random.split('start'));
  const adam = new Adam(network.values.length);
  const orders = random.split('order');
  const masks = random.split('dropout');
  const steps = epochs * Math.ceil(sequences.length / batch);
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = orders.permutation(sequences.length);
    for (let start = 0; start < order.length; start += batch) {
      const some = order.subarray(start, start + batch);
      network.loss(
        Array.from(some, (row) => sequences[row]!),
        Float64Array.from(some, (row) => errors[row]!),
        { share, dropout, random: masks },
      );
      clipNorm(network.gradient, clip);
      adam.step(network.values, network.gradient, (rate * (1 + Math.cos((Math.PI * step++) / steps))) / 2);
    }
  }
  return network;
}
