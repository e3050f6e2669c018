// NAO's encoder, predictor and decoder together (Luo et al. 2018, "Neural architecture optimization"): the loss that
// trains them jointly, reconstruction, and the step that makes an architecture better.

import type { Random } from '../../base/random.ts';
import { dropoutMask, type Sequence, stepByStep } from '../sequences/embedding.ts';
import { initialiseLstm, lstmShapes } from '../sequences/lstm.ts';
import { fillNormal, fillUniform, parametersOf } from '../sequences/parameters.ts';
import { decode, decodeBackward, type DecoderWeights, type Source } from './decoder.ts';
import {
  encode,
  encodeBackward,
  type EncoderWeights,
  normaliseRows,
  slopeByOutputs,
  summarise,
} from './encoder.ts';

interface NaoShape {
  /** V: tokens are whole numbers below it. */
  readonly vocabulary: number;
  readonly embedding: number;
  readonly hidden: number;
}

/** The tokens that may follow others, increasing, never empty. */
type Open = (prefix: Sequence) => readonly number[];

export class NaoNetwork {
  readonly values: Float64Array;
  readonly gradient: Float64Array;
  private readonly shape: NaoShape;
  private readonly encoder: EncoderWeights;
  private readonly decoder: DecoderWeights;

  constructor(shape: NaoShape, random: Random) {
    const { vocabulary, embedding, hidden } = shape;
    const lstm = lstmShapes(embedding, hidden);
    const { values, gradient, matrices } = parametersOf({
      encoderEmbedding: [vocabulary, embedding],
      encoderInput: lstm.input,
      encoderHidden: lstm.hidden,
      encoderBias: lstm.bias,
      regressor: [1, hidden],
      regressorBias: [1, 1],
      decoderEmbedding: [vocabulary + 1, embedding],
      decoderInput: lstm.input,
      decoderHidden: lstm.hidden,
      decoderBias: lstm.bias,
      query: [hidden, hidden],
      combine: [hidden, 2 * hidden],
      vocabulary: [vocabulary, hidden],
      bias: [1, vocabulary],
    });
    const of = matrices;
    this.shape = shape;
    this.values = values;
    this.gradient = gradient;
    this.encoder = {
      embedding: of.encoderEmbedding,
      lstm: { input: of.encoderInput, hidden: of.encoderHidden, bias: of.encoderBias },
      regressor: of.regressor,
      regressorBias: of.regressorBias,
    };
    this.decoder = {
      embedding: of.decoderEmbedding,
      lstm: { input: of.decoderInput, hidden: of.decoderHidden, bias: of.decoderBias },
      query: of.query,
      combine: of.combine,
      vocabulary: of.vocabulary,
      bias: of.bias,
    };
    for (const one of [this.encoder, this.decoder]) {
      fillNormal(one.embedding, random);
      initialiseLstm(one.lstm, random);
    }
    for (const one of [of.regressor, of.regressorBias, of.query, of.vocabulary, of.bias])
      fillUniform(one, hidden, random);
    fillUniform(of.combine, 2 * hidden, random);
  }

  /**
   * `share` * mean squared error of the predicted errors + (1 - `share`) * mean cross-entropy of the tokens given those
   * before (paper, equation 6). Sets the gradient. Without `random` nothing is dropped out. Sequences past the last of
   * `errors` are not scored: encoder and decoder learn from them, not what predicts.
   */
  loss(
    sequences: readonly Sequence[],
    errors: Float64Array,
    options: { readonly share: number; readonly dropout: number; readonly random?: Random },
  ): number {
    const { vocabulary, embedding } = this.shape;
    const { share, dropout, random } = options;
    const count = sequences.length;
    const tokens = stepByStep(sequences);
    const maskOf = (): Float64Array | undefined =>
      random && dropoutMask(tokens.length * embedding, dropout, random);
    const encoded = encode(this.encoder, tokens, count, maskOf());
    const before = new Uint32Array(tokens.length).fill(vocabulary, 0, count);
    before.set(tokens.subarray(0, tokens.length - count), count);
    const mask = maskOf();
    const decoded = decode(this.decoder, encoded, before, mask && { mask });

    let loss = 0;
    const byPredicted = new Float64Array(count);
    for (const [s, error] of errors.entries()) {
      const difference = encoded.predicted[s]! - error;
      loss += (share * difference ** 2) / errors.length;
      byPredicted[s] = (2 * share * difference) / errors.length;
    }
    const weight = (1 - share) / tokens.length;
    // d cross-entropy / d logits = softmax - onehot
    const byLogits = decoded.logP.map((logP) => weight * Math.exp(logP));
    for (const [n, token] of tokens.entries()) {
      loss -= weight * decoded.logP[n * vocabulary + token]!;
      byLogits[n * vocabulary + token]! -= weight;
    }
    this.gradient.fill(0);
    const bySource = decodeBackward(this.decoder, encoded, decoded, byLogits);
    encodeBackward(this.encoder, encoded, { predicted: byPredicted, ...bySource });
    return loss;
  }

  /** Errors in (0, 1). */
  predict(sequences: readonly Sequence[]): Float64Array {
    return encode(this.encoder, stepByStep(sequences), sequences.length).predicted;
  }

  /** What the decoder makes of the encoder's outputs, the likeliest open token each time. */
  reconstruct(sequences: readonly Sequence[], open: Open): readonly Sequence[] {
    const source = encode(this.encoder, stepByStep(sequences), sequences.length);
    return this.decodeFrom(source, sequences[0]!.length, open);
  }

  /**
   * Decoded after a step towards lower error: every output h of the encoder becomes h - step * d error / d h, of length
   * 1 again (paper, equation 3, with the sign of an error).
   */
  improve(sequences: readonly Sequence[], step: number, open: Open): readonly Sequence[] {
    const { hidden } = this.shape;
    const pass = encode(this.encoder, stepByStep(sequences), sequences.length);
    const slope = slopeByOutputs(this.encoder, pass);
    const outputs = pass.outputs.map((value, i) => value - step * slope[i % slope.length]!);
    normaliseRows(outputs, hidden);
    const { embedding } = summarise(outputs, sequences.length, hidden);
    return this.decodeFrom({ outputs, embedding }, sequences[0]!.length, open);
  }

  private decodeFrom(source: Source, length: number, open: Open): readonly Sequence[] {
    const { vocabulary, hidden } = this.shape;
    const count = source.embedding.length / hidden;
    const found: number[][] = Array.from({ length: count }, () => []);
    let inputs = new Uint32Array(count).fill(vocabulary);
    let from = { state: source.embedding, cell: source.embedding };
    for (let position = 0; position < length; position++) {
      const { logP, lstm } = decode(this.decoder, source, inputs, { from });
      from = { state: lstm.states.slice(count * hidden), cell: lstm.cells.slice(count * hidden) };
      inputs = inputs.map((_, s) => {
        const likelier = (a: number, b: number): number =>
          logP[s * vocabulary + b]! > logP[s * vocabulary + a]! ? b : a;
        return open(found[s]!).reduce(likelier);
      });
      for (const [s, token] of inputs.entries()) found[s]!.push(token);
    }
    return found;
  }
}
