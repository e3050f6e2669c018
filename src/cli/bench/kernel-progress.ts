// How far a benchmark is, on stderr: one line that changes on a terminal, a line a round elsewhere.

export interface KernelProgress {
  /** done: kernels so far, over all rounds. */
  readonly show: (done: number, kernel: string) => void;
  readonly close: () => void;
}

export function showProgress(title: string, kernels: number, rounds: number): KernelProgress {
  const { stderr } = process;
  return {
    show(done, kernel) {
      const round = Math.floor(done / kernels) + 1;
      const place = `${title}: round ${round} of ${rounds}`;
      if (stderr.isTTY) {
        const text = `${place}, ${(done % kernels) + 1} of ${kernels}: ${kernel}`;
        stderr.write(`\r\x1b[K${text.slice(0, stderr.columns - 1)}`);
      } else if (done % kernels === 0) stderr.write(`${place} ...\n`);
    },
    close() {
      if (stderr.isTTY) stderr.write('\r\x1b[K');
    },
  };
}
