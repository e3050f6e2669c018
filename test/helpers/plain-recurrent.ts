// The language model of the published code in plain loops over plain arrays: nothing of it is shared with the plan.
import type { RecurrentDescription } from '../../src/supernet/recurrent/network.ts';

type Matrix = number[][];

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const functions: Readonly<Record<string, (x: number) => number>> = {
  tanh: Math.tanh,
  relu: (x) => (x > 0 ? x : 0),
  sigmoid,
  identity: (x) => x,
};

/** x [N, I] times a matrix [I, O] that lies in rows of O. */
function times(x: Matrix, weights: ArrayLike<number>, width: number): Matrix {
  return x.map((row) =>
    Array.from({ length: width }, (_, o) =>
      row.reduce((sum, value, i) => sum + value * weights[i * width + o]!, 0),
    ),
  );
}

/** s + sigmoid(c) * (f(h) - s), where c and h are the halves of a product. */
function highway(states: Matrix, products: Matrix, name: string): Matrix {
  return states.map((row, n) =>
    row.map((s, i) => {
      const [c, h] = [products[n]![i]!, products[n]![row.length + i]!];
      return s + sigmoid(c) * (functions[name]!(h) - s);
    }),
  );
}

function norm(states: Matrix): Matrix {
  const size = states.length;
  const moments = states[0]!.map((_, i) => {
    const mean = states.reduce((sum, row) => sum + row[i]!, 0) / size;
    return { mean, variance: states.reduce((sum, row) => sum + (row[i]! - mean) ** 2, 0) / size };
  });
  return states.map((row) =>
    row.map((s, i) => (s - moments[i]!.mean) / Math.sqrt(moments[i]!.variance + 1e-5)),
  );
}

const softmax = (row: readonly number[]): number[] => {
  const powers = row.map((value) => Math.exp(value));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
};

/** text: [steps + 1][batch]. Loss, hits and the hidden states, [steps][N][C]. */
export function plainModel(
  { space, words, units, genotype }: RecurrentDescription,
  values: ReadonlyMap<string, ArrayLike<number>>,
  text: readonly (readonly number[])[],
): { loss: number; correct: number; hiddens: Matrix[] } {
  const of = (name: string): number[] => Array.from(values.get(name)!);
  const columns = space.operations.length;
  const alpha = of('recurrent');
  const table = of('encoder.weight');
  const row = (word: number): number[] => table.slice(word * units, (word + 1) * units);
  const stored = of('text/hidden');
  const batch = text[0]!.length;
  const masked = (states: Matrix, part: string): Matrix => {
    const mask = of(`text/${part} mask`);
    return states.map((own, n) => own.map((value, i) => value * mask[n * units + i]!));
  };
  let hidden: Matrix = Array.from({ length: batch }, (_, n) => stored.slice(n * units, (n + 1) * units));
  const hiddens: Matrix[] = [];
  let [loss, correct] = [0, 0];
  const steps = text.length - 1;
  for (let t = 0; t < steps; t++) {
    const inputs = masked(
      text[t]!.map((word) => row(word)),
      'input',
    );
    const joined = masked(hidden, 'hidden').map((own, n) => [...inputs[n]!, ...own]);
    const first = highway(hidden, times(joined, of('rnns.0._W0'), 2 * units), 'tanh');
    const states = [genotype ? first : norm(first)];
    for (let node = 0; node < 8; node++) {
      const weights = of(`rnns.0._Ws.${node}`);
      if (genotype) {
        const { from, operation } = genotype['recurrent']!.nodes[node]![0]!;
        states.push(
          highway(states[from]!, times(masked(states[from]!, 'hidden'), weights, 2 * units), operation),
        );
        continue;
      }
      const sum: Matrix = Array.from({ length: batch }, () => Array.from({ length: units }, () => 0));
      for (const [from, source] of states.entries()) {
        const edge = (node * (node + 1)) / 2 + from;
        const mix = softmax(alpha.slice(edge * columns, (edge + 1) * columns));
        for (const [k, { name }] of space.operations.entries()) {
          if (name === 'none') continue;
          const made = highway(source, times(masked(source, 'hidden'), weights, 2 * units), name);
          for (const [n, own] of made.entries())
            for (const [i, value] of own.entries()) sum[n]![i]! += mix[k]! * value;
        }
      }
      states.push(norm(sum));
    }
    hidden = hidden.map((own, n) =>
      own.map((_, i) => states.slice(1).reduce((sum, s) => sum + s[n]![i]!, 0) / 8),
    );
    hiddens.push(hidden);
    for (const [n, own] of masked(hidden, 'output').entries()) {
      const logits = Array.from(
        { length: words },
        (_, word) =>
          of('decoder.bias')[word]! + row(word).reduce((sum, value, i) => sum + value * own[i]!, 0),
      );
      const target = text[t + 1]![n]!;
      loss -= Math.log(softmax(logits)[target]!) / (batch * steps);
      correct += Number(logits.indexOf(Math.max(...logits)) === target);
    }
  }
  return { loss, correct, hiddens };
}
