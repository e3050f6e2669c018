// Lets timers, signals and messages have their turn, in Node and in a page.

const inNode = typeof setImmediate === 'function';

/** Resolves in a task of its own. A page has no `setImmediate`, and stretches timers of no length to 4 ms. */
export function nextTask(): Promise<void> {
  if (inNode) return new Promise((resolve) => setImmediate(resolve));
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });
}
