// Renews a lock while its holder works: writes the same bytes again, so that the file's time moves on. In a thread of its
// own, since a step may keep the main thread busy for minutes, and a timer there would come too late.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Plain JavaScript: it runs from sources and from the bundle alike. */
const program = `
const { closeSync, openSync, readSync, writeSync } = require('node:fs');
const { workerData } = require('node:worker_threads');
const { file, text, pause } = workerData;
const mine = Buffer.from(text);
const found = Buffer.alloc(mine.length + 1);
setInterval(() => {
  let fd;
  try {
    // Opened each time: a lock that somebody else made meanwhile is another file, and other bytes.
    fd = openSync(file, 'r+');
    const length = readSync(fd, found, 0, found.length, 0);
    if (mine.equals(found.subarray(0, length))) writeSync(fd, mine, 0, mine.length, 0);
  } catch {
    // Gone or not writable: the holder looks itself before it writes.
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}, pause);
`;

/** Renews every `pause` milliseconds until the returned function is called; never keeps the process alive. */
export async function renew(file: string, text: string, pause: number): Promise<() => Promise<void>> {
  const thread = new Worker(program, { eval: true, execArgv: [], workerData: { file, text, pause } });
  await once(thread, 'online');
  thread.unref();
  return async () => {
    await thread.terminate();
  };
}
