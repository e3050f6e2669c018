// Chains of a fixed number of layers, each one of a list of choices: NAS-Bench-Macro (Su et al. 2021, section 5).

import type { Architecture, Decision, Encoding, DecisionSpace } from '../architecture.ts';
import { changeDecisions } from '../decisions.ts';

interface ChainDescription {
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

export function chainSpace({ name, layers, choices, stages }: ChainDescription): DecisionSpace {
  const decision: Decision = { kind: 'layer', size: choices.length, allowed: choices.map((_, i) => i) };
  const next = (prefix: Architecture): Decision | undefined =>
    prefix.length < layers ? decision : undefined;
  const stagesOf = (architecture: Architecture): readonly Architecture[] =>
    stages === undefined ? [architecture] : stagesWithoutNothing(architecture, stages);
  const key = (architecture: Architecture): string => stagesOf(architecture).map(text).join('|');
  return {
    name,
    size: BigInt(choices.length) ** BigInt(layers),
    ...changeDecisions(next, key),
    key,
    text,
    encode(architecture: Architecture, encoding: Encoding) {
      const result = new Float64Array(layers * choices.length);
      // A chain is one path: its layers in order, without those that are nothing. The layers of a stage move up.
      let begin = 0;
      for (const [index, stage] of (encoding === 'oneHot'
        ? [architecture]
        : stagesOf(architecture)
      ).entries()) {
        for (const [place, choice] of stage.entries()) result[(begin + place) * choices.length + choice] = 1;
        begin += stages?.[index] ?? layers;
      }
      return result;
    },
  };
}

function stagesWithoutNothing(
  architecture: Architecture,
  stages: readonly number[],
): readonly Architecture[] {
  let at = 0;
  return stages.map((length) => {
    const [first, ...others] = architecture.slice(at, (at += length));
    return [first!, ...others.filter((choice) => choice > 0)];
  });
}
