// Neural architecture optimisation (Luo et al. 2018, algorithm 1): an encoder, a predictor and a decoder are trained on
// what has been scored; the embeddings of the best architectures take a step towards lower predicted error, and what
// they decode to is evaluated next.

import { fitNao, type NaoSettings } from '../../predictors/nao/fit.ts';
import { rankedErrors } from '../../predictors/nao/ranked-errors.ts';
import type { Random } from '../../base/random.ts';
import type { Architecture, DecisionSpace } from '../architecture.ts';
import { drawFresh } from '../decisions.ts';
import type { Searcher } from '../searcher.ts';
import { tokensOf } from '../tokens.ts';

export interface NaoSearchSettings {
  /** Random architectures before the first model. */
  readonly initial: number;
  /** New architectures from one model. */
  readonly round: number;
  /** The best architectures, whose embeddings move. */
  readonly top: number;
  /** The steps are `step`, 2 * `step`, ... until a round is full, at most `most`: 10 and 30; on shared weights 1 and 100. */
  readonly step: number;
  readonly most: number;
}

interface NaoState {
  /** Keys of all that a model or chance brought up, so that nothing is evaluated twice. */
  readonly known: readonly string[];
  /** Brought up, but not asked for yet. */
  readonly waiting: readonly Architecture[];
  /** Asked for, but not told yet. */
  readonly out: number;
  readonly scored: readonly { readonly architecture: Architecture; readonly score: number }[];
}

export function naoSearch(
  space: DecisionSpace,
  settings: NaoSearchSettings,
  training: NaoSettings,
): Searcher<NaoState> {
  const { initial, round } = settings;
  return {
    name: 'nao',
    init: () => ({ known: [], waiting: [], out: 0, scored: [] }),
    ask(state, count, random) {
      let { known, waiting } = state;
      if (waiting.length === 0 && (known.length === 0 || state.out === 0)) {
        const seen = new Set(known);
        const fresh = (architecture: Architecture): boolean => {
          const key = space.key(architecture);
          return !seen.has(key) && Boolean(seen.add(key));
        };
        // All of one score: there is nothing to model yet.
        const flat = state.scored.every(({ score }) => score === state.scored[0]!.score);
        const found = flat ? [] : better(space, settings, training, state.scored, fresh, random);
        const draws = known.length === 0 ? initial : round;
        waiting = found.length > 0 ? found : drawFresh(space, draws, fresh, random.split('draw'));
        known = [...seen];
      }
      const now = waiting.slice(0, count);
      return {
        state: { ...state, known, waiting: waiting.slice(now.length), out: state.out + now.length },
        proposals: now.map((architecture) => ({ architecture })),
      };
    },
    tell(state, results) {
      const told = results.map(({ architecture, evaluation: { score } }) => ({ architecture, score }));
      return { ...state, out: state.out - results.length, scored: [...state.scored, ...told] };
    },
  };
}

/** Fresh architectures that the best decode to after steps, the smallest first; at most a round. */
function better(
  space: DecisionSpace,
  { round, top, step, most }: NaoSearchSettings,
  training: NaoSettings,
  scored: NaoState['scored'],
  fresh: (architecture: Architecture) => boolean,
  random: Random,
): readonly Architecture[] {
  const tokens = tokensOf(space);
  const sequences = scored.map(({ architecture }) => tokens.of(architecture));
  const { errors } = rankedErrors(Float64Array.from(scored, ({ score }) => score));
  const draw = (of: Random): Architecture => tokens.of(space.sample(of));
  const network = fitNao(tokens.vocabulary, sequences, errors, training, random.split('fit'), draw);
  const order = [...scored.keys()].sort((a, b) => errors[a]! - errors[b]! || a - b);
  const best = order.slice(0, top).map((index) => sequences[index]!);
  const found: Architecture[] = [];
  for (let length = step; length <= most && found.length < round; length += step) {
    for (const sequence of network.improve(best, length, (prefix) => tokens.open(prefix))) {
      const architecture = tokens.architecture(sequence);
      if (found.length < round && fresh(architecture)) found.push(architecture);
    }
  }
  return found;
}
