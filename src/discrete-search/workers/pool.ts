// Evaluations in several processes of this machine, as an evaluator: every request goes to a process that is free. One
// that dies or hangs is replaced, and what it was evaluating is evaluated again. Machines elsewhere could stand behind the
// same interface.

import { fileURLToPath } from 'node:url';
import { MixopError } from '../../base/errors.ts';
import type { Evaluation, EvaluationRequest, Evaluator } from '../../discrete-baselines/evaluator.ts';
import type { ExecutorOptions } from '../../engine/executors.ts';
import type { BaselineConfig } from '../config.ts';
import { type Failure, WorkerProcess } from './process.ts';

/** Times that one request may end a process, or a process end before it is ready, in a row. */
const patience = 5;

const inSources = import.meta.url.endsWith('/pool.ts');
const ownProgram = fileURLToPath(
  new URL(inSources ? './worker.ts' : './baseline-worker.js', import.meta.url),
);

export interface PoolOptions {
  readonly config: BaselineConfig;
  readonly executor: ExecutorOptions;
  readonly workers: number;
  /** The run's folder. */
  readonly run?: string;
  /** Hears of every process that starts, and of every one that died and why. */
  readonly onWorker?: (event: WorkerEvent) => void;
  /**
   * Milliseconds without a sign of life after which a process counts as hung. Signs come between steps: a process
   * computes in its main thread, and a large step of a slow executor takes long.
   */
  readonly silence?: number;
  /** What a process runs; another one in tests. */
  readonly program?: string;
}

const usualSilence = 120_000;

export type WorkerEvent =
  | { readonly kind: 'started'; readonly pid: number }
  | { readonly kind: 'died'; readonly pid: number; readonly reason: string };

interface Job {
  readonly request: EvaluationRequest;
  readonly resolve: (evaluation: Evaluation) => void;
  readonly reject: (error: unknown) => void;
  /** Processes that ended with it. */
  deaths: number;
}

export class WorkerPool implements Evaluator {
  readonly name: string;
  private readonly options: PoolOptions;
  private readonly waiting: Job[] = [];
  private readonly processes = new Set<WorkerProcess>();
  private readonly free: WorkerProcess[] = [];
  /** What each works on. */
  private readonly jobs = new Map<WorkerProcess, Job>();
  /** What ended the pool; nothing is evaluated any more. */
  private broken: unknown;
  private closing = false;
  /** Processes that died in a row before they were ready. */
  private unready = 0;

  /** The evaluator itself is opened in every process; `name` and `cost` are its. */
  constructor({ name, cost }: Pick<Evaluator, 'name' | 'cost'>, options: PoolOptions) {
    this.name = name;
    if (cost) this.cost = cost;
    this.options = options;
    for (let i = 0; i < options.workers; i++) this.start();
  }

  readonly cost?: NonNullable<Evaluator['cost']>;

  evaluate(request: EvaluationRequest, signal: AbortSignal): Promise<Evaluation> {
    return new Promise((resolve, reject) => {
      if (this.broken !== undefined) {
        reject(this.broken);
        return;
      }
      const abort = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', abort, { once: true });
      const settled = (): void => signal.removeEventListener('abort', abort);
      this.waiting.push({
        request,
        deaths: 0,
        resolve(evaluation) {
          settled();
          resolve(evaluation);
        },
        reject(error) {
          settled();
          reject(error);
        },
      });
      this.assign();
    });
  }

  async close(): Promise<void> {
    this.closing = true;
    await Promise.all([...this.processes].map((worker) => worker.close()));
  }

  private start(): void {
    const { config, executor, run, silence = usualSilence, program = ownProgram } = this.options;
    const execArgv = program.endsWith('.ts') ? ['--import', 'tsx'] : [];
    const opening = { config, executor, ...(run !== undefined && { run }) };
    let ready = false;
    const worker = new WorkerProcess(program, execArgv, opening, silence, {
      ready: () => {
        ready = true;
        this.unready = 0;
        this.offer(worker);
      },
      answered: (answer) => {
        const job = this.jobs.get(worker)!;
        this.jobs.delete(worker);
        if ('evaluation' in answer) job.resolve(answer.evaluation);
        else job.reject(errorOf(answer.failure));
        this.offer(worker);
      },
      failed: (failure) => this.fail(errorOf(failure)),
      ended: (reason) => this.ended(worker, ready, reason),
    });
    this.processes.add(worker);
    const { pid } = worker.child;
    if (pid !== undefined) this.options.onWorker?.({ kind: 'started', pid });
  }

  private ended(worker: WorkerProcess, ready: boolean, reason: string): void {
    this.processes.delete(worker);
    const at = this.free.indexOf(worker);
    if (at >= 0) this.free.splice(at, 1);
    if (this.closing || this.broken !== undefined) return;
    const { pid } = worker.child;
    if (pid === undefined) {
      this.fail(dies('the worker processes', `cannot be started (${reason})`));
      return;
    }
    this.options.onWorker?.({ kind: 'died', pid, reason });
    if (!ready) this.unready += 1;
    const job = this.jobs.get(worker);
    this.jobs.delete(worker);
    if (job !== undefined) this.again(job, reason);
    if (this.unready >= patience)
      this.fail(dies('the worker processes', `end before they are ready (${reason})`));
    else this.start();
  }

  private offer(worker: WorkerProcess): void {
    if (this.broken !== undefined) return;
    this.free.push(worker);
    this.assign();
  }

  private assign(): void {
    while (this.free.length > 0 && this.waiting.length > 0) {
      const worker = this.free.shift()!;
      // Its end follows, and another takes its place.
      if (!worker.connected) continue;
      const job = this.waiting.shift()!;
      this.jobs.set(worker, job);
      const { random, ...request } = job.request;
      worker.evaluate({ ...request, random: random.state() });
    }
  }

  private again(job: Job, reason: string): void {
    job.deaths += 1;
    if (job.deaths < patience) this.waiting.unshift(job);
    else job.reject(dies(`evaluation ${job.request.id}`, `ended ${patience} worker processes (${reason})`));
  }

  private fail(error: unknown): void {
    this.broken ??= error;
    for (const job of this.waiting.splice(0)) job.reject(this.broken);
  }
}

function dies(place: string, problem: string): MixopError {
  const remedy = 'see what they wrote above; with --workers 1 it happens in this process';
  return new MixopError('device', place, problem, remedy);
}

function errorOf({ text, mixop }: Failure): Error {
  if (mixop === undefined) return new Error(text);
  const { kind, place, problem, remedy } = mixop;
  return new MixopError(kind, place, problem, remedy);
}
