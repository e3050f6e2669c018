// The searches of a run, one after the other, from its position until all are complete or it is stopped.

import type { Evaluator } from '../discrete-baselines/evaluator.ts';
import { type Limits, runSearcher, startState } from '../discrete-baselines/loop.ts';
import type { LedgerLine } from './ledger.ts';
import type { PreparedBaseline } from './prepare.ts';
import type { Recorder } from './recorder.ts';

interface SearchesOptions {
  /** This process's own, or processes that share its work. */
  readonly evaluator: Evaluator;
  /** Results that need not be computed again. */
  readonly recorded: readonly LedgerLine[];
  readonly signal: AbortSignal;
}

export async function runSearches(
  prepared: PreparedBaseline,
  recorder: Recorder,
  options: SearchesOptions,
): Promise<void> {
  while (!recorder.finished && !options.signal.aborted) {
    await runSearch(prepared, recorder, options);
    if (!options.signal.aborted) recorder.nextSearch();
  }
}

async function runSearch(
  { config, space, searcherOf }: PreparedBaseline,
  recorder: Recorder,
  { evaluator, recorded, signal }: SearchesOptions,
): Promise<void> {
  const { position } = recorder;
  const seed = config.seed + position.seed;
  const searcher = searcherOf(position.seed);
  const known = recorded.filter((line) => line.seed === seed);
  const loop = runSearcher(position.state ?? startState(searcher, seed), {
    space,
    searcher,
    evaluator: known.length === 0 ? evaluator : withRecorded(evaluator, known),
    seed,
    limits: config.budget as Limits,
    batch: config.batch,
    ...(config.stopEarly && { stopEarly: config.stopEarly }),
    signal,
  });
  for await (const event of loop) {
    if (event.kind === 'stopped') recorder.stopAt(event.state);
    else await recorder.take(seed, event.results, event.state, searcher);
  }
}

/** Returns a recorded result where number and architecture are the same, and evaluates otherwise. */
function withRecorded(evaluator: Evaluator, lines: readonly LedgerLine[]): Evaluator {
  const known = new Map(lines.map((line) => [nameOf(line), line]));
  return {
    ...evaluator,
    evaluate(request, signal) {
      const line = known.get(nameOf(request));
      if (line === undefined) return evaluator.evaluate(request, signal);
      const { score, seconds, epochs, curve, stop, metrics } = line;
      const more = { ...(curve && { curve }), ...(stop && { stop }) };
      return Promise.resolve({ score, seconds, epochs, metrics, ...more });
    },
  };
}

function nameOf({ id, architecture }: Pick<LedgerLine, 'id' | 'architecture'>): string {
  return `${id} ${architecture.join(' ')}`;
}
