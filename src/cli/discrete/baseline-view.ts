// Shows the progress of searches without gradient: on a terminal a line that is overwritten, elsewhere a line every ten
// seconds, with --json warnings only.

import type { BaselineProgress } from '../../discrete-search/options.ts';
import { whole } from '../terminal/progress-text.ts';

/** Min milliseconds between two lines. */
const quiet = 10_000;

interface BaselineView {
  show(progress: BaselineProgress): void;
  stopping(): void;
  close(): void;
}

export function baselineView({ json }: { readonly json: boolean }): BaselineView {
  const overwrite = process.stdout.isTTY && !json;
  let open = false;
  let lastLine = Date.now();
  let seeds = 0;
  const end = (): void => {
    if (open) process.stdout.write('\n');
    open = false;
  };
  return {
    show(progress) {
      if (progress.kind === 'warning') console.error(`warning: ${progress.message}`);
      if (json) return;
      if (progress.kind === 'start') {
        ({ seeds } = progress);
        const { strategy, space, done } = progress;
        const before = done === 0 ? '' : `, ${whole(done)} evaluations already done`;
        console.log(
          `${strategy} on ${space}, ${whole(seeds)} ${seeds === 1 ? 'search' : 'searches'}${before}`,
        );
      }
      if (progress.kind !== 'evaluated') return;
      const { done, seed, best } = progress;
      const line = `${whole(done)} evaluations, search ${Math.min(seed + 1, seeds)} of ${seeds}, best ${best.score}`;
      if (overwrite) process.stdout.write(`\r\u001b[K${line}`);
      else if (Date.now() - lastLine >= quiet) {
        console.log(line);
        lastLine = Date.now();
      }
      open = overwrite;
    },
    stopping() {
      end();
      console.error('stopping: finished evaluations are saved; Ctrl-C again stops at once');
    },
    close: end,
  };
}
