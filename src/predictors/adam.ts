// Adam (Kingma and Ba 2015, algorithm 1) over one flat array, in place: thousands of steps of a fit copy nothing.
// (A controller's Adam, discrete-baselines/adam.ts, has a state that is JSON, and rounds otherwise.)

const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];

export class Adam {
  private readonly first: Float64Array;
  private readonly second: Float64Array;
  private steps = 0;

  constructor(size: number) {
    this.first = new Float64Array(size);
    this.second = new Float64Array(size);
  }

  /** Descends: the gradient is that of a loss. */
  step(parameters: Float64Array, gradient: Float64Array, rate: number): void {
    this.steps++;
    const { first, second } = this;
    const scale = rate / (1 - beta1 ** this.steps);
    const correction = 1 / (1 - beta2 ** this.steps);
    for (let i = 0; i < parameters.length; i++) {
      const slope = gradient[i]!;
      // A weight of a feature that no example has had: nothing to step along.
      if (slope === 0 && second[i] === 0) continue;
      first[i]! += (1 - beta1) * (slope - first[i]!);
      second[i]! += (1 - beta2) * (slope * slope - second[i]!);
      parameters[i]! -= (scale * first[i]!) / (Math.sqrt(second[i]! * correction) + epsilon);
    }
  }
}
