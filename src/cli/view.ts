// What shows a search while it runs.

import type { SearchProgress } from '../search/events.ts';

export interface View {
  show(progress: SearchProgress): void;
  /** Says, on stderr, that the search will stop, and leaves the terminal as it was. */
  stopping(line: string): void;
  /** Leaves the terminal as it was. */
  close(): void;
}
