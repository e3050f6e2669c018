// An ensemble of LSTMs over tokens (Liu et al. 2018, PNAS, section 3.3): each learns from all architectures but its own
// fifth, and what it gets wrong there, with the spread of the members, makes the deviation. Lengths may differ.

import type { Random } from '../base/random.ts';
import { deviation, mean } from '../base/statistics.ts';
import { Adam } from './adam.ts';
import { checkTargets, type Predictor } from './predictor.ts';
import { embed, embedBackward, type Sequence, stepByStep } from './sequences/embedding.ts';
import { initialiseLstm, lstmBackward, lstmForward, lstmShapes } from './sequences/lstm.ts';
import { clipNorm, fillNormal, fillUniform, linear, linearInputs } from './sequences/parameters.ts';
import { linearWeights, parametersOf } from './sequences/parameters.ts';

interface LstmEnsembleOptions {
  readonly members: number;
  readonly embedding: number;
  readonly hidden: number;
  readonly epochs: number;
  readonly batch: number;
  readonly rate: number;
}

const defaults: LstmEnsembleOptions = {
  members: 5,
  embedding: 16,
  hidden: 32,
  epochs: 40,
  batch: 10,
  rate: 1e-2,
};

/** The gradient's norm is at most this. */
const clip = 5;

/** Of sequences of tokens below `vocabulary`. */
export function lstmEnsemble(
  vocabulary: number,
  options: Partial<LstmEnsembleOptions> = {},
): Predictor<Sequence> {
  const settings = { ...defaults, ...options };
  return {
    name: 'lstm',
    fit(sequences, targets, random) {
      checkTargets('lstm', sequences.length, targets);
      const [centre, scale] = [mean(targets), deviation(targets)];
      const y = targets.map((target) => (target - centre) / scale);
      const order = random.split('fifths').permutation(sequences.length);
      const squares: number[] = [];
      const members = Array.from({ length: settings.members }, (_, member) => {
        // Of two architectures there is none to spare.
        const left = sequences.length > 2 ? order.filter((_, i) => i % settings.members === member) : order;
        const learnt = sequences.length > 2 ? order.filter((_, i) => i % settings.members !== member) : order;
        const network = new LstmRegression(vocabulary, settings, random.split('start', member));
        train(network, learnt, sequences, y, settings, random.split('order', member));
        const outputs = predictAll(
          network,
          Array.from(left, (row) => sequences[row]!),
        );
        for (const [i, output] of outputs.entries()) squares.push((output - y[left[i]!]!) ** 2);
        return network;
      });
      const predictions = (asked: readonly Sequence[]): readonly Float64Array[] => {
        const all = members.map((member) => predictAll(member, asked));
        return asked.map((_, i) => Float64Array.from(all, (of) => of[i]!));
      };
      const spread = mean(predictions(sequences).map((values) => deviation(values) ** 2));
      // A member's error on what it has not seen holds its own deviation from the mean of the members.
      const noise = Math.max(mean(squares) - spread, 0);
      return {
        predict(asked) {
          const all = predictions(asked);
          return {
            mean: Float64Array.from(all, (values) => centre + scale * mean(values)),
            deviation: Float64Array.from(all, (values) => scale * Math.sqrt(deviation(values) ** 2 + noise)),
          };
        },
      };
    },
  };
}

/** A number from the LSTM's last state. Exported for the check of its gradient. */
export class LstmRegression {
  readonly values: Float64Array;
  readonly gradient: Float64Array;
  private readonly matrices;
  private readonly width: number;

  constructor(
    vocabulary: number,
    { embedding, hidden }: { readonly embedding: number; readonly hidden: number },
    random: Random,
  ) {
    const { values, gradient, matrices } = parametersOf({
      tokens: [vocabulary, embedding],
      ...lstmShapes(embedding, hidden),
      output: [1, hidden],
      outputBias: [1, 1],
    });
    this.values = values;
    this.gradient = gradient;
    this.matrices = matrices;
    this.width = hidden;
    fillNormal(matrices.tokens, random);
    initialiseLstm(matrices, random);
    fillUniform(matrices.output, hidden, random);
  }

  /** Of sequences of one length. With targets also sets the gradient of the mean of half the squared errors. */
  run(sequences: readonly Sequence[], targets?: Float64Array): Float64Array {
    const { matrices, width } = this;
    const count = sequences.length;
    const tokens = stepByStep(sequences);
    const x = embed(matrices.tokens, tokens, undefined);
    const pass = lstmForward(matrices, x, count, undefined);
    const last = pass.states.subarray(tokens.length * width);
    const outputs = new Float64Array(count);
    linear(matrices.output, matrices.outputBias, last, count, outputs);
    if (targets === undefined) return outputs;
    this.gradient.fill(0);
    const byOutputs = outputs.map((output, i) => (output - targets[i]!) / count);
    linearWeights(matrices.output, matrices.outputBias, last, byOutputs, count);
    const byStates = new Float64Array(tokens.length * width);
    linearInputs(matrices.output, byOutputs, count, byStates.subarray((tokens.length - count) * width));
    embedBackward(matrices.tokens, tokens, undefined, lstmBackward(matrices, x, pass, byStates, count).x);
    return outputs;
  }
}

/** Rows by the length of their sequences. */
function byLength(rows: Iterable<number>, sequences: readonly Sequence[]): readonly (readonly number[])[] {
  const groups = new Map<number, number[]>();
  for (const row of rows) {
    const { length } = sequences[row]!;
    groups.set(length, [...(groups.get(length) ?? []), row]);
  }
  return [...groups.values()];
}

function predictAll(network: LstmRegression, sequences: readonly Sequence[]): Float64Array {
  const result = new Float64Array(sequences.length);
  for (const rows of byLength(sequences.keys(), sequences)) {
    const outputs = network.run(rows.map((row) => sequences[row]!));
    for (const [i, row] of rows.entries()) result[row] = outputs[i]!;
  }
  return result;
}

/** Mean squared error by Adam; the rate falls to zero along a cosine. Every batch has sequences of one length. */
function train(
  network: LstmRegression,
  learnt: Uint32Array,
  sequences: readonly Sequence[],
  y: Float64Array,
  { epochs, batch, rate }: LstmEnsembleOptions,
  random: Random,
): void {
  const adam = new Adam(network.values.length);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = random.permutation(learnt.length).map((place) => learnt[place]!);
    const now = (rate * (1 + Math.cos((Math.PI * epoch) / epochs))) / 2;
    for (const rows of byLength(order, sequences)) {
      for (let start = 0; start < rows.length; start += batch) {
        const some = rows.slice(start, start + batch);
        network.run(
          some.map((row) => sequences[row]!),
          Float64Array.from(some, (row) => y[row]!),
        );
        clipNorm(network.gradient, clip);
        adam.step(network.values, network.gradient, now);
      }
    }
  }
}
