// A fan on wasm. Forward: the first halves and pools in one stage, their statistics, then later halves likewise.
// Backward, from the end: later halves, their sums; then everything that reads the fan's input, into one dx.
// Partial gradients of weights are kept by chunk and added up by a stage of their own.
import { imageShape } from '../../../tensor.ts';
import type { StageContext, Stage } from '../../../wasm/stage.ts';
import { halvesOf } from '../definition.ts';
import { convolutionFlops } from './flops.ts';
import { layOutImages } from '../../../wasm/image-layout.ts';
import type { FanForward } from '../types.ts';
import { matricesStage, matrixWords, windowsOf, recordsOf, statisticsStage, type Unit } from './records.ts';

export function forward(instruction: FanForward, context: StageContext): Stage[] {
  const { x, branches } = instruction.reads;
  const { pools } = instruction.writes;
  const { n, h, w, c } = imageShape(x);
  const { stride } = instruction;
  const [outH, outW] = [Math.ceil(h / stride), Math.ceil(w / stride)];
  const maxHalves = Math.max(1, ...branches.map(halvesOf));
  const stages: Stage[] = [];
  const matrices: number[][] = [];
  for (let half = 0; half < maxHalves; half++) {
    const later = half > 0;
    const active = branches.flatMap((branch, b) =>
      half < halvesOf(branch) ? [{ branch, output: instruction.writes.branches[b]! }] : [],
    );
    const shape = later ? { n, h: outH, w: outW, c, stride: 1 as const } : { n, h, w, c, stride };
    const units = active.length + (later ? 0 : pools.length);
    const layout = layOutImages(shape, windowsOf(branches, later), units, later ? 'later' : 'forward');
    context.scratch(layout.scratch);
    const sums = (): number => context.workspace(layout.chunks * x.pitch * 16);
    const statistics: [number, number][] = [];
    const records = active.map(({ branch, output }): Unit => {
      const partial = sums();
      statistics.push([partial, context.address(output.statistics[half]!)]);
      const common = {
        kind: branch.kind,
        raw: context.address(output.raw[half]!),
        sums: partial,
        ...(later && {
          input: context.address(output.raw[half - 1]!),
          inputStatistics: context.address(output.statistics[half - 1]!),
        }),
      };
      const [first, second] = branch.weights.slice(2 * half).map((weight) => context.address(weight));
      if (branch.kind === 'separable') {
        return { ...common, ...branch.halves[half]!, depth: first!, matrix: second! };
      }
      if (branch.kind === 'dense') return { ...common, kernel: branch.kernel, matrix: first! };
      const matrix = context.workspace(2 * x.pitch * x.pitch * 4);
      matrices.push(matrixWords(1, [first!, matrix], [c, c], second!, branch.weights[0]!.shape[1]));
      return { ...common, matrix };
    });
    if (!later) {
      for (const pool of pools) {
        const partial = pool.statistics ? sums() : 0;
        if (pool.statistics) statistics.push([partial, context.address(pool.statistics)]);
        records.push({ kind: pool.mode, raw: context.address(pool.y), sums: partial });
      }
    }
    if (records.length === 0) continue;
    const args = [...layout.words, context.address(x), records.length];
    stages.push({
      kernel: 'fanForward',
      args: [...args, ...recordsOf(records, args.length)],
      chunks: layout.chunks * layout.parts,
      flops: records.reduce((sum, unit) => sum + convolutionFlops(unit, shape), 0),
      bytes: 4 * n * x.pitch * ((later ? units * outH * outW : h * w) + units * outH * outW),
    });
    stages.push(
      ...statisticsStage(statistics, {
        chunks: layout.chunks,
        pitch: x.pitch,
        channels: c,
        pixels: n * outH * outW,
      }),
    );
  }
  return [...matricesStage(matrices), ...stages];
}

export { backward } from './lower-backward.ts';
