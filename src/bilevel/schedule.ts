// Learning rate schedules and Adam's bias corrections: what changes from step to step.

/** Cosine annealing without restarts (Loshchilov and Hutter 2017, equation 5), constant within an epoch. */
export function cosineRate(epoch: number, epochs: number, first: number, last: number): number {
  return last + ((first - last) * (1 + Math.cos((Math.PI * epoch) / epochs))) / 2;
}

/** [1 - b1^t, 1 - b2^t] for the t-th step, t from 1 (Kingma and Ba 2015, algorithm 1). */
export function adamCorrections(betas: readonly [number, number], t: number): [number, number] {
  return [1 - betas[0] ** t, 1 - betas[1] ** t];
}
