// MetaQNN (Baker et al. 2017): tabular Q-learning over the decisions of an architecture, with experience replay and an
// epsilon that falls with the number of distinct models. The reward comes at the end only, undiscounted.

import type { Random } from '../../base/random.ts';
import type { Architecture, DecisionSpace } from '../architecture.ts';
import { completeWith, pick } from '../decisions.ts';
import type { Searcher } from '../searcher.ts';

interface QSettings {
  readonly rate: number;
  /** Where every Q value starts; the reward is score / 100. */
  readonly first: number;
  /** Trajectories replayed after every model. */
  readonly replay: number;
  /** Distinct models at each epsilon, as a share of the published schedule (1,500 at 1.0; 2,700 in all). */
  readonly schedule: number;
  /**
   * `layer`: what the space says that a decision depends on, as in the paper, or else the position and the decision
   * before; `prefix`: all decisions before.
   */
  readonly state: 'layer' | 'prefix';
}

export const metaQnn: QSettings = { rate: 0.01, first: 0.5, replay: 128, schedule: 1, state: 'layer' };

interface QState {
  /** By state, then by option. */
  readonly q: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** All models so far, each once with its last reward. */
  readonly memory: readonly { readonly architecture: Architecture; readonly reward: number }[];
}

/** Models at each epsilon (Baker et al. 2017, table 2). */
const published: readonly (readonly [epsilon: number, models: number])[] = [
  [1, 1500],
  ...[0.9, 0.8, 0.7].map((epsilon) => [epsilon, 100] as const),
  ...[0.6, 0.5, 0.4, 0.3, 0.2, 0.1].map((epsilon) => [epsilon, 150] as const),
];

/** The epsilon after so many distinct models; 0.1 when the schedule is over. */
export function epsilonAt(models: number, schedule: number): number {
  let end = 0;
  for (const [epsilon, count] of published) {
    end += count * schedule;
    if (models < end) return epsilon;
  }
  return 0.1;
}

function stateOf(space: DecisionSpace, prefix: Architecture, kind: QSettings['state']): string {
  if (kind === 'prefix') return prefix.join(' ');
  return space.state?.(prefix) ?? `${prefix.length}:${prefix.at(-1) ?? ''}`;
}

export function qLearning(space: DecisionSpace, settings: QSettings = metaQnn): Searcher<QState> {
  const { rate, first, replay, schedule, state: kind } = settings;
  const next = (prefix: Architecture): ReturnType<DecisionSpace['next']> => space.next(prefix);

  function draw({ q, memory }: QState, random: Random): Architecture {
    const epsilon = epsilonAt(memory.length, schedule);
    const taken: number[] = [];
    return completeWith(next, [], ({ allowed }) => {
      const values = q[stateOf(space, taken, kind)];
      const valueOf = (option: number): number => values?.[option] ?? first;
      const most = Math.max(...allowed.map(valueOf));
      const option =
        random.uniform() < epsilon
          ? pick(allowed, random)
          : pick(
              allowed.filter((one) => valueOf(one) === most),
              random,
            );
      taken.push(option);
      return option;
    });
  }

  return {
    name: 'q-learning',
    init: () => ({ q: {}, memory: [] }),
    ask: (state, count, random) => ({
      state,
      proposals: Array.from({ length: count }, () => ({ architecture: draw(state, random) })),
    }),
    tell(state, results, random) {
      const q = new Map(Object.entries(state.q).map(([name, values]) => [name, { ...values }]));
      let { memory } = state;
      for (const { architecture, evaluation } of results) {
        const name = architecture.join(' ');
        const entry = { architecture, reward: evaluation.score / 100 };
        memory = [...memory.filter((one) => one.architecture.join(' ') !== name), entry];
        learn(entry);
        for (let i = 0; i < replay; i++) learn(pick(memory, random));
      }
      return { q: Object.fromEntries(q), memory };

      /** Q(s, u) += rate * (r + max Q(s', .) - Q(s, u)), backwards along the trajectory (equation 3). */
      function learn({ architecture, reward }: QState['memory'][number]): void {
        let target = reward;
        for (let position = architecture.length - 1; position >= 0; position--) {
          const prefix = architecture.slice(0, position);
          const place = stateOf(space, prefix, kind);
          const values = q.get(place) ?? {};
          q.set(place, values);
          const option = architecture[position]!;
          const old = values[option] ?? first;
          values[option] = old + rate * (target - old);
          target = Math.max(...space.next(prefix)!.allowed.map((one) => values[one] ?? first));
        }
      }
    },
  };
}
