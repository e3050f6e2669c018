// The fidelities of multi-fidelity search: a resource that grows by a factor from rung to rung.

import type { Fidelity } from './evaluator.ts';

export interface RungSettings {
  /** What grows: epochs, share of the data, height and width of the images, or channels. */
  readonly resource: keyof Fidelity;
  /** Of the first rung and of the last. */
  readonly least: number;
  readonly most: number;
  /** The factor, and the share of a rung that moves on is its inverse; over 1. */
  readonly eta: number;
}

/** From `least` by factors of eta up to `most`, which is the last one; whole numbers unless it is a share. */
export function rungsOf({ resource, least, most, eta }: RungSettings): readonly Fidelity[] {
  const count = Math.max(0, Math.ceil(Math.log(most / least) / Math.log(eta) - 1e-9)) + 1;
  return Array.from({ length: count }, (_, rung) => {
    const amount = rung === count - 1 ? most : least * eta ** rung;
    return { [resource]: resource === 'dataShare' ? amount : Math.round(amount) };
  });
}
