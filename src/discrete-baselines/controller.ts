// A recurrent controller (Zoph and Le 2017, section 3.1): an LSTM takes the decisions of an architecture one by one,
// each from the one before. Plain float64 over one flat list of parameters, forward and backward, so that its state is
// JSON and equal seeds give equal bits.
// Legend: H hidden units, D decisions, K options of a decision's kind.

import type { Random } from '../base/random.ts';
import type { Architecture, Decision, DecisionSpace } from './architecture.ts';
import { completeWith } from './decisions.ts';
import { lstmBackward, lstmForward, type LstmLayer, type LstmStep } from './lstm.ts';
import { drawFrom, probabilities } from './softmax-policy.ts';

export interface ControllerShape {
  /** H, also of the embeddings. */
  readonly hidden: number;
  readonly layers: number;
  /** Parameters start uniform in [-scale, scale]. */
  readonly scale: number;
  /** Logits are squashed to tanhConstant * tanh(logit) (Bello et al. 2017); none if absent. */
  readonly tanhConstant?: number;
  /** What divides the constant for decisions of a kind (ENAS: 2.5 for operations); 1 if absent. */
  readonly tanhDivisor?: Readonly<Record<string, number>>;
  /** Where the bias of an option's raw logit starts, by kind; absent: as every other parameter. */
  readonly firstBias?: (kind: string, option: number) => number | undefined;
  /** Added to the squashed logit of an option at a position, fixed. */
  readonly prior?: (position: number, option: number) => number;
}

/** One decision of an architecture as the controller saw it. */
interface ControllerStep {
  readonly decision: Decision;
  readonly choice: number;
  /** Over all K options; 0 where not open. */
  readonly p: readonly number[];
  /** The squashed logits, prior included. */
  readonly logits: readonly number[];
}

export interface ControllerPass {
  readonly steps: readonly ControllerStep[];
  /** log p of the architecture, and the sum of the decisions' entropies, in nats. */
  readonly logProbability: number;
  readonly entropy: number;
  /** The loss's gradient by every parameter from that by every step's logits, [D][K]. */
  backward(byLogits: readonly (readonly number[])[]): Float64Array;
}

interface Head {
  readonly size: number;
  /** Offsets of the embeddings [K, H], of the weights [K, H] and of the biases [K]. */
  readonly embedding: number;
  readonly weight: number;
  readonly bias: number;
}

export class Controller {
  /** Number of parameters. */
  readonly size: number;
  private readonly space: DecisionSpace;
  private readonly shape: ControllerShape;
  private readonly heads = new Map<string, Head>();
  private readonly lstm: readonly LstmLayer[];
  /** Offset of the first input, [H]. */
  private readonly start: number;

  /** The kinds of decisions are those of some architecture of the space; all of them must have the same. */
  constructor(space: DecisionSpace, shape: ControllerShape, example: Architecture) {
    this.space = space;
    this.shape = shape;
    const { hidden, layers } = shape;
    let next = 0;
    const take = (count: number): number => (next += count) - count;
    this.start = take(hidden);
    this.lstm = Array.from({ length: layers }, () => ({
      inputs: hidden,
      hidden,
      weight: take(4 * hidden * 2 * hidden),
      bias: take(4 * hidden),
    }));
    for (const position of example.keys()) {
      const { kind, size } = space.next(example.slice(0, position))!;
      if (this.heads.has(kind)) continue;
      this.heads.set(kind, {
        size,
        embedding: take(size * hidden),
        weight: take(size * hidden),
        bias: take(size),
      });
    }
    this.size = next;
  }

  initialise(random: Random): readonly number[] {
    const { scale, firstBias } = this.shape;
    const values = Array.from({ length: this.size }, () => scale * (2 * random.uniform() - 1));
    for (const [kind, { size, bias }] of this.heads) {
      for (let option = 0; option < size; option++)
        values[bias + option] = firstBias?.(kind, option) ?? values[bias + option]!;
    }
    return values;
  }

  sample(parameters: readonly number[], random: Random): Architecture {
    return this.run(parameters, ({ p }) => drawFrom(p, random)).steps.map(({ choice }) => choice);
  }

  /** What the controller makes of an architecture. */
  pass(parameters: readonly number[], architecture: Architecture): ControllerPass {
    return this.run(parameters, (_, position) => architecture[position]!);
  }

