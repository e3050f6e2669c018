// Searches without gradient, a number of seeds of one strategy: space, evaluator, loop and run folder put together.
// It says what happens by events and touches no terminal.

import { setImmediate } from 'node:timers/promises';
import { MixopError } from '../base/errors.ts';
import type { Evaluator } from '../discrete-baselines/evaluator.ts';
import type { Limits, LoopState } from '../discrete-baselines/loop.ts';
import { runSearcher, startState } from '../discrete-baselines/loop.ts';
import type { Searcher } from '../discrete-baselines/searcher.ts';
import { availableThreads } from '../kernels/executors/wasm/threads.ts';
import type { StoppingSummary } from '../predictors/curves/stopping.ts';
import { describeMachine, type Machine } from '../runs/machine.ts';
import { checkpointsKept } from '../runs/run-folder.ts';
import type { PlaceOf } from '../engine/config-error.ts';
import { defaultExecutor, type ExecutorOptions } from '../engine/executors.ts';
import { version } from '../engine/version.ts';
import { type BaselineConfig, type BaselineConfigInput, defaultPlace, resolveBaseline } from './config.ts';
import { type Front, frontOf } from './results/front.ts';
import { inherits, openEvaluator, type OpenEvaluator } from './evaluators/named.ts';
import { heirsAt, Inheritance, nobody } from './evaluators/inheritance.ts';
import { BaselineJournal, type BaselinePosition } from './journal.ts';
import { bestOf, better, ledgerLine, type LedgerLine, tracesOf } from './ledger.ts';
import { strategyNamed } from './strategies.ts';
import { WorkerPool, type WorkerEvent } from './workers/pool.ts';
import { stoppingOf, type Summary, summarise } from './results/summary.ts';

export interface BaselineOptions {
  readonly config: BaselineConfigInput;
  /** The run folder; without one nothing is saved. */
  readonly out?: string;
  /** Go on with the run in `out`; one that never began is begun. */
  readonly resume?: boolean;
  readonly placeOf?: PlaceOf;
  readonly onProgress?: (progress: BaselineProgress) => void;
  /** Aborting saves and returns. */
  readonly signal?: AbortSignal;
  /** Processes that evaluate at the same time; 1 (the default): this one. No result depends on it. */
  readonly workers?: number;
  /** What computes scores on shared weights. */
  readonly executor?: ExecutorOptions;
  /** Milliseconds between two checkpoints; 2,000 if absent. */
  readonly pause?: number;
}

export type BaselineProgress =
  | { readonly kind: 'warning'; readonly message: string }
  /** A worker process. */
  | { readonly kind: 'worker'; readonly pid: number }
  | {
      readonly kind: 'start';
      readonly strategy: string;
      readonly space: string;
      readonly seeds: number;
      readonly done: number;
    }
  /** `done`: evaluations of the whole run; `seed`: searches that are complete. */
  | { readonly kind: 'evaluated'; readonly done: number; readonly seed: number; readonly best: LedgerLine };

export interface BaselineResult {
  readonly finished: boolean;
  readonly config: BaselineConfig;
  readonly lines: readonly LedgerLine[];
  readonly summary: Summary | undefined;
  /** Where trainings may be ended early: of full evaluations. */
  readonly stopping?: StoppingSummary;
  /** The best architecture of all searches, in the space's text form. */
  readonly text: string | undefined;
  /** What a score is: the column of a table. */
  readonly scoreName: string;
  /** The best score that there is, where it is known. */
  readonly optimum?: number;
  /** Where an objective was given. */
  readonly front?: Front;
  readonly out?: string;
}

interface Prepared extends OpenEvaluator {
  readonly config: BaselineConfig;
  /** Of the nth search, from 0. */
  readonly searcherOf: (search: number) => Searcher;
}

/**
 * Opens all that a run needs and writes nothing; what can be wrong is found here, as a `MixopError`. Whoever calls this
 * closes it.
 */
export async function prepareBaseline({
  config: input,
  placeOf = defaultPlace,
  executor = { executor: defaultExecutor },
  out,
}: BaselineOptions): Promise<Prepared> {
  const config = resolveBaseline(input, placeOf);
  const strategy = strategyNamed(config.strategy);
  const open = await openEvaluator(config, executor, placeOf, out);
  try {
    const made = await strategy.make(open.space, config.settings, (path, part) =>
      placeOf(['settings', ...path], part),
    );
    if ('name' in made) return { ...open, config, searcherOf: () => made };
    if (made.length === config.seeds) return { ...open, config, searcherOf: (search) => made[search]! };
    const place = placeOf(['settings', 'run'], 'value');
    const runs = made.length === 1 ? '1 run' : `${made.length} runs`;
    const problem = `${runs} of ${strategy.name} for ${config.seeds} searches`;
    throw new MixopError(
      'config',
      place,
      problem,
      'give one run for each search, or as many --seeds as runs',
    );
  } catch (error) {
    await open.close();
    throw error;
  }
}

