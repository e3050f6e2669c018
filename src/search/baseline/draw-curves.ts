// Curves with bands as an SVG picture that stands alone.

import type { CurvePoint } from './curves.ts';

export interface NamedCurve {
  readonly name: string;
  readonly points: readonly CurvePoint[];
}

const [width, height] = [760, 440];
const frame = { left: 70, right: 190, top: 20, bottom: 50 };
/** Okabe and Ito's colours, which colour-blind people can tell apart; with dashes for more than eight. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000', '#8c6d31'];
const dashes = ['', '7 3', '2 3'];

/** axis: what is spent; score: what the vertical axis shows. */
export function drawCurves(curves: readonly NamedCurve[], axis: string, score: string): string {
  const points = curves.flatMap(({ points }) => points);
  const [left, right] = rangeOf(points.map(({ at }) => at));
  // The first few evaluations lie far below the rest; what is compared is where the curves end.
  const floor = Math.min(
    ...curves.flatMap(({ points }) => points[Math.floor(points.length / 20)]?.low ?? []),
  );
  const [bottom, top] = rangeOf([floor, ...points.map(({ high }) => high)]);
  const inner = { width: width - frame.left - frame.right, height: height - frame.top - frame.bottom };
  const x = (at: number): number => frame.left + ((at - left) / (right - left)) * inner.width;
  const y = (value: number): number =>
    frame.top + inner.height - ((Math.max(value, bottom) - bottom) / (top - bottom)) * inner.height;
  const place = (at: number, value: number): string => `${x(at).toFixed(1)},${y(value).toFixed(1)}`;

  const bands = curves.map(({ points }, i) => {
    const outline = [
      ...points.map(({ at, high }) => place(at, high)),
      ...points.toReversed().map(({ at, low }) => place(at, low)),
    ];
    return `<polygon points="${outline.join(' ')}" fill="${colourOf(i)}" fill-opacity="0.12"/>`;
  });
  const lines = curves.map(({ points }, i) => {
    const line = points.map(({ at, mean }) => place(at, mean)).join(' ');
    return `<polyline points="${line}" fill="none" stroke="${colourOf(i)}" stroke-width="2"${dashOf(i)}/>`;
  });
  const legend = curves.map(({ name }, i) => {
    const [at, line] = [width - frame.right + 12, frame.top + 12 + 20 * i];
    return (
      `<line x1="${at}" x2="${at + 26}" y1="${line}" y2="${line}" stroke="${colourOf(i)}" stroke-width="2"${dashOf(i)}/>` +
      `<text x="${at + 32}" y="${line + 4}">${escapeText(name)}</text>`
    );
  });
  const marksX = ticks(left, right).map(
    (at) =>
      `<text x="${x(at).toFixed(1)}" y="${height - frame.bottom + 18}" text-anchor="middle">${at}</text>`,
  );
  const marksY = ticks(bottom, top).map(
    (value) =>
      `<line x1="${frame.left}" x2="${frame.left + inner.width}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}" stroke="#ddd"/>` +
      `<text x="${frame.left - 8}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${value}</text>`,
  );
  const middle = { x: frame.left + inner.width / 2, y: frame.top + inner.height / 2 };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    ...marksY,
    ...marksX,
    ...bands,
    ...lines,
    `<rect x="${frame.left}" y="${frame.top}" width="${inner.width}" height="${inner.height}" fill="none" stroke="#888"/>`,
    ...legend,
    `<text x="${middle.x}" y="${height - 10}" text-anchor="middle">${escapeText(axis)}</text>`,
    `<text transform="translate(16 ${middle.y}) rotate(-90)" text-anchor="middle">${escapeText(score)}</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function colourOf(index: number): string {
  return colours[index % colours.length]!;
}

function dashOf(index: number): string {
  const dash = dashes[Math.floor(index / colours.length) % dashes.length]!;
  return dash === '' ? '' : ` stroke-dasharray="${dash}"`;
}

/** Least and largest, never equal. */
function rangeOf(values: readonly number[]): readonly [number, number] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least < most ? [least, most] : [least - 1, most + 1];
}

/** Four to eight round numbers in a range. */
function ticks(least: number, most: number): readonly number[] {
  const rough = (most - least) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough)!;
  const first = Math.ceil(least / step);
  const count = Math.floor(most / step) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
