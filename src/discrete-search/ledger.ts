// The ledger of searches without gradient: one line for each evaluation. The best so far, and what it cost, follow from it.

import type { Evaluation } from '../discrete-baselines/evaluator.ts';
import type { Told } from '../discrete-baselines/searcher.ts';
import type { JsonObject } from '../runs/json.ts';
import type { LogLine } from '../runs/json-log.ts';

export type LedgerLine = LogLine &
  Evaluation & {
    readonly strategy: string;
    readonly seed: number;
    /** The evaluation's number within its search. */
    readonly id: number;
    readonly architecture: readonly number[];
    /** Only where it is less than the full budget. */
    readonly budget?: JsonObject;
  };

/** `step`: evaluations of the whole run, this one included; `epoch`: epochs that this search has spent. */
export function ledgerLine(
  strategy: string,
  seed: number,
  step: number,
  epoch: number,
  { id, architecture, fidelity, evaluation }: Told,
): LedgerLine {
  const budget = fidelity && { budget: fidelity as JsonObject };
  return { epoch, step, strategy, seed, id, architecture, ...evaluation, ...budget };
}

/** Larger budgets rank first, the full one before all; then scores decide. */
export function better(line: LedgerLine, than: LedgerLine): boolean {
  const [size, before] = [sizeOf(line), sizeOf(than)];
  return size === before ? line.score > than.score : size > before;
}

/** Those with the largest budget among them. */
export function withLargestBudget(lines: readonly LedgerLine[]): readonly LedgerLine[] {
  const max = lines.reduce((size, line) => Math.max(size, sizeOf(line)), 0);
  return lines.filter((line) => sizeOf(line) === max);
}

/** How large a budget is, comparable within a search. */
function sizeOf({ budget }: LedgerLine): number {
  if (budget === undefined) return Infinity;
  return Object.values(budget).reduce<number>((product, amount) => product * Number(amount), 1);
}

/** Undefined where there are none. */
export function bestOf(lines: readonly LedgerLine[]): LedgerLine | undefined {
  return lines.reduce<LedgerLine | undefined>(
    (best, line) => (best === undefined || better(line, best) ? line : best),
    undefined,
  );
}

/** One search: its results in the order in which the strategy received them. */
export interface Trace {
  readonly seed: number;
  readonly lines: readonly LedgerLine[];
}

/** The searches of a ledger, by seed. */
export function tracesOf(lines: readonly LedgerLine[]): readonly Trace[] {
  const bySeed = new Map<number, LedgerLine[]>();
  for (const line of lines) {
    const trace = bySeed.get(line.seed);
    if (trace === undefined) bySeed.set(line.seed, [line]);
    else trace.push(line);
  }
  return [...bySeed].sort(([a], [b]) => a - b).map(([seed, lines]) => ({ seed, lines }));
}

/** The best line so far after every line; of equal ones the first. */
export function incumbents({ lines }: Trace): readonly LedgerLine[] {
  let best: LedgerLine | undefined;
  return lines.map((line) => {
    if (best === undefined || better(line, best)) best = line;
    return best;
  });
}
