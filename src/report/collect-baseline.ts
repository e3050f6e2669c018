// What a report tells of a search without a gradient, read from its folder.

import { basename, resolve } from 'node:path';
import type { Architecture } from '../discrete-baselines/architecture.ts';
import type { StoppingSummary } from '../predictors/curves/stopping.ts';
import type { JsonObject } from '../runs/json.ts';
import { lineKinds } from '../runs/list-runs.ts';
import type { Segment } from '../runs/machine.ts';
import { RunFolder } from '../runs/run-folder.ts';
import { runKind } from '../runs/run-kind.ts';
import { type Condition, conditionsOf } from '../discrete-search/results/conditions.ts';
import { type Axis, type CurvePoint, curveOf } from '../discrete-search/results/curves.ts';
import { type Front, frontOf } from '../discrete-search/results/front.ts';
import { type LedgerLine, tracesOf } from '../discrete-search/ledger.ts';
import { objectiveNamed } from '../discrete-search/objective.ts';
import type { BaselineConfig } from '../discrete-search/config.ts';
import { decisionSpaceOfRun } from '../discrete-search/spaces.ts';
import { stoppingOf, type Summary, summarise } from '../discrete-search/results/summary.ts';

export interface ReportedBaseline {
  readonly name: string;
  readonly path: string;
  readonly task: 'baseline';
  readonly finished: boolean;
  readonly config: JsonObject;
  readonly segments: readonly Segment[];
  readonly evaluations: number;
  /** Undefined where nothing was evaluated yet. */
  readonly summary: Summary | undefined;
  readonly conditions: Readonly<Record<Condition, string>>;
  /** The best score that there is, where the run knows it. */
  readonly optimum: number | undefined;
  /** Where trainings may be ended early. */
  readonly stopping: StoppingSummary | undefined;
  readonly axis: Axis;
  readonly curve: readonly CurvePoint[];
  readonly front: Front | undefined;
  /** The best architecture. */
  readonly text: string | undefined;
}

export function isBaseline({ config }: RunFolder): boolean {
  return runKind(config) === 'baseline';
}

export async function collectBaseline(path: string): Promise<ReportedBaseline> {
  const run = await RunFolder.open(path);
  const { config } = run;
  const lines = (await run.readLedger()) as LedgerLine[];
  const traces = tracesOf(lines);
  const summary = summarise(traces);
  const settings = config as unknown as BaselineConfig;
  const { objective, budget } = settings;
  const space = decisionSpaceOfRun(settings);
  const textOf = (architecture: Architecture): string => space?.text(architecture) ?? architecture.join(' ');
  const known = [...new Set(lines.flatMap(({ metrics }) => Object.keys(metrics)))];
  // Of no evaluation but failed ones nothing stands beside the scores.
  const second =
    objective === undefined || known.length === 0 ? undefined : objectiveNamed(objective, known, path);
  const axis = budget.evaluations === undefined ? 'seconds' : 'evaluations';
  const last = (await run.readMetrics()).at(-1);
  const optimum = last?.['optimum'];
  return {
    name: basename(resolve(path)),
    path,
    task: 'baseline',
    finished: last?.['kind'] === lineKinds.finished,
    config,
    segments: await run.segments(),
    evaluations: lines.length,
    summary,
    conditions: conditionsOf(settings),
    optimum: typeof optimum === 'number' ? optimum : undefined,
    stopping: stoppingOf(settings, lines),
    axis,
    curve: curveOf(traces, axis),
    front: second === undefined ? undefined : frontOf(lines, second, textOf),
    text: summary && textOf(summary.best.architecture),
  };
}