/** Runs `seeds` searches, one after the other. Throws a `MixopError` for whatever a user can mend. */
export async function baseline(options: BaselineOptions): Promise<BaselineResult> {
  const prepared = await prepareBaseline(options);
  const { config, space, evaluator, searcherOf, scoreName, optimum, objective, weights } = prepared;
  const { pause = 2000, workers = 1, executor = { executor: defaultExecutor } } = options;
  const {
    out,
    resume = false,
    onProgress: report = () => {},
    signal = new AbortController().signal,
  } = options;
  let journal: BaselineJournal | undefined;
  let pool: WorkerPool | undefined;
  try {
    checkWorkers(workers, config.batch);
    if (workers > 1 && out === undefined && inherits(config)) throw inheritsNothing(workers);
    // With its space, which may be the table's or the weights', the run says by itself what its architectures are.
    const stored = { ...config, space: space.name };
    const machine = machineBehind(evaluator.name, executor, workers);
    const opening = { resume, inherits: inherits(config) };
    journal = out === undefined ? undefined : await BaselineJournal.open(out, stored, machine, opening);
    for (const message of journal?.warnings ?? []) report({ kind: 'warning', message });
    const lines: LedgerLine[] = [...(journal?.lines ?? [])];
    let position: BaselinePosition = journal?.position ?? { seed: 0, state: null };
    report({
      kind: 'start',
      strategy: config.strategy,
      space: space.name,
      seeds: config.seeds,
      done: lines.length,
    });
    if (workers > 1) {
      const alone = { ...executor, threads: executor.threads ?? 1 };
      const onWorker = (event: WorkerEvent): void => {
        if (event.kind === 'started') report({ kind: 'worker', pid: event.pid });
        else {
          const message = `worker process ${event.pid} died (${event.reason}): another takes over its work`;
          report({ kind: 'warning', message });
        }
      };
      pool = new WorkerPool(evaluator, {
        config,
        executor: alone,
        workers,
        onWorker,
        ...(out !== undefined && { run: out }),
      });
    }
    const inheritance = weights && new Inheritance(weights, journal === undefined ? 1 : checkpointsKept);
    let saved = Date.now();
    let best = bestOf(lines);
    const complete = position.seed === config.seeds;
    const limits = config.budget as Limits;
    while (position.seed < config.seeds && !signal.aborted) {
      const seed = config.seed + position.seed;
      const searcher = searcherOf(position.seed);
      const answering = withRecorded(
        pool ?? evaluator,
        journal?.recorded.filter((line) => line.seed === seed) ?? [],
      );
      let state: LoopState = position.state ?? startState(searcher, seed);
      const loop = runSearcher(state, {
        space,
        searcher,
        evaluator: answering,
        seed,
        limits,
        batch: config.batch,
        ...(config.stopEarly && { stopEarly: config.stopEarly }),
        signal,
      });
      for await (const event of loop) {
        ({ state } = event);
        position = { ...position, state };
        if (event.kind === 'stopped') break;
        for (const told of event.results) {
          const line = ledgerLine(config.strategy, seed, lines.length + 1, state.epochs, told);
          lines.push(line);
          if (best === undefined || better(line, best)) best = line;
        }
        const heirs = heirsAt(seed, state, searcher);
        if (journal === undefined) await inheritance?.passed(heirs);
        if (Date.now() - saved < pause) continue;
        await journal?.save(lines, position);
        if (journal !== undefined) await inheritance?.passed(heirs);
        report({ kind: 'evaluated', done: lines.length, seed: position.seed, best: best! });
        saved = Date.now();
        // A table answers at once; signals and timers get their turn here.
        await setImmediate();
      }
      if (!signal.aborted) position = { seed: position.seed + 1, state: null };
    }
    const finished = position.seed === config.seeds;
    const summary = summarise(tracesOf(lines));
    const found = summary?.best.architecture;
    const text = found && space.text(found);
    const genotype = found && (space.genotype?.(found) ?? text);
    const front = objective === undefined ? undefined : frontOf(lines, objective, (path) => space.text(path));
    if (!complete) {
      await journal?.save(lines, position);
      if (finished) {
        await journal?.finish(lines.length, genotype, optimum);
        await inheritance?.passed(nobody(config.seed + config.seeds));
      }
    }
    const stopping = stoppingOf(config, lines);
    const result = {
      finished,
      config,
      lines,
      summary,
      text,
      scoreName,
      ...(stopping && { stopping }),
      ...(front && { front }),
    };
    return { ...result, ...(optimum !== undefined && { optimum }), ...(out !== undefined && { out }) };
  } finally {
    await pool?.close();
    await journal?.close();
    await prepared.close();
  }
}

function checkWorkers(workers: number, batch: number): void {
  if (workers <= batch) return;
  const problem = `${workers} processes have ${batch} evaluations at a time to share`;
  throw new MixopError('config', 'workers', problem, `give --batch ${workers} or more`);
}

/** What evaluates, as a run records it. */
function machineBehind(evaluator: string, options: ExecutorOptions, workers: number): Machine {
  const { executor = defaultExecutor, adapter = null } = options;
  const name = evaluator === 'table' ? evaluator : executor;
  const threads = options.threads ?? (name === 'wasm' && workers === 1 ? availableThreads() : 1);
  return describeMachine({ mixop: version, executor: name, adapter, threads });
}

function inheritsNothing(workers: number): MixopError {
  const problem = `${workers} processes have no place for the weights that children inherit`;
  return new MixopError('config', 'workers', problem, 'give --out, or --train inherit=false');
}

/** Answers with what is known already, by number and architecture. */
function withRecorded(evaluator: Evaluator, lines: readonly LedgerLine[]): Evaluator {
  if (lines.length === 0) return evaluator;
  const known = new Map(lines.map((line) => [`${line.id} ${line.architecture.join(' ')}`, line]));
  return {
    ...evaluator,
    evaluate(request, signal) {
      const line = known.get(`${request.id} ${request.architecture.join(' ')}`);
      if (line === undefined) return evaluator.evaluate(request, signal);
      const { score, seconds, epochs, curve, stop, metrics } = line;
      const more = { ...(curve && { curve }), ...(stop && { stop }) };
      return Promise.resolve({ score, seconds, epochs, metrics, ...more });
    },
  };
}
