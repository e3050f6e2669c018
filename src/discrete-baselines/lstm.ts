// One step of an LSTM layer (Hochreiter and Schmidhuber 1997, with forget gates) and its derivative, in float64 over a
// flat list of parameters. Gates in the order input, forget, candidate, output.

export interface LstmLayer {
  readonly inputs: number;
  readonly hidden: number;
  /** Offset of the weights [4 H, inputs + H] and of the biases [4 H]. */
  readonly weight: number;
  readonly bias: number;
}

export interface LstmStep {
  readonly x: readonly number[];
  readonly hBefore: readonly number[];
  readonly cBefore: readonly number[];
  /** i, f, g, o after their nonlinearities, [4 H]. */
  readonly gates: readonly number[];
  readonly c: readonly number[];
  readonly h: readonly number[];
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** c = f * c' + i * g; h = o * tanh(c) */
export function lstmForward(
  parameters: readonly number[],
  { inputs, hidden, weight, bias }: LstmLayer,
  x: readonly number[],
  before: LstmStep | undefined,
): LstmStep {
  const nothing = (): number[] => Array.from({ length: hidden }, () => 0);
  const [hBefore, cBefore] = [before?.h ?? nothing(), before?.c ?? nothing()];
  const width = inputs + hidden;
  const gates = Array.from({ length: 4 * hidden }, (_, row) => {
    let sum = parameters[bias + row]!;
    const from = weight + row * width;
    for (let j = 0; j < inputs; j++) sum += parameters[from + j]! * x[j]!;
    for (let j = 0; j < hidden; j++) sum += parameters[from + inputs + j]! * hBefore[j]!;
    return Math.floor(row / hidden) === 2 ? Math.tanh(sum) : sigmoid(sum);
  });
  const c = cBefore.map((old, j) => gates[hidden + j]! * old + gates[j]! * gates[2 * hidden + j]!);
  const h = c.map((value, j) => gates[3 * hidden + j]! * Math.tanh(value));
  return { x, hBefore, cBefore, gates, c, h };
}

/** dH, dC: gradients by h and c; adds the parameters' to `gradient`, gives those of x and of the step before. */
export function lstmBackward(
  parameters: readonly number[],
  { inputs, hidden, weight, bias }: LstmLayer,
  { x, hBefore, cBefore, gates, c }: LstmStep,
  dH: Float64Array,
  dC: Float64Array,
  gradient: Float64Array,
): { dX: Float64Array; dHBefore: Float64Array; dCBefore: Float64Array } {
  const dX = new Float64Array(inputs);
  const dHBefore = new Float64Array(hidden);
  const dCBefore = new Float64Array(hidden);
  const dRaw = new Float64Array(4 * hidden);
  for (let j = 0; j < hidden; j++) {
    const [i, f, g, o] = [0, 1, 2, 3].map((gate) => gates[gate * hidden + j]!) as [
      number,
      number,
      number,
      number,
    ];
    const squashed = Math.tanh(c[j]!);
    // h = o tanh(c), c = f c' + i g
    const byC = dC[j]! + dH[j]! * o * (1 - squashed ** 2);
    dRaw[j] = byC * g * i * (1 - i);
    dRaw[hidden + j] = byC * cBefore[j]! * f * (1 - f);
    dRaw[2 * hidden + j] = byC * i * (1 - g ** 2);
    dRaw[3 * hidden + j] = dH[j]! * squashed * o * (1 - o);
    dCBefore[j] = byC * f;
  }
  const width = inputs + hidden;
  for (let row = 0; row < 4 * hidden; row++) {
    const d = dRaw[row]!;
    const from = weight + row * width;
    gradient[bias + row]! += d;
    for (let j = 0; j < inputs; j++) {
      gradient[from + j]! += d * x[j]!;
      dX[j]! += d * parameters[from + j]!;
    }
    for (let j = 0; j < hidden; j++) {
      gradient[from + inputs + j]! += d * hBefore[j]!;
      dHBefore[j]! += d * parameters[from + inputs + j]!;
    }
  }
  return { dX, dHBefore, dCBefore };
}
