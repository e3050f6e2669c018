// A chart as a self-contained SVG: frame, round numbers at the axes, a legend. The caller draws what it shows.

import { maxOf, minOf } from '../../base/extremes.ts';
import { escapeText } from '../../base/escape-text.ts';

const [width, height] = [760, 440];
const frame = { left: 70, right: 190, top: 20, bottom: 50 };
/** Okabe and Ito's colours, distinguishable for colour-blind people; beyond eight with dashes. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000', '#8c6d31'];
const dashes = ['', '7 3', '2 3'];

interface Chart {
  /** The labels of the axes. */
  readonly across: string;
  readonly up: string;
  /** Min and max of each axis, which differ. */
  readonly acrossRange: Range;
  readonly upRange: Range;
  /** In the order of their colours. */
  readonly names: readonly string[];
}

type Range = readonly [min: number, max: number];

/** `x,y` of a point in the picture; points below the frame are drawn at its lower edge. */
type PointText = (across: number, up: number) => string;

interface Pen {
  readonly colour: string;
  /** Attributes of a line. */
  readonly stroke: string;
}

/** marks: the elements of the picture, the first ones below. */
export function drawChart(
  { across, up, acrossRange, upRange, names }: Chart,
  marks: (place: PointText, pens: readonly Pen[]) => readonly string[],
): string {
  const [left, right] = acrossRange;
  const [bottom, top] = upRange;
  const inner = { width: width - frame.left - frame.right, height: height - frame.top - frame.bottom };
  const x = (at: number): number => frame.left + ((at - left) / (right - left)) * inner.width;
  const y = (value: number): number =>
    frame.top + inner.height - ((Math.max(value, bottom) - bottom) / (top - bottom)) * inner.height;
  const pens = names.map((_, i): Pen => {
    const colour = colours[i % colours.length]!;
    const dash = dashes[Math.floor(i / colours.length) % dashes.length]!;
    const stroke = `fill="none" stroke="${colour}" stroke-width="2"${dash === '' ? '' : ` stroke-dasharray="${dash}"`}`;
    return { colour, stroke };
  });
  const legend = names.map((name, i) => {
    const [at, line] = [width - frame.right + 12, frame.top + 12 + 20 * i];
    return (
      `<line x1="${at}" x2="${at + 26}" y1="${line}" y2="${line}" ${pens[i]!.stroke}/>` +
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
    ...marks((at, value) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`, pens),
    `<rect x="${frame.left}" y="${frame.top}" width="${inner.width}" height="${inner.height}" fill="none" stroke="#888"/>`,
    ...legend,
    `<text x="${middle.x}" y="${height - 10}" text-anchor="middle">${escapeText(across)}</text>`,
    `<text transform="translate(16 ${middle.y}) rotate(-90)" text-anchor="middle">${escapeText(up)}</text>`,
    '</svg>',
    '',
  ].join('\n');
}

/** Min and max, never equal. */
export function rangeOf(values: readonly number[]): Range {
  const [min, max] = [minOf(values), maxOf(values)];
  return min < max ? [min, max] : [min - 1, max + 1];
}

/** Four to eight round numbers in a range. */
function ticks(min: number, max: number): readonly number[] {
  const rough = (max - min) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough)!;
  const first = Math.ceil(min / step);
  const count = Math.floor(max / step) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
