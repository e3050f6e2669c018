// The other threads of an executor: created once, woken for every run through shared memory, and watched while it lasts.

import { MixopError } from '../../../base/errors.ts';
import { word } from './control.ts';
import { startThread, type Thread } from './threads.ts';
import type { WasmMemory, WasmModule } from './web-assembly.ts';

interface SharedCode {
  readonly kernels: WasmModule;
  readonly names: readonly string[];
  readonly memory: WasmMemory;
  /** Address of the control block. */
  readonly control: number;
}

interface Death {
  readonly thread: number;
  readonly reason: string;
}

export class Pool {
  /** The first thread that died, once known. */
  dead: Death | undefined;
  private readonly workers: Thread[] = [];

  /** Starts `threads - 1` workers and resolves when all are ready. */
  static async start(threads: number, shared: SharedCode): Promise<Pool> {
    const pool = new Pool();
    const numbers = Array.from({ length: threads - 1 }, (_, i) => i + 1);
    try {
      await Promise.all(numbers.map((thread) => pool.add(thread, threads, shared)));
    } catch (error) {
      await pool.stop();
      throw error;
    }
    return pool;
  }

  async stop(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stop()));
  }

  /** Ends one worker from outside, as the system might. For tests. */
  async kill(thread: number): Promise<void> {
    await this.workers[thread - 1]!.stop();
  }

  private add(thread: number, threads: number, shared: SharedCode): Promise<void> {
    const words = new Int32Array(shared.memory.buffer);
    const failure = shared.control / 4 + word.failure;
    const generation = shared.control / 4 + word.generation;
    return new Promise((resolve, reject) => {
      const ended = (reason: string): void => {
        this.dead ??= { thread, reason };
        Atomics.store(words, failure, 1);
        Atomics.notify(words, generation);
        reject(new MixopError('device', `worker thread ${thread}`, reason, 'use fewer threads'));
      };
      const message = (value: unknown): void => {
        if (typeof value === 'object' && value !== null && 'failed' in value) ended(String(value.failed));
        else resolve();
      };
      this.workers.push(startThread({ ...shared, failure, generation, thread, threads }, { message, ended }));
    });
  }
}
