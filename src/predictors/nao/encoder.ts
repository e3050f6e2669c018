// NAO's encoder and performance predictor (Luo et al. 2018, section 3.2; details as in the authors' code): an LSTM over
// the tokens, its outputs of length 1, their mean of length 1 as the embedding of the architecture, and a sigmoid of a
// linear function of it. Legend: T tokens, B sequences, H hidden units; rows are step by step, [T * B, H].

import { type LstmPass, type LstmWeights, lstmBackward, lstmForward } from '../sequences/lstm.ts';
import { embed, embedBackward } from '../sequences/embedding.ts';
import type { Matrix } from '../sequences/parameters.ts';

export interface EncoderWeights {
  readonly embedding: Matrix;
  readonly lstm: LstmWeights;
  /** [1, H] and [1, 1]. */
  readonly regressor: Matrix;
  readonly regressorBias: Matrix;
}

/** What outputs come to, with what their derivative needs. */
interface Summary {
  /** Lengths of the means over steps before they become 1, [B]. */
  readonly lengths: Float64Array;
  /** [B, H], rows of length 1. */
  readonly embedding: Float64Array;
}

interface EncoderPass extends Summary {
  readonly tokens: Uint32Array;
  readonly mask: Float64Array | undefined;
  readonly x: Float64Array;
  readonly lstm: LstmPass;
  /** Lengths of the LSTM's h, and h with length 1. */
  readonly outputLengths: Float64Array;
  readonly outputs: Float64Array;
  /** In (0, 1), [B]. */
  readonly predicted: Float64Array;
}

const shortest = 1e-12;

/** Makes rows of `width` numbers length 1 in place; the lengths that they had. */
export function normaliseRows(rows: Float64Array, width: number): Float64Array {
  const lengths = new Float64Array(rows.length / width);
  for (let n = 0; n < lengths.length; n++) {
    let squares = 0;
    for (let j = n * width; j < (n + 1) * width; j++) squares += rows[j]! ** 2;
    const length = (lengths[n] = Math.max(Math.sqrt(squares), shortest));
    for (let j = n * width; j < (n + 1) * width; j++) rows[j]! /= length;
  }
  return lengths;
}

/** y = x / |x|: dx = (dy - y (y · dy)) / |x|, in place of dy. */
function normaliseBackward(y: Float64Array, lengths: Float64Array, dy: Float64Array, width: number): void {
  for (let n = 0; n < lengths.length; n++) {
    let dot = 0;
    for (let j = n * width; j < (n + 1) * width; j++) dot += y[j]! * dy[j]!;
    for (let j = n * width; j < (n + 1) * width; j++) dy[j] = (dy[j]! - y[j]! * dot) / lengths[n]!;
  }
}

/** The embedding that outputs [T * B, H] of length 1 come to. */
export function summarise(outputs: Float64Array, sequences: number, width: number): Summary {
  const block = sequences * width;
  const embedding = new Float64Array(block);
  for (let i = 0; i < outputs.length; i++) embedding[i % block]! += (outputs[i]! * block) / outputs.length;
  return { embedding, lengths: normaliseRows(embedding, width) };
}

/** The gradient by every step's outputs, which is the same for all steps, [B, H]. */
function summariseBackward(
  { embedding, lengths }: Summary,
  byEmbedding: Float64Array,
  steps: number,
): Float64Array {
  const result = byEmbedding.slice();
  normaliseBackward(embedding, lengths, result, embedding.length / lengths.length);
  return result.map((value) => value / steps);
}

export function encode(
  weights: EncoderWeights,
  tokens: Uint32Array,
  sequences: number,
  mask?: Float64Array,
): EncoderPass {
  const width = weights.regressor.columns;
  const x = embed(weights.embedding, tokens, mask);
  const lstm = lstmForward(weights.lstm, x, sequences, undefined);
  const outputs = lstm.states.slice(sequences * width);
  const outputLengths = normaliseRows(outputs, width);
  const summary = summarise(outputs, sequences, width);
  const predicted = new Float64Array(sequences);
  for (let s = 0; s < sequences; s++) {
    let sum = weights.regressorBias.values[0]!;
    for (let j = 0; j < width; j++) sum += weights.regressor.values[j]! * summary.embedding[s * width + j]!;
    predicted[s] = 1 / (1 + Math.exp(-sum));
  }
  return { tokens, mask, x, lstm, outputs, outputLengths, ...summary, predicted };
}

/** d predicted / d embedding = p (1 - p) w, [B, H], times the loss's gradient by `predicted`. */
function predictedBackward(
  { regressor }: EncoderWeights,
  predicted: Float64Array,
  byPredicted: Float64Array,
): Float64Array {
  const width = regressor.columns;
  const result = new Float64Array(predicted.length * width);
  for (let i = 0; i < result.length; i++) {
    const s = Math.floor(i / width);
    result[i] = byPredicted[s]! * predicted[s]! * (1 - predicted[s]!) * regressor.values[i % width]!;
  }
  return result;
}

/** d predicted / d outputs of every step, the same for all steps, [B, H]. */
export function slopeByOutputs(weights: EncoderWeights, pass: EncoderPass): Float64Array {
  const byEmbedding = predictedBackward(
    weights,
    pass.predicted,
    pass.predicted.map(() => 1),
  );
  return summariseBackward(pass, byEmbedding, pass.tokens.length / pass.predicted.length);
}

/** Adds the weights' gradients to theirs; `byOutputs` [T * B, H] is overwritten. */
export function encodeBackward(
  weights: EncoderWeights,
  pass: EncoderPass,
  by: {
    readonly predicted: Float64Array;
    readonly embedding: Float64Array;
    readonly outputs: Float64Array;
  },
): void {
  const width = weights.regressor.columns;
  const sequences = pass.predicted.length;
  const byEmbedding = predictedBackward(weights, pass.predicted, by.predicted);
  for (let s = 0; s < sequences; s++) {
    const slope = by.predicted[s]! * pass.predicted[s]! * (1 - pass.predicted[s]!);
    weights.regressorBias.gradient[0]! += slope;
    for (let j = 0; j < width; j++) weights.regressor.gradient[j]! += slope * pass.embedding[s * width + j]!;
  }
  for (let i = 0; i < byEmbedding.length; i++) byEmbedding[i]! += by.embedding[i]!;
  const everyStep = summariseBackward(pass, byEmbedding, pass.tokens.length / sequences);
  const byStates = by.outputs;
  for (let i = 0; i < byStates.length; i++) byStates[i]! += everyStep[i % everyStep.length]!;
  normaliseBackward(pass.outputs, pass.outputLengths, byStates, width);
  const { x } = lstmBackward(weights.lstm, pass.x, pass.lstm, byStates, sequences);
  embedBackward(weights.embedding, pass.tokens, pass.mask, x);
}
