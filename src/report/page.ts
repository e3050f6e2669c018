// The page of a report: one HTML text that needs no network.

import { edgeShares, softmax } from '../supernet/alphas.ts';
import { cellDot, drawCell } from '../supernet/genotype/draw-cell.ts';
import { genotypeJson, genotypeText } from '../supernet/genotype/text.ts';
import { edgesOf } from '../supernet/space.ts';
import { heatMap, legendOf, type Line, lineChart } from './charts.ts';
import { columnMeans, entropyOf, type ReportedRun, series, seriesByKind, skipsOf } from './collect.ts';
import { baselineComparison } from './baseline-comparison.ts';
import { baselineSection } from './baseline-section.ts';
import type { ReportedBaseline } from './collect-baseline.ts';
import { comparison } from './comparison.ts';
import { html, Html, joined, type Part } from './html.ts';
import { measureOf } from './measure.ts';
import { configuration, decimal, textOf } from './parts.ts';
import { style } from './style.ts';
import { stopSentence } from './training-stops.ts';

/** Epochs that a heat map over time shows at most. */
const mostColumns = 60;

export async function reportPage(runs: readonly (ReportedRun | ReportedBaseline)[]): Promise<string> {
  const sections: Html[] = [];
  for (const run of runs)
    sections.push(run.task === 'baseline' ? baselineSection(run) : await runSection(run));
  const baselines = runs.filter((run) => run.task === 'baseline');
  const others = runs.filter((run) => run.task !== 'baseline');
  const title = runs.length === 1 ? runs[0]!.name : `${runs.length} runs`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>mixop: ${title}</title>
<style>${Html.trusted(style)}</style>
</head>
<body>
<h1>${title} <small>a report of mixop</small></h1>
${others.length > 1 ? comparison(others) : ''}
${baselines.length > 1 ? baselineComparison(baselines) : ''}
${joined(sections, '\n')}
</body>
</html>
`;
  return page.toString();
}

async function runSection(run: ReportedRun): Promise<Html> {
  const { name, path, task, finished, stop, config, epochs } = run;
  const state = stop ? 'ended early' : finished ? 'finished' : 'not finished';
  return html`<section>
<h2>${name} <small>${task}, ${state}, ${epochs.length} of ${textOf(config['epochs'])} epochs, ${path}</small></h2>
${stopSentence(run)}
<div class="charts">${charts(run)}</div>
${await cells(run)}
${alphaCharts(run)}
${configuration(config, run.segments, 'epoch')}
</section>`;
}

function charts(run: ReportedRun): Part {
  const held = run.task === 'search' ? 'validation' : 'held out';
  const { name, format, train, valid } = measureOf(run);
  const pair = (trainLine: Line['points'], validLine: Line['points']): readonly Line[] => [
    { name: 'training', points: trainLine, color: 0 },
    { name: held, points: validLine, color: 1 },
  ];
  const byKind = (valueOf: typeof entropyOf): readonly Line[] =>
    [...seriesByKind(run, valueOf)].map(([name, points], i) => ({ name, points, color: 2 + i }));
  return [
    lineChart(pair(series(run, 'trainLoss'), series(run, 'validLoss')), { title: 'loss', format: decimal }),
    lineChart(pair(train, valid), { title: name, format }),
    lineChart(byKind(entropyOf), { title: 'entropy of softmax(alpha), nats', format: decimal }),
    lineChart(byKind(skipsOf), { title: 'skip connections of the derived cells', format: decimal }),
  ];
}

async function cells({ genotype, space }: ReportedRun): Promise<Html> {
  if (genotype === undefined) return html`<p>No cells yet: the first epoch is not over.</p>`;
  const drawings: Html[] = [];
  for (const [kind, cell] of Object.entries(genotype)) {
    const svg = await drawCell(cell, space, kind);
    // Without the prologue of an XML file; its size is the page's affair.
    const inline = svg.slice(svg.indexOf('<svg')).replace(/<svg width="[^"]*" height="[^"]*"/, '<svg');
    drawings.push(
      html`<figure><figcaption>${kind} cell</figcaption><div class="scroll">${Html.trusted(inline)}</div></figure>`,
    );
  }
  const dot = Object.entries(genotype).map(([kind, cell]) => cellDot(cell, space, kind));
  return html`<h3>Cells</h3>
<div class="cells">${drawings}</div>
<h3>Genotype</h3>
<pre>${genotypeText(genotype, space)}</pre>
<details><summary>as JSON</summary><pre>${genotypeJson(genotype, space)}</pre></details>
<details><summary>as Graphviz DOT</summary><pre>${dot.join('\n')}</pre></details>`;
}

function alphaCharts({ alphas, space }: ReportedRun): Part {
  const last = alphas.at(-1);
  if (last === undefined) return '';
  const operations = space.operations.map(({ name }) => name);
  const step = Math.ceil(alphas.length / mostColumns);
  const shown = alphas.filter((_, i) => (alphas.length - 1 - i) % step === 0);
  const parts = Object.entries(space.cells).map(([kind, cell]) => {
    const edges = edgesOf(cell);
    const edgeName = (edge: (typeof edges)[number]): string => `${edge.from} to ${cell.inputs + edge.node}`;
    const matrices = shown.map((line) => line.alphas[kind]!.map(softmax));
    const final = heatMap({
      title: `${kind}: softmax(alpha) after epoch ${last.epoch}, a row an edge`,
      rows: edges.map(edgeName),
      columns: operations,
      values: last.alphas[kind]!.map(softmax),
      numbers: true,
    });
    const means = matrices.map(columnMeans);
    const overTime = heatMap({
      title: `${kind}: share of every operation, mean over edges, by epoch`,
      rows: operations,
      columns: shown.map(({ epoch }) => String(epoch)),
      values: operations.map((_, k) => means.map((row) => row[k]!)),
      numbers: false,
    });
    const shares = shown.map((line) => edgeShares(space, kind, line.alphas));
    const edgesOverTime =
      space.partialChannels === undefined
        ? ''
        : heatMap({
            title: `${kind}: share of every edge into its node, by epoch`,
            rows: edges.map(edgeName),
            columns: shown.map(({ epoch }) => String(epoch)),
            values: edges.map(({ index }) => shares.map((line) => line[index]!)),
            numbers: false,
          });
    const top = Math.max(...matrices.flat(2));
    const multiples = edges.map((edge) =>
      lineChart(
        operations.map((name, color) => ({
          name,
          color,
          points: shown.map(({ epoch }, i) => [epoch, matrices[i]![edge.index]![color]!] as const),
        })),
        { title: edgeName(edge), format: decimal, small: true, width: 150, height: 90, range: [0, top] },
      ),
    );
    return html`<h3>Alpha of the ${kind} cell</h3>
<div class="charts">${final}${overTime}${edgesOverTime}</div>
<p class="soft">Every edge's softmax over the epochs, from 0 to ${decimal(top)}:</p>
${legendOf(operations.map((name, color) => ({ name, color })))}
<div class="multiples">${multiples}</div>`;
  });
  return joined(parts, '\n');
}
