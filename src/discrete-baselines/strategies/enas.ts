// ENAS (Pham et al. 2018, section 2.3 and the published code's micro search): an LSTM controller on shared weights, its
// logits squashed, with an entropy term and a preference for separable convolutions. Sources are chosen by a softmax of
// their own here, not by attention over the nodes before. As a searcher it finds shared weights as they are; training them in
// alternation is the work of search/shared/path-controller.ts.

import type { DecisionSpace } from '../architecture.ts';
import { completeWith } from '../decisions.ts';
import type { Searcher } from '../searcher.ts';
import type { CellDecisionSpace } from '../spaces/cell-space.ts';
import { type LstmSettings, type LstmState, policyGradient } from './lstm-reinforce.ts';

export const pham: LstmSettings = {
  hidden: 64,
  layers: 1,
  rate: 3.5e-3,
  decay: 0.99,
  batch: 10,
  power: 1,
  entropy: 1e-4,
};

/** c of c * tanh(logit), and what divides it for operations. */
export const enasTanh = { tanhConstant: 1.1, tanhDivisor: { operation: 2.5 } } as const;

export function enas(space: DecisionSpace, settings: LstmSettings = pham): Searcher<LstmState> {
  const { hidden, layers } = settings;
  const shape = { hidden, layers, scale: 0.1, ...enasTanh };
  return policyGradient(
    'enas',
    space,
    settings,
    isCells(space) ? { ...shape, ...preferences(space) } : shape,
  );
}

function isCells(space: DecisionSpace): space is CellDecisionSpace {
  return 'description' in space;
}

/**
 * The bias of the two separable convolutions starts at 10, before it is squashed; in the first (normal) cell they also
 * have a fixed prior of +0.25, all others -0.25.
 */
function preferences(space: CellDecisionSpace): {
  readonly firstBias?: (kind: string, option: number) => number | undefined;
  readonly prior?: (position: number, option: number) => number;
} {
  const { operations, cells } = space.description;
  const preferred = operations.map((name) => name.startsWith('sep_conv'));
  if (!preferred.includes(true)) return {};
  const kinds: string[] = [];
  completeWith(
    (prefix) => space.next(prefix),
    [],
    ({ kind, allowed }) => {
      kinds.push(kind);
      return allowed[0]!;
    },
  );
  const inFirstCell = kinds.length / cells.length;
  return {
    firstBias: (kind, option) => (kind === 'operation' ? (preferred[option] === true ? 10 : 0) : undefined),
    prior: (position, option) => {
      if (position >= inFirstCell || kinds[position] !== 'operation') return 0;
      return preferred[option] === true ? 0.25 : -0.25;
    },
  };
}
