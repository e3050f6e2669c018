// Linear layer on wasm.
import type { Tensor } from '../../../tensor.ts';
import { bytesOf, type StageContext, type Stage } from '../../../wasm/stage.ts';
import { lanesOf, type LinearBackward, type LinearForward } from '../types.ts';

/** Rows and lanes of a result in a chunk of a product; rows of a transposed matrix, of a weight's gradient. */
const rowsPerChunk = 8;
const lanesPerChunk = 128;
const transposedPerChunk = 64;
const weightsPerChunk = 8;
const biasesPerChunk = 256;

/** A matrix in memory whose lanes are those of a product's result. */
interface Matrix {
  readonly address: number;
  readonly rows: number;
}

/** y (+)= x * matrix. */
function product(
  x: Tensor,
  matrix: Matrix,
  y: Tensor,
  context: StageContext,
  { bias, add = false }: { readonly bias?: Tensor | undefined; readonly add?: boolean } = {},
): Stage {
  const rows = x.shape[0]!;
  const lanes = lanesOf(y);
  const from = [context.address(x), lanesOf(x) * 4, matrix.address, matrix.rows, lanes];
  const to = [bias ? context.address(bias) : 0, context.address(y), rows];
  return {
    kernel: 'linearProduct',
    args: [...from, ...to, rowsPerChunk, lanesPerChunk, Number(add)],
    chunks: Math.ceil(rows / rowsPerChunk) * Math.ceil(lanes / lanesPerChunk),
    flops: 2 * rows * x.shape[1]! * y.shape[1]!,
    bytes: bytesOf(x, y) + 4 * matrix.rows * lanes,
  };
}

/** The transposed weight, its rows as long as those of what it is multiplied into; and the stage that makes it. */
function transpose(weight: Tensor, lanes: number, context: StageContext): { matrix: Matrix; stage: Stage } {
  const rows = lanesOf(weight);
  const address = context.workspace(rows * lanes * 4);
  const from = [context.address(weight), rows * 4, weight.shape[0]!, rows];
  const args = [...from, address, lanes * 4, transposedPerChunk];
  const chunks = Math.ceil(rows / transposedPerChunk);
  return {
    matrix: { address, rows },
    stage: { kernel: 'linearTranspose', args, chunks, bytes: 2 * bytesOf(weight) },
  };
}

/** xs times the weight or, `transposed`, its transpose. */
function products(
  xs: readonly Tensor[],
  weight: Tensor,
  transposed: boolean,
  lanes: number,
  context: StageContext,
  each: (x: Tensor, index: number, matrix: Matrix) => Stage | undefined,
): Stage[] {
  const made = transposed ? transpose(weight, lanes, context) : undefined;
  const matrix = made?.matrix ?? { address: context.address(weight), rows: weight.shape[0]! };
  const stages = xs.flatMap((x, index) => each(x, index, matrix) ?? []);
  return made === undefined ? stages : [made.stage, ...stages];
}

export function forward(instruction: LinearForward, context: StageContext): Stage[] {
  const { xs, weight, bias } = instruction.reads;
  const { ys } = instruction.writes;
  return products(xs, weight, instruction.transposed, lanesOf(ys[0]!), context, (x, k, matrix) =>
    product(x, matrix, ys[k]!, context, { bias }),
  );
}

export function backward(instruction: LinearBackward, context: StageContext): Stage[] {
  const { xs, weight, dys } = instruction.reads;
  const { dxs, dweight, dbias } = instruction.writes;
  const stages: Stage[] = [];
  const wanted = dxs.find((dx) => dx !== null);
  if (wanted) {
    const each = (dy: Tensor, k: number, matrix: Matrix): Stage | undefined => {
      const dx = dxs[k];
      return dx ? product(dy, matrix, dx, context, { add: instruction.accumulate[k]! }) : undefined;
    };
    stages.push(...products(dys, weight, !instruction.transposed, lanesOf(wanted), context, each));
  }
  if (dweight) {
    const [lefts, rights] = instruction.transposed ? [dys, xs] : [xs, dys];
    const lanes = lanesOf(dweight);
    const list = lefts.flatMap((left, k) => [
      context.address(left),
      context.address(rights[k]!),
      left.shape[0]!,
    ]);
    const sizes = [dweight.shape[0]!, weightsPerChunk, lanesOf(lefts[0]!), lanes];
    context.scratch(weightsPerChunk * lanes * 12);
    stages.push({
      kernel: 'linearWeights',
      args: [context.address(dweight), ...sizes, Number(instruction.accumulateWeight), lefts.length, ...list],
      chunks: Math.ceil(dweight.shape[0]! / weightsPerChunk),
      flops: xs.reduce((sum, x) => sum + 2 * x.shape[0]! * dweight.shape[0]! * dweight.shape[1]!, 0),
      bytes: bytesOf(...xs, ...dys, dweight),
    });
  }
  if (dbias) {
    const lanes = lanesOf(dys[0]!);
    const list = dys.flatMap((dy) => [context.address(dy), dy.shape[0]!]);
    context.scratch(biasesPerChunk * 12);
    const args = [
      context.address(dbias),
      lanes,
      biasesPerChunk,
      Number(instruction.accumulateBias),
      dys.length,
    ];
    const chunks = Math.ceil(lanes / biasesPerChunk);
    stages.push({ kernel: 'linearBias', args: [...args, ...list], chunks, bytes: bytesOf(...dys) });
  }
  return stages;
}
