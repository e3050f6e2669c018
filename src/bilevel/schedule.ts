// Adam's bias corrections: what changes from step to step.

/** [1 - b1^t, 1 - b2^t] for the t-th step, t from 1 (Kingma and Ba 2015, algorithm 1). */
export function adamCorrections(betas: readonly [number, number], t: number): [number, number] {
  return [1 - betas[0] ** t, 1 - betas[1] ** t];
}
