// Sampling, mutation, crossover and neighbours of any space whose architectures are sequences of decisions.

import type { Random } from '../base/random.ts';
import { type Architecture, type Decision, isArchitecture, type DecisionSpace } from './architecture.ts';

type Next = (prefix: Architecture) => Decision | undefined;

export function pick<T>(items: readonly T[], random: Random): T {
  return items[random.below(items.length)]!;
}

/** Every decision uniform among its open options. */
export function sampleDecisions(next: Next, random: Random): Architecture {
  return completeWith(next, [], ({ allowed }) => pick(allowed, random));
}

/** Goes on from a prefix until the architecture is complete. */
export function completeWith(
  next: Next,
  prefix: Architecture,
  choose: (decision: Decision, position: number) => number,
): Architecture {
  const taken = [...prefix];
  for (let decision = next(taken); decision !== undefined; decision = next(taken)) {
    taken.push(choose(decision, taken.length));
  }
  return taken;
}

/** The decisions of one architecture in order, with what was open at each. */
export function decisionsOf(
  space: Pick<DecisionSpace, 'next'>,
  architecture: Architecture,
): readonly Decision[] {
  return architecture.map((_, position) => space.next(architecture.slice(0, position))!);
}

/** The architecture with another option at one position; undefined if what follows is not open any more. */
function changed(next: Next, from: Architecture, position: number, option: number): Architecture | undefined {
  const to = from.with(position, option);
  return isArchitecture({ next }, to, position + 1) ? to : undefined;
}

/** All architectures that differ from one in the decision at a position. */
function changesAt(next: Next, from: Architecture, position: number): readonly Architecture[] {
  const { allowed } = next(from.slice(0, position))!;
  return allowed
    .filter((option) => option !== from[position])
    .map((option) => changed(next, from, position, option))
    .filter((architecture) => architecture !== undefined);
}

/** One decision, drawn uniformly among those that can change alone, becomes another option, drawn uniformly. */
function mutateDecision(next: Next, from: Architecture, random: Random): Architecture {
  for (const position of random.permutation(from.length)) {
    const changes = changesAt(next, from, position);
    if (changes.length > 0) return pick(changes, random);
  }
  return from;
}

/** All architectures that differ in one decision; of those with equal keys the first. */
export function neighboursOf(
  next: Next,
  key: (architecture: Architecture) => string,
  from: Architecture,
): readonly Architecture[] {
  const seen = new Set([key(from)]);
  return from
    .flatMap((_, position) => changesAt(next, from, position))
    .filter((architecture) => {
      const name = key(architecture);
      return !seen.has(name) && seen.add(name);
    });
}

/** All architectures that differ by one decision replaced, added or left out, each once; options below `size`. */
export function editsOf(next: Next, size: number, from: Architecture): readonly Architecture[] {
  const options = Array.from({ length: size }, (_, option) => option);
  const found = new Map<string, Architecture>();
  for (let at = 0; at <= from.length; at++) {
    const left = at < from.length ? [from.toSpliced(at, 1)] : [];
    const changed = options.flatMap((option) => [
      from.toSpliced(at, 1, option),
      from.toSpliced(at, 0, option),
    ]);
    for (const edit of [...left, ...changed]) {
      if (edit.join() !== from.join() && isArchitecture({ next }, edit)) found.set(edit.join(), edit);
    }
  }
  return [...found.values()];
}

/** Uniform crossover: every decision of either parent; where what was drawn is not open, of the other, else uniform. */
export function crossDecisions(next: Next, a: Architecture, b: Architecture, random: Random): Architecture {
  return completeWith(next, [], ({ allowed }, position) => {
    const parents = random.below(2) === 0 ? [a, b] : [b, a];
    const taken = parents
      .map((parent) => parent[position])
      .find((option) => option !== undefined && allowed.includes(option));
    return taken ?? pick(allowed, random);
  });
}

/** Random draws for one architecture before a small space counts as exhausted. */
const attempts = 100;

/** Up to `count` random architectures that are fresh; fewer where the space has hardly any left. */
export function drawFresh(
  space: DecisionSpace,
  count: number,
  fresh: (architecture: Architecture) => boolean,
  random: Random,
): Architecture[] {
  const found: Architecture[] = [];
  for (let attempt = 0; attempt < count * attempts && found.length < count; attempt++) {
    const architecture = space.sample(random);
    if (fresh(architecture)) found.push(architecture);
  }
  return found;
}

/** What every space of decisions has that says no more of its own: one decision changes, everything else is kept. */
export function changeDecisions(
  next: Next,
  key: DecisionSpace['key'],
): Pick<DecisionSpace, 'next' | 'sample' | 'mutate' | 'crossover' | 'neighbours'> {
  return {
    next,
    sample: (random) => sampleDecisions(next, random),
    mutate: (architecture, random) => mutateDecision(next, architecture, random),
    crossover: (a, b, random) => crossDecisions(next, a, b, random),
    neighbours: (architecture) => neighboursOf(next, key, architecture),
  };
}
