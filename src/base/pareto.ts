// Trading one number for another: what no other point beats in both, and how much that covers.

export interface Trade {
  /** The larger, the better. */
  readonly gain: number;
  /** The smaller, the better. */
  readonly cost: number;
}

/** At least as good in both, better in one. */
export function dominates(a: Trade, b: Trade): boolean {
  return a.gain >= b.gain && a.cost <= b.cost && (a.gain > b.gain || a.cost < b.cost);
}

/**
 * The points that no other one dominates, by increasing cost, which is also by
 * increasing gain; of equal points the first. One sort and one pass (Kung, Luccio and Preparata 1975).
 */
export function paretoFront<T extends Trade>(points: readonly T[]): readonly T[] {
  const front: T[] = [];
  // A sort is stable: equal points keep their order.
  for (const point of points.toSorted((a, b) => a.cost - b.cost || b.gain - a.gain)) {
    if (front.length === 0 || point.gain > front.at(-1)!.gain) front.push(point);
  }
  return front;
}

/** The area between a reference and what the points dominate (Zitzler and Thiele 1998); those worse than it add nothing. */
export function hypervolume(points: readonly Trade[], { gain, cost }: Trade): number {
  let [area, reached] = [0, gain];
  for (const point of paretoFront(points)) {
    if (point.cost >= cost || point.gain <= reached) continue;
    area += (cost - point.cost) * (point.gain - reached);
    reached = point.gain;
  }
  return area;
}
