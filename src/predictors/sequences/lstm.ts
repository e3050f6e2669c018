// An LSTM layer over a batch of sequences and its derivative. All steps' inputs are one product, and so are all steps'
// gradients by weights. (A controller's LSTM takes one step of one sequence: discrete-baselines/lstm.ts.)
// Legend: T steps, B sequences, I inputs, H hidden units; rows are step by step, [T * B, ...].

import type { Random } from '../../base/random.ts';
import { addProduct, transposed } from './matrix.ts';
import { fillUniform, linear, linearInputs, linearWeights, type Matrix } from './parameters.ts';

export interface LstmWeights {
  /** [4 H, I], [4 H, H], [1, 4 H]: gates in the order input, forget, candidate, output. */
  readonly input: Matrix;
  readonly hidden: Matrix;
  readonly bias: Matrix;
}

/** Shapes of the weights, for `parametersOf`. */
export function lstmShapes(
  inputs: number,
  hidden: number,
): {
  readonly input: readonly [number, number];
  readonly hidden: readonly [number, number];
  readonly bias: readonly [number, number];
} {
  return { input: [4 * hidden, inputs], hidden: [4 * hidden, hidden], bias: [1, 4 * hidden] };
}

/** Uniform within 1 / sqrt(H), as PyTorch starts them. */
export function initialiseLstm({ input, hidden, bias }: LstmWeights, random: Random): void {
  for (const matrix of [input, hidden, bias]) fillUniform(matrix, hidden.columns, random);
}

export interface LstmPass {
  /** After their nonlinearities, [T * B, 4 H]. */
  readonly gates: Float64Array;
  /** [(T + 1) * B, H]: the start, then after every step. */
  readonly cells: Float64Array;
  readonly states: Float64Array;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** c = f * c' + i * g; h = o * tanh(c), from `start` [B, H] as h and as c, or from zeros. x: [T * B, I]. */
export function lstmForward(
  weights: LstmWeights,
  x: Float64Array,
  sequences: number,
  start: { readonly state: Float64Array; readonly cell: Float64Array } | undefined,
): LstmPass {
  const width = weights.hidden.columns;
  const rows = x.length / weights.input.columns;
  const gates = new Float64Array(rows * 4 * width);
  const cells = new Float64Array((rows + sequences) * width);
  const states = new Float64Array((rows + sequences) * width);
  if (start !== undefined) {
    cells.set(start.cell);
    states.set(start.state);
  }
  linear(weights.input, weights.bias, x, rows, gates);
  const block = sequences * width;
  for (let row = 0; row < rows; row += sequences) {
    const before = row * width;
    const z = gates.subarray(4 * before, 4 * (before + block));
    linear(weights.hidden, undefined, states.subarray(before, before + block), sequences, z);
    for (let s = 0; s < sequences; s++) {
      for (let j = 0; j < width; j++) {
        const at = 4 * s * width + j;
        const i = (z[at] = sigmoid(z[at]!));
        const f = (z[at + width] = sigmoid(z[at + width]!));
        const g = (z[at + 2 * width] = Math.tanh(z[at + 2 * width]!));
        const o = (z[at + 3 * width] = sigmoid(z[at + 3 * width]!));
        const here = before + s * width + j;
        const c = (cells[here + block] = f * cells[here]! + i * g);
        states[here + block] = o * Math.tanh(c);
      }
    }
  }
  return { gates, cells, states };
}

interface LstmGradients {
  /** [T * B, I] */
  readonly x: Float64Array;
  /** By the start's h and c, [B, H]. */
  readonly state: Float64Array;
  readonly cell: Float64Array;
}

/** From the loss's gradient by every step's h, [T * B, H]; adds the weights' gradients to theirs. */
export function lstmBackward(
  weights: LstmWeights,
  x: Float64Array,
  { gates, cells, states }: LstmPass,
  byStates: Float64Array,
  sequences: number,
): LstmGradients {
  const width = weights.hidden.columns;
  const rows = x.length / weights.input.columns;
  const block = sequences * width;
  const byGates = new Float64Array(gates.length);
  const hiddenTransposed = transposed(weights.hidden.values, 4 * width, width);
  const cell = new Float64Array(block);
  let state = new Float64Array(block);
  for (let row = rows - sequences; row >= 0; row -= sequences) {
    const before = row * width;
    for (let s = 0; s < sequences; s++) {
      for (let j = 0; j < width; j++) {
        const at = 4 * (before + s * width) + j;
        const here = s * width + j;
        const [i, f] = [gates[at]!, gates[at + width]!];
        const [g, o] = [gates[at + 2 * width]!, gates[at + 3 * width]!];
        const squashed = Math.tanh(cells[before + block + here]!);
        const byState = state[here]! + byStates[before + here]!;
        // h = o tanh(c), c = f c' + i g
        const byCell = cell[here]! + byState * o * (1 - squashed * squashed);
        byGates[at] = byCell * g * i * (1 - i);
        byGates[at + width] = byCell * cells[before + here]! * f * (1 - f);
        byGates[at + 2 * width] = byCell * i * (1 - g * g);
        byGates[at + 3 * width] = byState * squashed * o * (1 - o);
        cell[here] = byCell * f;
      }
    }
    state = new Float64Array(block);
    const z = byGates.subarray(4 * before, 4 * (before + block));
    addProduct(z, hiddenTransposed, state, sequences, width, 4 * width);
  }
  linearWeights(weights.hidden, undefined, states.subarray(0, rows * width), byGates, rows);
  linearWeights(weights.input, weights.bias, x, byGates, rows);
  const byX = new Float64Array(x.length);
  linearInputs(weights.input, byGates, rows, byX);
  return { x: byX, state, cell };
}
