// What a worker runs, in Node and in browsers. Text, so that it needs no file of its own, in no bundle and under no
// loader. It makes an instance over the shared memory, says `ready`, and takes part in every run; an error that
// stops it is posted, and the failure word wakes the other threads.

export const workerSource = `
const start = ({ kernels, names, memory, control, failure, generation, thread, threads }, post) => {
  const now = () => performance.now();
  const words = new Int32Array(memory.buffer);
  try {
    const { exports } = new WebAssembly.Instance(kernels, { env: { memory }, 'run.as': { now } });
    const first = exports.table.grow(names.length);
    names.forEach((name, index) => exports.table.set(first + index, exports[name]));
    post({ ready: true });
    setTimeout(() => {
      try {
        exports.workerLoop(control, thread, threads);
      } catch (error) {
        post({ failed: String(error) });
        Atomics.store(words, failure, thread + 1);
        Atomics.notify(words, generation);
      }
    }, 0);
  } catch (error) {
    post({ failed: String(error) });
  }
};
if (typeof process === 'object' && typeof process.getBuiltinModule === 'function') {
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
  start(workerData, (message) => parentPort.postMessage(message));
} else {
  self.onmessage = ({ data }) => start(data, (message) => self.postMessage(message));
}
`;
