// Evaluations in several processes of this machine, as an evaluator: every request goes to a process that is free. One
// that dies is replaced, and what it was evaluating is evaluated again. Machines elsewhere could stand behind the same
// interface.

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MixopError } from '../../base/errors.ts';
import type { Evaluation, EvaluationRequest, Evaluator } from '../../discrete-baselines/evaluator.ts';
import type { ExecutorOptions } from '../../engine/executors.ts';
import type { BaselineConfig } from '../config.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

/** Times that one request may end a process, or a process end before it is ready, in a row. */
const patience = 5;

const inSources = import.meta.url.endsWith('/pool.ts');
const program = fileURLToPath(new URL(inSources ? './worker.ts' : './baseline-worker.js', import.meta.url));

export interface PoolOptions {
  readonly config: BaselineConfig;
  readonly executor: ExecutorOptions;
  readonly workers: number;
  /** The run's folder. */
  readonly run?: string;
  /** Hears of every process that starts, and of every one that died and why. */
  readonly onWorker?: (event: WorkerEvent) => void;
}

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
  private readonly processes = new Set<ChildProcess>();
  private readonly free: ChildProcess[] = [];
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
    const ends = [...this.processes].map(
      (child) =>
        new Promise<void>((resolve) => {
          if (child.exitCode !== null || child.signalCode !== null) resolve();
          else child.once('exit', () => resolve());
        }),
    );
    for (const child of this.processes) child.kill('SIGKILL');
    await Promise.all(ends);
  }

  private start(): void {
    const execArgv = inSources ? ['--import', 'tsx'] : [];
    // Stdout belongs to the command; what a process has to say on a crash goes to stderr.
    const child = fork(program, [], { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.processes.add(child);
    let ready = false;
    let job: Job | undefined;
    child.on('message', (data) => {
      const message = data as FromWorker;
      if (message.kind === 'ready') {
        ready = true;
        this.unready = 0;
      } else if (message.kind === 'evaluated') job!.resolve(message.evaluation);
      else if (job === undefined) this.fail(errorOf(message));
      else job.reject(errorOf(message));
      job = undefined;
      if (this.broken === undefined) this.offer(child, (next) => (job = next));
    });
    child.on('error', (error) => this.fail(error));
    child.on('exit', (code, signal) => {
      this.processes.delete(child);
      this.takers.delete(child);
      const at = this.free.indexOf(child);
      if (at >= 0) this.free.splice(at, 1);
      if (this.closing || this.broken !== undefined) return;
      const reason = signal ?? `exit code ${code}`;
      this.options.onWorker?.({ kind: 'died', pid: child.pid!, reason });
      if (!ready) this.unready += 1;
      if (job !== undefined) this.again(job, reason);
      if (this.unready >= patience)
        this.fail(dies('the worker processes', `end before they are ready (${reason})`));
      else this.start();
    });
    const { config, executor, run } = this.options;
    const opening = { kind: 'open', config, executor, ...(run !== undefined && { run }) } as const;
    child.send(opening satisfies ToWorker);
    if (child.pid !== undefined) this.options.onWorker?.({ kind: 'started', pid: child.pid });
  }

  /** How a free process is told what it works on. */
  private readonly takers = new Map<ChildProcess, (job: Job) => void>();

  private offer(child: ChildProcess, take: (job: Job) => void): void {
    this.takers.set(child, take);
    this.free.push(child);
    this.assign();
  }

  private assign(): void {
    while (this.free.length > 0 && this.waiting.length > 0) {
      const child = this.free.shift()!;
      if (!child.connected) continue;
      const job = this.waiting.shift()!;
      this.takers.get(child)!(job);
      const { random, ...request } = job.request;
      // A failed send is followed by `exit`, which sees to the job.
      child.send(
        { kind: 'evaluate', request: { ...request, random: random.state() } } satisfies ToWorker,
        () => {},
      );
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

function errorOf(message: FromWorker & { kind: 'failed' }): Error {
  if (message.mixop === undefined) return new Error(message.text);
  const { kind, place, problem, remedy } = message.mixop;
  return new MixopError(kind, place, problem, remedy);
}
