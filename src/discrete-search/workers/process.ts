// A worker process as its pool sees it: what it does, and whether it still does. One that is silent for too long while it
// should work, or says what no worker says then, is killed; its end is told once, with the reason. A worker that gives
// signs of life may take as long as it likes: nobody knows how long an evaluation should take.

import { type ChildProcess, fork } from 'node:child_process';
import type { Evaluation } from '../../discrete-baselines/evaluator.ts';
import { type FromWorker, fromWorkerSchema, type SentRequest, type ToWorker } from './protocol.ts';

export interface WorkerHandlers {
  ready(): void;
  /** The answer to the last request. */
  answered(answer: { readonly evaluation: Evaluation } | { readonly failure: Failure }): void;
  /** It could not open its evaluator. */
  failed(failure: Failure): void;
  ended(reason: string): void;
}

export type Failure = FromWorker & { readonly kind: 'failed' };

/** How often it is looked whether a process was silent, before it counts as hung. */
const looks = 12;

export class WorkerProcess {
  readonly child: ChildProcess;
  private doing: 'opening' | 'waiting' | 'evaluating' = 'opening';
  /** What it was asked last. */
  private request: SentRequest | undefined;
  private readonly handlers: WorkerHandlers;
  /** Why it was killed. */
  private reason: string | undefined;
  /** Looks since it was heard of. Not a time: this process may have stood still too, as by Ctrl-Z. */
  private silent = 0;
  private readonly timer: NodeJS.Timeout;
  private over = false;

  /** silence: milliseconds without a sign of life after which a process that should work is killed. */
  constructor(
    program: string,
    execArgv: readonly string[],
    opening: Omit<ToWorker & { kind: 'open' }, 'kind' | 'beat'>,
    silence: number,
    handlers: WorkerHandlers,
  ) {
    this.handlers = handlers;
    // Stdout belongs to the command; what a process has to say on a crash goes to stderr.
    this.child = fork(program, [], {
      execArgv: [...execArgv],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.timer = setInterval(() => this.look(silence), silence / looks);
    this.child.on('message', (data) => this.hear(data));
    this.child.on('error', (error) => this.end(error.message));
    this.child.on('exit', (code, signal) => this.end(signal ?? `exit code ${code}`));
    this.send({ kind: 'open', beat: silence / looks / 2, ...opening });
  }

  get connected(): boolean {
    return this.child.connected && this.reason === undefined;
  }

  evaluate(request: SentRequest): void {
    this.doing = 'evaluating';
    this.request = request;
    this.silent = 0;
    this.send({ kind: 'evaluate', request });
  }

  /** Resolves once it is gone. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    const { child } = this;
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
    child.kill('SIGKILL');
    await gone;
  }

  private hear(data: unknown): void {
    if (this.reason !== undefined) return;
    this.silent = 0;
    const { success, data: message, error } = fromWorkerSchema.safeParse(data);
    if (success) {
      this.take(message);
      return;
    }
    const { path, message: problem } = error.issues[0]!;
    this.kill(`it said what no worker says: ${path.map(String).join('.') || 'message'}: ${problem}`);
  }

  private take(message: FromWorker): void {
    const { doing } = this;
    if (message.kind === 'alive') return;
    const expected = message.kind === 'ready' ? doing === 'opening' : doing === 'evaluating';
    if (!expected && !(message.kind === 'failed' && doing === 'opening')) {
      this.kill(`it said ${message.kind} while ${doing}`);
      return;
    }
    const { request } = this;
    if (message.kind === 'evaluated' && (message.id !== request?.id || message.seed !== request.seed)) {
      this.kill(`it answered what it was not asked, evaluation ${message.id}`);
      return;
    }
    this.doing = 'waiting';
    if (message.kind === 'ready') this.handlers.ready();
    else if (message.kind === 'evaluated') this.handlers.answered({ evaluation: message.evaluation });
    else if (doing === 'opening') this.handlers.failed(message);
    else this.handlers.answered({ failure: message });
  }

  private look(silence: number): void {
    if (this.doing === 'waiting') return;
    this.silent += 1;
    if (this.silent > looks) this.kill(`no sign of life for ${silence / 1000} s while ${this.doing}`);
  }

  private kill(reason: string): void {
    this.reason ??= reason;
    this.child.kill('SIGKILL');
  }

  private end(reason: string): void {
    if (this.over) return;
    this.over = true;
    clearInterval(this.timer);
    this.handlers.ended(this.reason ?? reason);
  }

  private send(message: ToWorker): void {
    // A failed send is followed by `exit`.
    this.child.send(message, () => {});
  }
}
