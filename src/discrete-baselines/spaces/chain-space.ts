// Chains of a fixed number of layers, each one of a list of choices: NAS-Bench-Macro (Su et al. 2021, section 5).

import type { Architecture, Decision, Encoding, SearchSpace } from '../architecture.ts';
import { changeDecisions } from '../decisions.ts';

export interface ChainDescription {
  readonly name: string;
  readonly layers: number;
  /** Of each layer; an architecture is written with their indices, one digit a layer. */
  readonly choices: readonly string[];
  /**
   * Layers of each stage, whose first one changes the shape: among the others the first choice, an identity, is nothing.
   * Absent: no choice is nothing anywhere.
   */
  readonly stages?: readonly number[];
}

/**
 * Identity, and MobileNet blocks (expansion and kernel): strings such as `22212220`. The 6,561 are 3,969 networks: where
 * in a stage an identity stands makes no difference, in the table neither.
 */
export const nasbenchMacro = {
  name: 'nasbench-macro',
  layers: 8,
  choices: ['identity', 'mb3_k3', 'mb6_k5'],
  stages: [2, 3, 3],
} as const satisfies ChainDescription;

function text(architecture: Architecture): string {
  return architecture.join('');
}

export function chainSpace({ name, layers, choices, stages }: ChainDescription): SearchSpace {
  const decision: Decision = { kind: 'layer', size: choices.length, allowed: choices.map((_, i) => i) };
  const next = (prefix: Architecture): Decision | undefined =>
    prefix.length < layers ? decision : undefined;
  const key = (architecture: Architecture): string =>
    stages === undefined ? text(architecture) : stagesText(architecture, stages);
  return {
    name,
    size: BigInt(choices.length) ** BigInt(layers),
    ...changeDecisions(next, key),
    key,
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

function stagesText(architecture: Architecture, stages: readonly number[]): string {
  let at = 0;
  return stages
    .map((length) => {
      const [first, ...others] = architecture.slice(at, (at += length));
      return [first, ...others.filter((choice) => choice > 0)].join('');
    })
    .join('|');
}
