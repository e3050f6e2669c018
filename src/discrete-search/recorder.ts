// The results of a run so far and its position: in memory, and from time to time in its folder.

import { setImmediate } from 'node:timers/promises';
import type { LoopState } from '../discrete-baselines/loop.ts';
import type { Searcher, Told } from '../discrete-baselines/searcher.ts';
import { checkpointsKept } from '../runs/run-folder.ts';
import { Inheritance, noWeightsNeeded, weightsNeededAt } from './evaluators/inheritance.ts';
import type { BaselineJournal, BaselinePosition } from './journal.ts';
import { bestOf, better, ledgerLine, type LedgerLine } from './ledger.ts';
import type { BaselineProgress } from './options.ts';
import type { PreparedBaseline } from './prepare.ts';

interface RecorderOptions {
  /** Undefined: nothing is saved. */
  readonly journal: BaselineJournal | undefined;
  /** Milliseconds between two checkpoints. */
  readonly pause: number;
  readonly report: (progress: BaselineProgress) => void;
}

export class Recorder {
  /** Of all searches, those of earlier sessions included. */
  readonly lines: LedgerLine[];
  private readonly prepared: PreparedBaseline;
  private readonly options: RecorderOptions;
  private readonly inheritance: Inheritance | undefined;
  private at: BaselinePosition;
  private best: LedgerLine | undefined;
  private savedAt = Date.now();

  constructor(prepared: PreparedBaseline, options: RecorderOptions) {
    const { journal } = options;
    this.prepared = prepared;
    this.options = options;
    this.lines = [...(journal?.lines ?? [])];
    this.at = journal?.position ?? { seed: 0, state: null };
    this.best = bestOf(this.lines);
    // Without a folder no state but the current one can be continued from.
    const states = journal === undefined ? 1 : checkpointsKept;
    this.inheritance = prepared.weights && new Inheritance(prepared.weights, states);
  }

  get position(): BaselinePosition {
    return this.at;
  }

  get finished(): boolean {
    return this.at.seed === this.prepared.config.seeds;
  }

  /** Takes the results of a batch and the state that the search of `seed` has after them; saves where it is time to. */
  async take(seed: number, results: readonly Told[], state: LoopState, searcher: Searcher): Promise<void> {
    this.stopAt(state);
    for (const result of results) {
      const { strategy } = this.prepared.config;
      const line = ledgerLine(strategy, seed, this.lines.length + 1, state.epochs, result);
      this.lines.push(line);
      if (this.best === undefined || better(line, this.best)) this.best = line;
    }
    const { journal, pause, report } = this.options;
    const needed = weightsNeededAt(seed, state, searcher);
    if (journal === undefined) await this.inheritance?.keepFor(needed);
    if (Date.now() - this.savedAt < pause) return;
    await this.save();
    if (journal !== undefined) await this.inheritance?.keepFor(needed);
    report({ kind: 'evaluated', done: this.lines.length, seed: this.at.seed, best: this.best! });
    this.savedAt = Date.now();
    // A table answers at once: without this, signals and timers would wait for the end.
    await setImmediate();
  }

  /** The current search has reached `state`. */
  stopAt(state: LoopState): void {
    this.at = { ...this.at, state };
  }

  /** The current search is complete. */
  nextSearch(): void {
    this.at = { seed: this.at.seed + 1, state: null };
  }

  async save(): Promise<void> {
    await this.options.journal?.save(this.lines, this.at);
  }

  /** A finished run needs no weights any more. */
  async forgetWeights(): Promise<void> {
    const { seed, seeds } = this.prepared.config;
    await this.inheritance?.keepFor(noWeightsNeeded(seed + seeds));
  }
}
