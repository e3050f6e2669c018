// Chains of a fixed number of layers, each one of a list of choices: NAS-Bench-Macro (Su et al. 2021, section 5).

import type { Architecture, Decision, Encoding, SearchSpace } from '../architecture.ts';
import { crossDecisions, mutateDecision, neighboursOf, sampleDecisions } from '../decisions.ts';

export interface ChainDescription {
  readonly name: string;
  readonly layers: number;
  /** Of each layer; an architecture is written with their indices, one digit a layer. */
  readonly choices: readonly string[];
}

/** Identity, and MobileNet blocks (expansion and kernel): strings such as `22212220`. */
export const nasbenchMacro: ChainDescription = {
  name: 'nasbench-macro',
  layers: 8,
  choices: ['identity', 'mb3_k3', 'mb6_k5'],
};

function text(architecture: Architecture): string {
  return architecture.join('');
}

export function chainSpace({ name, layers, choices }: ChainDescription): SearchSpace {
  const decision: Decision = { kind: 'layer', size: choices.length, allowed: choices.map((_, i) => i) };
  const next = (prefix: Architecture): Decision | undefined =>
    prefix.length < layers ? decision : undefined;
  return {
    name,
    size: BigInt(choices.length) ** BigInt(layers),
    next,
    sample: (random) => sampleDecisions(next, random),
    mutate: (architecture, random) => mutateDecision(next, architecture, random),
    crossover: (a, b, random) => crossDecisions(next, a, b, random),
    neighbours: (architecture) => neighboursOf(next, text, architecture),
    // The layers' places tell them apart (their widths and strides differ), so each chain is a class of its own.
    key: text,
    text,
    encode(architecture: Architecture, encoding: Encoding) {
      // A chain is one path, and which layers it has is all there is to know.
      if (encoding === 'path') return undefined;
      const result = new Float64Array(layers * choices.length);
      for (const [layer, choice] of architecture.entries()) result[layer * choices.length + choice] = 1;
      return result;
    },
  };
}
