// A preprocess on wasm. Forward: product with partial sums, statistics, normalisation in place. Backward: sums, then
// inputs' and weights' gradients in one pass. A factorized reduce is a product with one matrix made of its two.
import { imageShape, type Tensor } from '../../../tensor.ts';
import type { StageContext, Stage } from '../../../wasm/stage.ts';
import {
  matricesStage,
  matrixWords,
  statisticsStage,
  type WeightSum,
  weightSumsStage,
} from '../../fan/wasm/records.ts';
import type { PreprocessBackward, PreprocessForward } from '../types.ts';

/** Pixels of a block in preprocess/kernel.as.ts. */
const block = 128;
const maxChunks = 16;

interface Shape {
  readonly words: readonly number[];
  readonly chunks: number;
  readonly pixels: number;
  readonly pitch: number;
  readonly channels: number;
  readonly reduces: boolean;
  /** By input: its first row in the weights. */
  readonly rows: readonly number[];
  readonly cin: number;
}

function shapeOf(xs: readonly Tensor[], weights: readonly Tensor[], y: Tensor): Shape {
  const input = imageShape(xs[0]!);
  const { n, h, w, c } = imageShape(y);
  const pixels = n * h * w;
  const reduces = weights.length > 1;
  // Whole blocks: a chunk's sums and partial gradients are worth their memory.
  const share = block * Math.ceil(pixels / block / maxChunks);
  const rows: number[] = [];
  let cin = 0;
  for (const x of xs) {
    rows.push(cin);
    cin += x.shape[3]!;
  }
  return {
    words: [pixels, share, y.pitch, h, w, input.h, input.w, Number(reduces), xs.length],
    chunks: Math.ceil(pixels / share),
    pixels,
    pitch: y.pitch,
    channels: c,
    reduces,
    rows,
    cin,
  };
}

/** Address of a weight's row. */
function rowAddress(weight: Tensor, row: number, context: StageContext): number {
  return context.address(weight) + 4 * row * weight.pitch;
}

/** Floating-point operations of one product: forward, or one of the two gradients. */
function productFlops({ pixels, channels, cin }: Shape): number {
  return 2 * pixels * cin * channels;
}

export function forward(instruction: PreprocessForward, context: StageContext): Stage[] {
  const { xs, weights } = instruction.reads;
  const { y, statistics } = instruction.writes;
  const shape = shapeOf(xs, weights, y);
  const { chunks, pixels, pitch, channels, reduces, words } = shape;
  const [first, second] = weights;
  const matrices: number[][] = [];
  const records = xs.flatMap((x, i) => {
    const inputs = x.shape[3]!;
    const from = rowAddress(first!, shape.rows[i]!, context);
    if (!reduces) return [context.address(x), x.pitch, from, inputs];
    const matrix = context.workspace(2 * x.pitch * pitch * 4);
    const other = rowAddress(second!, shape.rows[i]!, context);
    matrices.push(matrixWords(1, [from, matrix], [inputs, channels], other, first!.shape[1]));
    return [context.address(x), x.pitch, matrix, 2 * x.pitch];
  });
  context.scratch(block * 4 * 2 * Math.max(...xs.map((x) => x.pitch)));
  const sums = context.workspace(chunks * pitch * 16);
  const [to, stats] = [context.address(y), context.address(statistics)];
  const read = xs.reduce((sum, x) => sum + 4 * pixels * x.pitch, 0) * (reduces ? 2 : 1);
  return [
    ...matricesStage(matrices),
    {
      kernel: 'preprocessForward',
      args: [...words, to, sums, ...records],
      chunks,
      flops: productFlops(shape),
      bytes: read + 4 * pixels * pitch,
    },
    ...statisticsStage([[sums, stats]], { chunks, pitch, channels, pixels }),
    {
      kernel: 'preprocessNormalise',
      args: [...words, to, stats],
      chunks,
      flops: 2 * pixels * pitch,
      bytes: 8 * pixels * pitch,
    },
  ];
}

export function backward(instruction: PreprocessBackward, context: StageContext): Stage[] {
  const { xs, weights, y, statistics, dy } = instruction.reads;
  const { dxs, dweights } = instruction.writes;
  const shape = shapeOf(xs, weights, y);
  const { chunks, pixels, pitch, channels, reduces, words } = shape;
  const [first, second] = weights;
  const matrices: number[][] = [];
  const partials: WeightSum[] = [];
  const splits: number[][] = [];
  const records = xs.flatMap((x, i) => {
    const inputs = x.shape[3]!;
    const columns = reduces ? 2 * x.pitch : x.pitch;
    const from = rowAddress(first!, shape.rows[i]!, context);
    const other = second ? rowAddress(second, shape.rows[i]!, context) : 1;
    const half = first!.shape[1]!;
    const dx = dxs[i];
    const matrix = dx ? context.workspace(pitch * columns * 4) : 0;
    if (dx) matrices.push(matrixWords(reduces ? 2 : 0, [from, matrix], [inputs, channels], other, half));
    let partial = 0;
    // Rows beyond the matrix's own take zeros.
    const stride = columns * pitch * 4;
    if (dweights) {
      partial = context.workspace(chunks * stride);
      const into = rowAddress(dweights[0]!, shape.rows[i]!, context);
      if (!reduces) {
        partials.push({ partials: partial, stride, elements: inputs * pitch, target: into });
      } else {
        const joined = context.workspace(stride);
        partials.push({ partials: partial, stride, elements: columns * pitch, target: joined });
        const intoOther = rowAddress(dweights[1]!, shape.rows[i]!, context);
        splits.push(matrixWords(3, [joined, into], [inputs, channels], intoOther, half));
      }
    }
    const target = dx ? context.address(dx) : 0;
    const accumulate = Number(instruction.accumulate[i]!);
    return [context.address(x), x.pitch, matrix, columns, target, accumulate, partial, stride];
  });
  const widest = Math.max(...xs.map((x) => x.pitch));
  context.scratch(block * 4 * (pitch + 2 * widest));
  const sums = context.workspace(chunks * pitch * 16);
  const [sumDy, sumDyXhat] = [context.workspace(pitch * 4), context.workspace(pitch * 4)];
  const [output, gradient, stats] = [y, dy, statistics].map((tensor) => context.address(tensor));
  const read = 4 * pixels * (2 * pitch + 2 * (reduces ? 2 : 1) * shape.cin);
  return [
    ...matricesStage(matrices),
    {
      kernel: 'preprocessGradientSums',
      args: [...words, output!, gradient!, sums],
      chunks,
      flops: 3 * pixels * pitch,
      bytes: 8 * pixels * pitch,
    },
    { kernel: 'normGradientSums', args: [chunks, pitch, sums, sumDy, sumDyXhat], chunks: 1 },
    {
      kernel: 'preprocessBackward',
      args: [...words, output!, gradient!, stats!, sumDy, sumDyXhat, ...records],
      chunks,
      flops: productFlops(shape) * (Number(dxs.some((dx) => dx !== null)) + Number(dweights !== undefined)),
      bytes: read,
    },
    ...weightSumsStage(partials, chunks),
    ...matricesStage(splits),
  ];
}
