// Chooses how a run is shown: JSON lines for programs, a bar on a terminal, plain lines elsewhere.

import { BarView } from './bar-view.ts';
import { PlainView } from './plain-view.ts';
import type { Narrator, View } from './view.ts';

class JsonView<P> implements View<P> {
  show(progress: P): void {
    console.log(JSON.stringify(progress));
  }

  stopping(line: string): void {
    console.error(line);
  }

  close(): void {}
}

export function progressView<P>(narrator: Narrator<P>, { json }: { readonly json: boolean }): View<P> {
  if (json) return new JsonView();
  return process.stdout.isTTY ? new BarView(narrator) : new PlainView(narrator);
}
