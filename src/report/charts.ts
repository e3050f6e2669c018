// Charts as SVG text: lines over epochs or whatever is spent, and heat maps. Colours are classes, so that one style serves light and dark.

import { escapeText } from '../base/escape-text.ts';

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
export const paletteSize = 8;

export function lineChart(lines: readonly Line[], options: ChartOptions): string {
  const { title, format, by = 'epoch', width = 460, height = 230, small = false } = options;
  const points = lines.flatMap((line) => line.points);
  if (points.length === 0) return '';
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
    return `<polygon class="c${color % paletteSize} band" points="${outline.join(' ')}"/>`;
  });
  const dots = lines.flatMap(({ dots = [], color }) =>
    dots.map(
      ([x, y]) =>
        `<circle class="c${color % paletteSize} dot" cx="${round(atX(x))}" cy="${round(atY(y))}" r="3"/>`,
    ),
  );
  const paths = lines.map(({ points, color, name }) => {
    const path = points.map(([x, y]) => place(x, y)).join(' ');
    const shape =
      points.length === 1
        ? `<circle class="c${color % paletteSize} dot" cx="${path.split(',')[0]}" cy="${path.split(',')[1]}" r="3">`
        : `<polyline class="c${color % paletteSize} line" points="${path}">`;
    return `${shape}<title>${escapeText(name)}</title>${points.length === 1 ? '</circle>' : '</polyline>'}`;
  });
  const axes = small
    ? `<rect class="frame" x="${frame.x}" y="${frame.y}" width="${frame.w}" height="${frame.h}"/>`
    : steps
        .map((y, i) => {
          const at = round(atY(y));
          return (
            `<line class="grid" x1="${frame.x}" x2="${frame.x + frame.w}" y1="${at}" y2="${at}"/>` +
            `<text x="${frame.x - 6}" y="${at + 4}" text-anchor="end">${escapeText(labels[i]!)}</text>`
          );
        })
        .join('') +
      [...new Set([left, Math.round((left + right) / 2), right])]
        .map((x) => {
          const label = String(Number(x.toPrecision(4)));
          // A long one would leave the picture: 7 pixels a character.
          const at = Math.min(round(atX(x)), width - 3.5 * label.length);
          return `<text x="${at}" y="${height - 10}" text-anchor="middle">${label}</text>`;
        })
        .join('');
  const legend = small
    ? ''
    : `<p class="legend">${lines
        .map(({ name, color }) => `<span class="c${color % paletteSize}">&#9632; ${escapeText(name)}</span>`)
        .join(' ')}</p>`;
  const caption = small ? escapeText(title) : `${escapeText(title)} <small>by ${escapeText(by)}</small>`;
  return (
    `<figure class="${small ? 'small' : 'chart'}"><figcaption>${caption}</figcaption>` +
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(title)}">${axes}${bands.join('')}${paths.join('')}${dots.join('')}</svg>${legend}</figure>`
  );
}

export interface HeatMap {
  readonly title: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** [row, column], 0 to 1. */
  readonly values: readonly (readonly number[])[];
  /** Numbers in the cells; left out where there are many columns. */
  readonly numbers: boolean;
}

/** A table whose cells are shaded by their value, from the least to the largest. */
export function heatMap({ title, rows, columns, values, numbers }: HeatMap): string {
  const [least, largest] = [Math.min(...values.flat()), Math.max(...values.flat())];
  const head = `<tr><th></th>${columns.map((name) => `<th scope="col"><span>${escapeText(name)}</span></th>`).join('')}</tr>`;
  const body = rows.map((name, r) => {
    const cells = values[r]!.map((value, c) => {
      const shade = Math.round((100 * (value - least)) / (largest - least || 1));
      const text = numbers ? value.toFixed(2).replace(/^0/, '') : '';
      const place = `${name}, ${columns[c]}: ${value.toFixed(3)}`;
      return `<td class="${shade > 55 ? 'dark' : ''}" style="--shade:${shade}%" title="${escapeText(place)}">${text}</td>`;
    });
    return `<tr><th scope="row">${escapeText(name)}</th>${cells.join('')}</tr>`;
  });
  return (
    `<figure class="heat${numbers ? '' : ' dense'}"><figcaption>${escapeText(title)} <small>from ${least.toFixed(3)} to ${largest.toFixed(3)}</small></figcaption>` +
    `<div class="scroll"><table>${head}${body.join('')}</table></div></figure>`
  );
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
