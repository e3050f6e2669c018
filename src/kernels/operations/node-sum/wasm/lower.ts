// A node on wasm: one stage forward; backward one stage over all terms and one that combines its sums.
import { imageShape, type Tensor } from '../../../tensor.ts';
import type { StageContext, Stage } from '../../../wasm/stage.ts';
import type { NodeSumBackward, NodeEdge, NodeSumForward, NodeTerm, TermGradient } from '../types.ts';

/**
 * Elements of a chunk. Only long runs reach the bandwidth of the memory (4 KiB here and there: 6 GB/s a core where runs of
 * 256 KiB reach 18), and small states want chunks for every thread.
 */
const [minElements, maxElements] = [4096, 32768];
const wantedChunks = 8;
/** Of the backward, whose terms are divided among chunks as well. */
const backwardElements = 65536;

interface Term {
  readonly term: NodeTerm;
  /** Address of its coefficient; 0: one. */
  readonly coefficient: number;
  /** Offset of its coefficient in mix, in bytes. */
  readonly place: number;
  readonly edge: number;
  readonly index: number;
}

function termsOf(mix: Tensor | undefined, edges: readonly NodeEdge[], context: StageContext): Term[] {
  const base = mix ? context.address(mix) : 0;
  return edges.flatMap(({ row, terms }, edge) =>
    terms.map((term, index): Term => {
      const place = mix ? 4 * (row * mix.pitch + term.column) : 0;
      return { term, coefficient: base && base + place, place, edge, index };
    }),
  );
}

export function forward(instruction: NodeSumForward, context: StageContext): Stage[] {
  const { y } = instruction.writes;
  const { n, h, w } = imageShape(y);
  const pixels = n * h * w;
  const terms = termsOf(instruction.reads.mix, instruction.reads.edges, context);
  const elements = Math.ceil((pixels * y.pitch) / wantedChunks);
  const share = Math.ceil(Math.min(Math.max(elements, minElements), maxElements) / y.pitch);
  context.scratch(4 * y.pitch * (terms.length + 1));
  const records = terms.flatMap(({ term, coefficient }) => [
    context.address(term.source),
    term.statistics ? context.address(term.statistics) : 0,
    coefficient,
  ]);
  return [
    {
      kernel: 'nodeForward',
      args: [pixels, share, y.pitch, terms.length, context.address(y), ...records],
      chunks: Math.ceil(pixels / share),
      flops: 2 * terms.length * pixels * y.pitch,
      bytes: 4 * (terms.length + 1) * pixels * y.pitch,
    },
  ];
}

export function backward(instruction: NodeSumBackward, context: StageContext): Stage[] {
  const { mix, edges, dy } = instruction.reads;
  const { sumDy, gradients, dmix } = instruction.writes;
  const { n, h, w } = imageShape(dy);
  const pixels = n * h * w;
  const terms = termsOf(mix, edges, context);
  const share = Math.min(pixels, Math.ceil(backwardElements / dy.pitch));
  const shares = Math.ceil(pixels / share);
  const sums = context.workspace((terms.length + 1) * shares * dy.pitch * 8);
  const gradientOf = ({ edge, index }: Term): TermGradient => gradients[edge]![index]!;
  const records = terms.flatMap((one) => {
    const { term, coefficient } = one;
    const { dsource, accumulate } = gradientOf(one);
    return [
      context.address(term.source),
      term.statistics ? context.address(term.statistics) : 0,
      coefficient,
      dsource ? context.address(dsource) : 0,
      Number(accumulate),
    ];
  });
  // Several terms may add to the gradient of one source: then they stay in one chunk.
  const writes = terms.some((one) => gradientOf(one).dsource !== undefined);
  const perPart = writes ? terms.length + 1 : 1;
  const results = terms.flatMap((one) => {
    const { sumDyXhat } = gradientOf(one);
    return [sumDyXhat ? context.address(sumDyXhat) : 0, dmix ? context.address(dmix) + one.place : 0];
  });
  return [
    {
      kernel: 'nodeBackward',
      args: [pixels, share, dy.pitch, terms.length, context.address(dy), sums, shares, perPart, ...records],
      chunks: shares * Math.ceil((terms.length + 1) / perPart),
      flops: 3 * terms.length * pixels * dy.pitch,
      bytes: 4 * (terms.length + 1) * pixels * dy.pitch,
    },
    {
      kernel: 'nodeSums',
      args: [shares, dy.pitch, sums, ...results, context.address(sumDy), 0],
      chunks: terms.length + 1,
    },
  ];
}
