// `mixop runs show`: all about one run.

import { basename, dirname, resolve } from 'node:path';
import { stringify } from 'yaml';
import { isJsonObject, type Json, type JsonObject } from '../../runs/json.ts';
import type { LogLine } from '../../runs/json-log.ts';
import { lineKinds, type RunSummary, summarizeRun } from '../../runs/list-runs.ts';
import type { Segment } from '../../runs/machine.ts';
import { RunFolder } from '../../runs/run-folder.ts';
import { isTextConfig, perplexity } from '../../search/text/config.ts';
import type { SkipCount } from '../../supernet/genotype/genotype.ts';
import { duration } from '../terminal/time-left.ts';
import { percent } from '../terminal/progress-text.ts';
import { table } from '../terminal/table.ts';

/** Epochs that the table shows. */
const lastEpochs = 10;

export async function showRun(path: string, flags: { readonly json?: boolean }): Promise<void> {
  const run = await RunFolder.open(path);
  const segments = await run.segments();
  const history = (await run.readMetrics()).filter((line) => line['kind'] === lineKinds.epoch);
  // Of the absolute path, since the last part of `.` is no name.
  const summary = (await summarizeRun(dirname(resolve(path)), basename(resolve(path))))!;
  if (flags.json === true) {
    console.log(JSON.stringify({ ...summary, path, config: run.config, segments, history }));
    return;
  }
  console.log(pageOf(path, summary, run.config, segments, history));
}

function pageOf(
  path: string,
  summary: RunSummary,
  config: JsonObject,
  segments: readonly Segment[],
  lines: readonly LogLine[],
): string {
  const { state, epochsDone, epochs, genotype, problem } = summary;
  const last = lines.at(-1);
  const { spaceDefinition, ...rest } = config;
  const keys = Object.entries(rest).map(([key, value]) => `${key}: ${oneLine(value)}`);
  if (spaceDefinition !== undefined) keys.push('spaceDefinition: in config.json');
  return [
    `${path}: ${state}${problem === undefined ? '' : ` (${problem})`}${epochs === null ? '' : `, ${epochsDone} of ${epochs} epochs`}`,
    heading('configuration', keys.join('\n')),
    heading('machines', segments.map(segmentText).join('\n')),
    last === undefined
      ? ''
      : heading('last epochs', epochTable(lines.slice(-lastEpochs), isTextConfig(config))),
    last === undefined || skipsOf(last).length === 0 ? '' : heading('skip connections', skipsText(last)),
    heading(
      'genotype',
      genotype ??
        `none yet: it is derived at the end${last === undefined ? '' : ' (`mixop derive` gives it now)'}`,
    ),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** A value as YAML has it, `{ rate: 0.025, clip: 5 }`. */
function oneLine(value: Json): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd();
}

function heading(name: string, text: string): string {
  return `${name}\n${text.trimEnd().replaceAll(/^/gm, '  ')}`;
}

function segmentText(segment: Segment): string {
  const { at, executor, adapter, threads, mixop, node, os, cpu, cores } = segment;
  const device = [executor, adapter, threads > 1 ? `${threads} threads` : ''].filter(Boolean).join(', ');
  return `from epoch ${at.epoch + 1} (step ${at.step}): ${device}; mixop ${mixop}, node ${node}, ${os}, ${cpu}, ${cores} cores`;
}

/** text: of a search on text, whose measure is the perplexity. */
function epochTable(epochs: readonly LogLine[], text: boolean): string {
  const measure = text ? 'perplexity' : 'accuracy';
  const measured = (line: LogLine, loss: string, accuracy: string): string =>
    text ? number(line[loss], (value) => perplexity(value).toFixed(1)) : number(line[accuracy], percent);
  const head = ['epoch', 'rate', 'train loss', measure, 'valid loss', measure, 'entropy', 'skips', 'time'];
  const rows = epochs.map((line) => [
    String(line.epoch),
    number(line['rate'], (value) => value.toPrecision(3)),
    number(line['trainLoss'], (value) => value.toFixed(3)),
    measured(line, 'trainLoss', 'trainAccuracy'),
    number(line['validLoss'], (value) => value.toFixed(3)),
    measured(line, 'validLoss', 'validationAccuracy'),
    isJsonObject(line['entropy'])
      ? Object.values(line['entropy'])
          .map((value) => number(value, (entropy) => entropy.toFixed(3)))
          .join(' ')
      : '',
    skipsOf(line)
      .map(({ skips, edges }) => `${skips}/${edges}`)
      .join(' '),
    number(line['seconds'], duration),
  ]);
  return table(head, rows, [0, 1, 2, 3, 4, 5]);
}

function skipsText(line: LogLine): string {
  return skipsOf(line)
    .map(({ kind, skips, edges }) => `${kind}: ${skips} of ${edges} edges`)
    .join('\n');
}

function skipsOf(line: LogLine): readonly SkipCount[] {
  const skips = line['skips'];
  return Array.isArray(skips) ? skips : [];
}

function number(value: Json | undefined, format: (value: number) => string): string {
  return typeof value === 'number' ? format(value) : '';
}
