// Charts as SVG text: lines over epochs or whatever is spent, and heat maps. Colours are classes, so that one style serves light and dark.

import { html, type Html, joined } from './html.ts';

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Which of the palette's colours, from 0. */
  readonly color: number;
  /** A shaded band around the line. */
  readonly band?: readonly (readonly [x: number, low: number, high: number])[];
  /** Points of the line that are marked. */
  readonly dots?: readonly (readonly [x: number, y: number])[];
}

export interface ChartOptions {
  readonly title: string;
  /** How a value is written at the axis, whose ticks are `step` apart. */
  readonly format: (value: number, step: number) => string;
  /** What lies across; epochs if absent. */
  readonly by?: string;
  /** Both ends of the y axis; by default those of the data. */
  readonly range?: readonly [number, number];
  readonly width?: number;
  readonly height?: number;
  /** Without names of lines and title: for small multiples. */
  readonly small?: boolean;
}

/** Colours of the palette in style.ts. */
const paletteSize = 8;

export function lineChart(lines: readonly Line[], options: ChartOptions): Html {
  const { title, format, by = 'epoch', width = 460, height = 230, small = false } = options;
  const points = lines.flatMap((line) => line.points);
  if (points.length === 0) return html``;
  const xs = points.map(([x]) => x);
  const ys = lines.flatMap(({ points, band = [] }) => [
    ...points.map(([, y]) => y),
    ...band.flatMap(([, low, high]) => [low, high]),
  ]);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [bottom, top] = options.range ?? padded(Math.min(...ys), Math.max(...ys));
  const steps = ticks(bottom, top, 4);
  const labels = steps.map((y) => format(y, steps.length > 1 ? steps[1]! - steps[0]! : 1));
  const margin = 10 + 7 * Math.max(0, ...labels.map((label) => label.length));
  const frame = small
    ? { x: 4, y: 4, w: width - 8, h: height - 8 }
    : { x: margin, y: 12, w: width - margin - 12, h: height - 40 };
  const atX = (x: number): number => frame.x + (right === left ? 0.5 : (x - left) / (right - left)) * frame.w;
  const atY = (y: number): number => frame.y + (1 - (y - bottom) / (top - bottom || 1)) * frame.h;
  const place = (x: number, y: number): string => `${round(atX(x))},${round(atY(y))}`;
  const bands = lines.map(({ band = [], color }) => {
    if (band.length === 0) return '';
    const outline = [
      ...band.map(([x, , high]) => place(x, high)),
      ...band.toReversed().map(([x, low]) => place(x, low)),
    ];
    return html`<polygon class="c${color % paletteSize} band" points="${outline.join(' ')}"/>`;
  });
  const dots = lines.flatMap(({ dots = [], color }) =>
    dots.map(
      ([x, y]) =>
        html`<circle class="c${color % paletteSize} dot" cx="${round(atX(x))}" cy="${round(atY(y))}" r="3"/>`,
    ),
  );
  const paths = lines.map(({ points, color, name }) => {
    const title = html`<title>${name}</title>`;
    const [only, another] = points;
    if (only !== undefined && another === undefined) {
      const [x, y] = [round(atX(only[0])), round(atY(only[1]))];
      return html`<circle class="c${color % paletteSize} dot" cx="${x}" cy="${y}" r="3">${title}</circle>`;
    }
    const path = points.map(([x, y]) => place(x, y)).join(' ');
    return html`<polyline class="c${color % paletteSize} line" points="${path}">${title}</polyline>`;
  });
  const axes = small
    ? html`<rect class="frame" x="${frame.x}" y="${frame.y}" width="${frame.w}" height="${frame.h}"/>`
    : [
        ...steps.flatMap((y, i) => {
          const at = round(atY(y));
          return [
            html`<line class="grid" x1="${frame.x}" x2="${frame.x + frame.w}" y1="${at}" y2="${at}"/>`,
            html`<text x="${frame.x - 6}" y="${at + 4}" text-anchor="end">${labels[i]!}</text>`,
          ];
        }),
        ...[...new Set([left, Math.round((left + right) / 2), right])].map((x) => {
          const label = String(Number(x.toPrecision(4)));
          // A long one would leave the picture: 7 pixels a character.
          const at = Math.min(round(atX(x)), width - 3.5 * label.length);
          return html`<text x="${at}" y="${height - 10}" text-anchor="middle">${label}</text>`;
        }),
      ];
  const legend = small ? '' : legendOf(lines);
  const caption = small ? title : html`${title} <small>by ${by}</small>`;
  const picture = html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">${axes}${bands}${paths}${dots}</svg>`;
  return html`<figure class="${small ? 'small' : 'chart'}"><figcaption>${caption}</figcaption>${picture}${legend}</figure>`;
}

/** The names of lines in their colours. */
export function legendOf(lines: readonly Pick<Line, 'name' | 'color'>[]): Html {
  const names = lines.map(
    ({ name, color }) => html`<span class="c${color % paletteSize}">&#9632; ${name}</span>`,
  );
  return html`<p class="legend">${joined(names, ' ')}</p>`;
}

interface HeatMap {
  readonly title: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** [row, column], 0 to 1. */
  readonly values: readonly (readonly number[])[];
  /** Numbers in the cells; left out where there are many columns. */
  readonly numbers: boolean;
}

/** A table whose cells are shaded by their value, from the least to the largest. */
export function heatMap({ title, rows, columns, values, numbers }: HeatMap): Html {
  const [least, largest] = [Math.min(...values.flat()), Math.max(...values.flat())];
  const names = columns.map((name) => html`<th scope="col"><span>${name}</span></th>`);
  const head = html`<tr><th></th>${names}</tr>`;
  const body = rows.map((name, r) => {
    const cells = values[r]!.map((value, c) => {
      const shade = Math.round((100 * (value - least)) / (largest - least || 1));
      const text = numbers ? value.toFixed(2).replace(/^0/, '') : '';
      const place = `${name}, ${columns[c]}: ${value.toFixed(3)}`;
      return html`<td class="${shade > 55 ? 'dark' : ''}" style="--shade:${shade}%" title="${place}">${text}</td>`;
    });
    return html`<tr><th scope="row">${name}</th>${cells}</tr>`;
  });
  const caption = html`${title} <small>from ${least.toFixed(3)} to ${largest.toFixed(3)}</small>`;
  return html`<figure class="heat${numbers ? '' : ' dense'}"><figcaption>${caption}</figcaption><div class="scroll"><table>${head}${body}</table></div></figure>`;
}

function padded(low: number, high: number): [number, number] {
  const margin = (high - low || Math.abs(high) || 1) * 0.05;
  return [low - margin, high + margin];
}

/** About `count` round values between two ends. */
function ticks(low: number, high: number, count: number): readonly number[] {
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw || 1));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw) ?? 10 * power;
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
