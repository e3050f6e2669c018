// Nodes of a recurrent cell on wasm.
import { extent, type Tensor } from '../../../tensor.ts';
import { bytesOf, elementsPerChunk, type StageContext, type Stage } from '../../../wasm/stage.ts';
import { activations, type HighwayBackward, type HighwayEdge, type HighwayForward } from '../types.ts';

const [absent, unit] = [0, 1];
/** Operations of an element and edge: about three exponentials. */
const flopsForward = 80;
const flopsBackward = 100;

/** Words of an edge: state, product, and a coefficient by activation. */
function edgeWords(edge: HighwayEdge, mix: Tensor | undefined, context: StageContext): number[] {
  const coefficients = activations.map((activation) => {
    const column = edge.columns[activation];
    if (column === undefined) return absent;
    return mix ? context.address(mix) + (edge.row * mix.pitch + column) * 4 : unit;
  });
  return [context.address(edge.state), context.address(edge.product), ...coefficients];
}

function chunksOf(y: Tensor): { readonly rows: number; readonly perChunk: number; readonly chunks: number } {
  const rows = y.shape[0]!;
  const perChunk = Math.max(1, Math.floor(elementsPerChunk / 4 / y.pitch));
  return { rows, perChunk, chunks: Math.ceil(rows / perChunk) };
}

export function forward({ reads, writes }: HighwayForward, context: StageContext): Stage[] {
  const { edges, mix } = reads;
  const { y } = writes;
  const { rows, perChunk, chunks } = chunksOf(y);
  const sizes = [context.address(y), y.shape[1]!, y.pitch, rows, perChunk, edges.length];
  return [
    {
      kernel: 'highwayForward',
      args: [...sizes, ...edges.flatMap((edge) => edgeWords(edge, mix, context))],
      chunks,
      flops: flopsForward * extent(y) * edges.length,
      bytes: 5 * bytesOf(y) * edges.length,
    },
  ];
}

export function backward({ reads, writes, accumulate }: HighwayBackward, context: StageContext): Stage[] {
  const { edges, mix, dy } = reads;
  const { dstates, dproducts, dmix } = writes;
  const { rows, perChunk, chunks } = chunksOf(dy);
  const perEdge = chunks * 4 * 8;
  const partials = dmix ? context.workspace(edges.length * perEdge) : 0;
  const stages = edges.map((edge, e): Stage => {
    const [dstate, dproduct] = [dstates[e], dproducts[e]];
    const sizes = [context.address(dy), dy.pitch, rows, perChunk];
    const toState = [dstate ? context.address(dstate) : 0, Number(accumulate.states[e]!)];
    const toProduct = [dproduct ? context.address(dproduct) : 0, Number(accumulate.products[e]!)];
    const partial = dmix ? partials + e * perEdge : 0;
    return {
      kernel: 'highwayBackward',
      args: [...edgeWords(edge, mix, context), ...sizes, ...toState, ...toProduct, partial],
      chunks,
      flops: flopsBackward * extent(dy),
      bytes: 8 * bytesOf(dy),
    };
  });
  if (dmix) {
    const places = edges.flatMap(({ row, columns }) =>
      activations.map((activation) => {
        const column = columns[activation];
        return column === undefined ? 0 : context.address(dmix) + (row * dmix.pitch + column) * 4;
      }),
    );
    const args = [partials, chunks, edges.length, ...places];
    stages.push({ kernel: 'highwayMix', args, chunks: 1 });
  }
  return stages;
}
