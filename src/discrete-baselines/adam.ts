// Adam (Kingma and Ba 2015, algorithm 1) on a flat list of numbers, as pure functions in float64.

export interface AdamState {
  readonly steps: number;
  readonly first: readonly number[];
  readonly second: readonly number[];
}

const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];

export function adamStart(size: number): AdamState {
  const zeros = Array.from({ length: size }, () => 0);
  return { steps: 0, first: zeros, second: zeros };
}

/** Descends: the gradient is that of a loss. */
export function adamStep(
  values: readonly number[],
  gradient: ArrayLike<number>,
  state: AdamState,
  rate: number,
): { readonly values: readonly number[]; readonly state: AdamState } {
  const steps = state.steps + 1;
  const [correction1, correction2] = [1 - beta1 ** steps, 1 - beta2 ** steps];
  const first = state.first.map((m, i) => beta1 * m + (1 - beta1) * gradient[i]!);
  const second = state.second.map((v, i) => beta2 * v + (1 - beta2) * gradient[i]! ** 2);
  const moved = values.map(
    (value, i) =>
      value - (rate * (first[i]! / correction1)) / (Math.sqrt(second[i]! / correction2) + epsilon),
  );
  return { values: moved, state: { steps, first, second } };
}
