// The learning rate schedule of searches and trainings.

/** Cosine annealing without restarts (Loshchilov and Hutter 2017, equation 5), constant within an epoch. */
export function cosineRate(epoch: number, epochs: number, first: number, last: number): number {
  return last + ((first - last) * (1 + Math.cos((Math.PI * epoch) / epochs))) / 2;
}
