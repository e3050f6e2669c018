// NAO's decoder (Luo et al. 2018, section 3.2; details as in the authors' code): an LSTM that starts from the embedding
// of the architecture and attends to the encoder's outputs (Bahdanau et al. 2015), token after token.
// Legend: T tokens, B sequences, H hidden units, V vocabulary; rows are step by step, [T * B, ...].

import { embed, embedBackward } from '../sequences/embedding.ts';
import { type LstmPass, type LstmWeights, lstmBackward, lstmForward } from '../sequences/lstm.ts';
import { linear, linearInputs, linearWeights, type Matrix } from '../sequences/parameters.ts';

export interface DecoderWeights {
  /** [V + 1, E]: the last row is what the first token follows. */
  readonly embedding: Matrix;
  readonly lstm: LstmWeights;
  /** [H, H]: what a state asks the encoder's outputs for. */
  readonly query: Matrix;
  /** [H, 2 H]: of the attended mean and the state. */
  readonly combine: Matrix;
  /** [V, H] and [1, V]. */
  readonly vocabulary: Matrix;
  readonly bias: Matrix;
}

/** What is decoded: the encoder's outputs [S * B, H] and the embeddings [B, H]. */
export interface Source {
  readonly outputs: Float64Array;
  readonly embedding: Float64Array;
}

interface DecoderPass {
  readonly inputs: Uint32Array;
  readonly mask: Float64Array | undefined;
  readonly x: Float64Array;
  readonly lstm: LstmPass;
  readonly queries: Float64Array;
  /** [T * B, S] */
  readonly attention: Float64Array;
  /** Attended mean, then state, [T * B, 2 H]. */
  readonly joined: Float64Array;
  /** tanh of what `combine` makes of them, [T * B, H]. */
  readonly combined: Float64Array;
  /** Log-probabilities over the vocabulary, [T * B, V]. */
  readonly logP: Float64Array;
}

/** x_j = x_j - log sum exp x, row by row in place. */
function logSoftmaxRows(rows: Float64Array, width: number): void {
  for (let n = 0; n < rows.length; n += width) {
    let top = -Infinity;
    for (let j = n; j < n + width; j++) top = Math.max(top, rows[j]!);
    let sum = 0;
    for (let j = n; j < n + width; j++) sum += Math.exp(rows[j]! - top);
    const shift = top + Math.log(sum);
    for (let j = n; j < n + width; j++) rows[j]! -= shift;
  }
}

/** `inputs`: the token before each, [T * B]; `from`: where the LSTM goes on, else it starts from the embeddings. */
export function decode(
  weights: DecoderWeights,
  { outputs, embedding }: Source,
  inputs: Uint32Array,
  options: {
    readonly mask?: Float64Array;
    readonly from?: { readonly state: Float64Array; readonly cell: Float64Array };
  } = {},
): DecoderPass {
  const { mask, from = { state: embedding, cell: embedding } } = options;
  const width = weights.query.rows;
  const sequences = embedding.length / width;
  const sources = outputs.length / embedding.length;
  const rows = inputs.length;
  const x = embed(weights.embedding, inputs, mask);
  const lstm = lstmForward(weights.lstm, x, sequences, from);
  const states = lstm.states.subarray(sequences * width);
  const queries = new Float64Array(rows * width);
  linear(weights.query, undefined, states, rows, queries);
  const attention = new Float64Array(rows * sources);
  const joined = new Float64Array(rows * 2 * width);
  for (let n = 0; n < rows; n++) {
    for (let s = 0; s < sources; s++) {
      const source = (s * sequences + (n % sequences)) * width;
      let dot = 0;
      for (let j = 0; j < width; j++) dot += queries[n * width + j]! * outputs[source + j]!;
      attention[n * sources + s] = dot;
    }
  }
  logSoftmaxRows(attention, sources);
  for (let i = 0; i < attention.length; i++) attention[i] = Math.exp(attention[i]!);
  for (let n = 0; n < rows; n++) {
    const to = 2 * n * width;
    for (let s = 0; s < sources; s++) {
      const source = (s * sequences + (n % sequences)) * width;
      const share = attention[n * sources + s]!;
      for (let j = 0; j < width; j++) joined[to + j]! += share * outputs[source + j]!;
    }
    joined.set(states.subarray(n * width, (n + 1) * width), to + width);
  }
  const combined = new Float64Array(rows * width);
  linear(weights.combine, undefined, joined, rows, combined);
  for (let i = 0; i < combined.length; i++) combined[i] = Math.tanh(combined[i]!);
  const logP = new Float64Array(rows * weights.vocabulary.rows);
  linear(weights.vocabulary, weights.bias, combined, rows, logP);
  logSoftmaxRows(logP, weights.vocabulary.rows);
  return { inputs, mask, x, lstm, queries, attention, joined, combined, logP };
}

/** From the loss's gradient by the logits [T * B, V]; adds the weights' gradients, gives those of the source. */
export function decodeBackward(
  weights: DecoderWeights,
  { outputs, embedding }: Source,
  pass: DecoderPass,
  byLogits: Float64Array,
): Source {
  const width = weights.query.rows;
  const sequences = embedding.length / width;
  const sources = outputs.length / embedding.length;
  const { inputs, mask, x, lstm, queries, attention, joined, combined } = pass;
  const rows = inputs.length;
  linearWeights(weights.vocabulary, weights.bias, combined, byLogits, rows);
  const byCombined = new Float64Array(rows * width);
  linearInputs(weights.vocabulary, byLogits, rows, byCombined);
  for (let i = 0; i < byCombined.length; i++) byCombined[i]! *= 1 - combined[i]! ** 2;
  linearWeights(weights.combine, undefined, joined, byCombined, rows);
  const byJoined = new Float64Array(rows * 2 * width);
  linearInputs(weights.combine, byCombined, rows, byJoined);

  const byOutputs = new Float64Array(outputs.length);
  const byQueries = new Float64Array(rows * width);
  const byStates = new Float64Array(rows * width);
  const byShare = new Float64Array(sources);
  for (let n = 0; n < rows; n++) {
    const mean = 2 * n * width;
    byStates.set(byJoined.subarray(mean + width, mean + 2 * width), n * width);
    let expected = 0;
    for (let s = 0; s < sources; s++) {
      const source = (s * sequences + (n % sequences)) * width;
      let dot = 0;
      for (let j = 0; j < width; j++) dot += byJoined[mean + j]! * outputs[source + j]!;
      byShare[s] = dot;
      expected += attention[n * sources + s]! * dot;
    }
    for (let s = 0; s < sources; s++) {
      const source = (s * sequences + (n % sequences)) * width;
      const share = attention[n * sources + s]!;
      // d softmax: share * (byShare - sum of share * byShare)
      const byDot = share * (byShare[s]! - expected);
      for (let j = 0; j < width; j++) {
        byOutputs[source + j]! += share * byJoined[mean + j]! + byDot * queries[n * width + j]!;
        byQueries[n * width + j]! += byDot * outputs[source + j]!;
      }
    }
  }
  linearWeights(weights.query, undefined, lstm.states.subarray(sequences * width), byQueries, rows);
  linearInputs(weights.query, byQueries, rows, byStates);
  const by = lstmBackward(weights.lstm, x, lstm, byStates, sequences);
  embedBackward(weights.embedding, inputs, mask, by.x);
  // The embedding is both h and c at the start.
  return { outputs: byOutputs, embedding: by.state.map((value, i) => value + by.cell[i]!) };
}
