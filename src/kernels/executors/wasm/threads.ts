// What differs between Node and a page: how a worker starts, how many threads and how much memory there may be.

import { maxThreads } from './control.ts';
import { workerSource } from './worker-source.ts';

export interface Thread {
  stop(): Promise<void>;
}

interface ThreadListener {
  message(message: unknown): void;
  /** The thread is gone, unless `stop` was called. */
  ended(reason: string): void;
}

const inNode = typeof process === 'object' && typeof process.getBuiltinModule === 'function';

/** Whether the main thread may sleep: a page's must not. */
export const mainMaySleep = inNode || !('document' in globalThis);

/** Threads that there may be: 1 in a page that is not cross-origin isolated. */
export function availableThreads(): number {
  if (inNode) return Math.min(maxThreads, process.getBuiltinModule('node:os').availableParallelism());
  const page = globalThis as { crossOriginIsolated?: boolean; navigator?: { hardwareConcurrency?: number } };
  return page.crossOriginIsolated === true
    ? Math.min(maxThreads, page.navigator?.hardwareConcurrency ?? 1)
    : 1;
}

/** Bytes of memory that the machine, or the container that this runs in, has in all; Infinity in a page, which cannot know. */
export function machineBytes(): number {
  if (!inNode) return Infinity;
  const constrained = process.constrainedMemory();
  const total = process.getBuiltinModule('node:os').totalmem();
  return constrained > 0 ? Math.min(constrained, total) : total;
}

export function startThread(data: object, listener: ThreadListener): Thread {
  return inNode ? startInNode(data, listener) : startInPage(data, listener);
}

function startInNode(data: object, listener: ThreadListener): Thread {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const worker = new Worker(workerSource, { eval: true, workerData: data, execArgv: [] });
  // An executor that is never closed does not keep the process alive.
  worker.unref();
  worker.on('message', (message) => listener.message(message));
  worker.on('error', (error) => listener.ended(String(error)));
  worker.on('exit', (code) => listener.ended(`it ended with exit code ${code}`));
  return {
    async stop() {
      await worker.terminate();
    },
  };
}

/** The part of the DOM's Worker that is used: the project is not typed against the DOM. */
interface PageWorker {
  addEventListener(
    type: 'message' | 'error',
    listener: (event: { readonly data?: unknown; readonly message?: unknown }) => void,
  ): void;
  postMessage(message: object): void;
  terminate(): void;
}

function startInPage(data: object, listener: ThreadListener): Thread {
  const { Worker } = globalThis as unknown as { Worker: new (source: string) => PageWorker };
  const address = URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }));
  const worker = new Worker(address);
  worker.addEventListener('message', ({ data: message }) => listener.message(message));
  worker.addEventListener('error', ({ message }) => listener.ended(String(message)));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's takes none
  worker.postMessage(data);
  return {
    stop() {
      worker.terminate();
      URL.revokeObjectURL(address);
      return Promise.resolve();
    },
  };
}