  private run(
    parameters: readonly number[],
    choose: (step: Omit<ControllerStep, 'choice'>, position: number) => number,
  ): ControllerPass {
    const { hidden, layers } = this.shape;
    const steps: ControllerStep[] = [];
    /** By decision: each layer's step. */
    const tape: LstmStep[][] = [];
    const slopes: number[][] = [];
    let input = parameters.slice(this.start, this.start + hidden);
    completeWith(
      (prefix) => this.space.next(prefix),
      [],
      (decision, position) => {
        const row: LstmStep[] = [];
        let x: readonly number[] = input;
        for (let layer = 0; layer < layers; layer++) {
          const step = lstmForward(parameters, this.lstm[layer]!, x, tape[position - 1]?.[layer]);
          row.push(step);
          x = step.h;
        }
        tape.push(row);
        const head = this.heads.get(decision.kind)!;
        const { logits, slope } = this.logitsOf(parameters, head, decision, x, position);
        slopes.push(slope);
        const p = probabilities(logits, decision);
        const choice = choose({ decision, p, logits }, position);
        steps.push({ decision, choice, p, logits });
        const from = head.embedding + choice * hidden;
        input = parameters.slice(from, from + hidden);
        return choice;
      },
    );
    return {
      steps,
      logProbability: steps.reduce((sum, { p, choice }) => sum + Math.log(p[choice]!), 0),
      entropy: steps.reduce((sum, { p }) => sum + entropyOf(p), 0),
      backward: (byLogits) => this.backward(parameters, steps, tape, slopes, byLogits),
    };
  }

  /** Squashed logits, and their slope by the raw ones. */
  private logitsOf(
    parameters: readonly number[],
    head: Head,
    { kind }: Decision,
    h: readonly number[],
    position: number,
  ): { logits: number[]; slope: number[] } {
    const { hidden, tanhConstant, tanhDivisor, prior } = this.shape;
    const limit = tanhConstant === undefined ? undefined : tanhConstant / (tanhDivisor?.[kind] ?? 1);
    const logits: number[] = [];
    const slope: number[] = [];
    for (let option = 0; option < head.size; option++) {
      let raw = parameters[head.bias + option]!;
      for (let j = 0; j < hidden; j++) raw += parameters[head.weight + option * hidden + j]! * h[j]!;
      const squashed = Math.tanh(raw);
      logits.push((limit === undefined ? raw : limit * squashed) + (prior?.(position, option) ?? 0));
      // d (c tanh x) / dx = c (1 - tanh^2 x)
      slope.push(limit === undefined ? 1 : limit * (1 - squashed ** 2));
    }
    return { logits, slope };
  }

  private backward(
    parameters: readonly number[],
    steps: readonly ControllerStep[],
    tape: readonly (readonly LstmStep[])[],
    slopes: readonly (readonly number[])[],
    byLogits: readonly (readonly number[])[],
  ): Float64Array {
    const { hidden, layers } = this.shape;
    const gradient = new Float64Array(this.size);
    const zeros = (): Float64Array[] => Array.from({ length: layers }, () => new Float64Array(hidden));
    let [dH, dC] = [zeros(), zeros()];
    for (let position = steps.length - 1; position >= 0; position--) {
      const { decision } = steps[position]!;
      const head = this.heads.get(decision.kind)!;
      const row = tape[position]!;
      const top = row.at(-1)!.h;
      for (let option = 0; option < head.size; option++) {
        const g = byLogits[position]![option]! * slopes[position]![option]!;
        gradient[head.bias + option]! += g;
        for (let j = 0; j < hidden; j++) {
          gradient[head.weight + option * hidden + j]! += g * top[j]!;
          dH[layers - 1]![j]! += g * parameters[head.weight + option * hidden + j]!;
        }
      }
      const [nextH, nextC] = [zeros(), zeros()];
      for (let layer = layers - 1; layer >= 0; layer--) {
        const { dX, dHBefore, dCBefore } = lstmBackward(
          parameters,
          this.lstm[layer]!,
          row[layer]!,
          dH[layer]!,
          dC[layer]!,
          gradient,
        );
        nextH[layer] = dHBefore;
        nextC[layer] = dCBefore;
        if (layer > 0) for (let j = 0; j < hidden; j++) dH[layer - 1]![j]! += dX[j]!;
        else {
          const before = steps[position - 1];
          const from =
            before === undefined
              ? this.start
              : this.heads.get(before.decision.kind)!.embedding + before.choice * hidden;
          for (let j = 0; j < hidden; j++) gradient[from + j]! += dX[j]!;
        }
      }
      [dH, dC] = [nextH, nextC];
    }
    return gradient;
  }
}

/** In nats. */
function entropyOf(p: readonly number[]): number {
  return p.reduce((sum, value) => (value > 0 ? sum - value * Math.log(value) : sum), 0);
}

/** d log p(choice) / d logits = onehot(choice) - p */
export function byLogProbability({ p, choice }: ControllerStep): number[] {
  return p.map((value, option) => (option === choice ? 1 : 0) - value);
}

/** d entropy / d logits = -p (log p + entropy) */
export function byEntropy({ p }: ControllerStep): number[] {
  const entropy = entropyOf(p);
  return p.map((value) => (value > 0 ? -value * (Math.log(value) + entropy) : 0));
}
