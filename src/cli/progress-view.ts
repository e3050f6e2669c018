// Chooses how a search is shown: JSON lines for programs, a bar on a terminal, plain lines elsewhere.

import type { SearchProgress } from '../search/events.ts';
import { BarView } from './bar-view.ts';
import { PlainView } from './plain-view.ts';
import type { View } from './view.ts';

class JsonView implements View {
  show(progress: SearchProgress): void {
    console.log(JSON.stringify(progress));
  }

  stopping(line: string): void {
    console.error(line);
  }

  close(): void {}
}

export function progressView({ json }: { readonly json: boolean }): View {
  if (json) return new JsonView();
  return process.stdout.isTTY ? new BarView() : new PlainView();
}
