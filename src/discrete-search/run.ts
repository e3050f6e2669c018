// Searches without gradient, several seeds of one strategy: opens what they need, runs them, writes what they found.
// It reports by events and touches no terminal.

import { availableThreads } from '../kernels/executors/wasm/threads.ts';
import { describeMachine, type Machine } from '../runs/machine.ts';
import { defaultExecutor, type ExecutorOptions } from '../engine/executors.ts';
import { version } from '../engine/version.ts';
import { inherits } from './evaluators/named.ts';
import { BaselineJournal } from './journal.ts';
import type { BaselineOptions, BaselineProgress, BaselineResult } from './options.ts';
import { prepareBaseline, type PreparedBaseline } from './prepare.ts';
import { Recorder } from './recorder.ts';
import { resultFiles, resultOf } from './results/result.ts';
import { runSearches } from './searches.ts';
import { WorkerPool } from './workers/pool.ts';

/** Runs `seeds` searches, one after the other. Throws a `MixopError` for whatever a user can correct. */
export async function baseline(options: BaselineOptions): Promise<BaselineResult> {
  const { pause = 2000, onProgress: report = () => {} } = options;
  const { signal = new AbortController().signal } = options;
  const prepared = await prepareBaseline(options);
  let journal: BaselineJournal | undefined;
  let pool: WorkerPool | undefined;
  try {
    journal = await openJournal(prepared, options);
    for (const message of journal?.warnings ?? []) report({ kind: 'warning', message });
    const recorder = new Recorder(prepared, { journal, pause, report });
    const complete = recorder.finished;
    report(startOf(prepared, recorder.lines.length));
    pool = openPool(prepared, options, report);
    await runSearches(prepared, recorder, {
      evaluator: pool ?? prepared.evaluator,
      recorded: journal?.recorded ?? [],
      signal,
    });
    const result = resultOf(prepared, recorder, options.out);
    if (!complete) await recorder.save();
    if (result.finished) await journal?.writeResults(resultFiles(result, prepared.space));
    if (result.finished && !complete) {
      await journal?.finish(recorder.lines.length, result.optimum);
      await recorder.forgetWeights();
    }
    return result;
  } finally {
    await pool?.close();
    await journal?.close();
    await prepared.close();
  }
}

async function openJournal(
  { config, space, evaluator }: PreparedBaseline,
  { out, resume = false, workers = 1, executor = { executor: defaultExecutor } }: BaselineOptions,
): Promise<BaselineJournal | undefined> {
  if (out === undefined) return undefined;
  // With its space, which may be the table's or the weights', the run says by itself what its architectures are.
  const stored = { ...config, space: space.name };
  const machine = machineBehind(evaluator.name, executor, workers);
  return BaselineJournal.open(out, stored, machine, { resume, inherits: inherits(config) });
}

/** What evaluates, as a run records it. */
function machineBehind(evaluator: string, options: ExecutorOptions, workers: number): Machine {
  const { executor = defaultExecutor, adapter = null } = options;
  const name = evaluator === 'table' ? evaluator : executor;
  const threads = options.threads ?? (name === 'wasm' && workers === 1 ? availableThreads() : 1);
  return describeMachine({ mixop: version, executor: name, adapter, threads });
}

function startOf({ config, space }: PreparedBaseline, done: number): BaselineProgress {
  const { strategy, seeds } = config;
  return { kind: 'start', strategy, space: space.name, seeds, done };
}

/** Worker processes, where more than this one evaluate; each computes in one thread by default. */
function openPool(
  { config, evaluator }: PreparedBaseline,
  { workers = 1, executor = { executor: defaultExecutor }, out }: BaselineOptions,
  report: (progress: BaselineProgress) => void,
): WorkerPool | undefined {
  if (workers === 1) return undefined;
  return new WorkerPool(evaluator, {
    config,
    executor: { ...executor, threads: executor.threads ?? 1 },
    workers,
    ...(out !== undefined && { run: out }),
    onWorker(event) {
      if (event.kind === 'started') report({ kind: 'worker', pid: event.pid });
      else {
        const message = `worker process ${event.pid} died (${event.reason}): another takes over its work`;
        report({ kind: 'warning', message });
      }
    },
  });
}
