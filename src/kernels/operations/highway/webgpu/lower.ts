// Nodes of a recurrent cell on webgpu, one edge after the other in the backward pass. The gradient of the mix is a sum
// over everything, in two stages.
import { extent, type Tensor } from '../../../tensor.ts';
import { bytesOf, type Dispatch, type DispatchContext, vectors } from '../../../webgpu/dispatch.ts';
import { longestSum } from '../../../webgpu/sums.ts';
import coefficientsShader from '../../../webgpu/add-coefficients.wgsl';
import activationsShader from './activations.wgsl';
import backwardShader from './backward.wgsl';
import dotsShader from './dots.wgsl';
import forwardShader from './forward.wgsl';
import { activations, type HighwayBackward, type HighwayEdge, type HighwayForward } from '../types.ts';

/** Of an activation that an edge lacks. */
const noColumn = 0xffff_ffff;

/** By activation: the place of its coefficient plus 1, or 0. */
function placesOf({ row, columns }: HighwayEdge, mix: Tensor | undefined): number[] {
  return activations.map((activation) => {
    const column = columns[activation];
    return column === undefined ? 0 : 1 + (mix ? row * mix.pitch + column : 0);
  });
}

export function forward({ reads, writes }: HighwayForward): Dispatch[] {
  const { edges, mix } = reads;
  const { y } = writes;
  return [
    {
      shader: activationsShader + forwardShader,
      extents: { C: y.shape[1]!, C4: y.pitch / 4 },
      reads: {
        states: edges.map(({ state }) => state),
        products: edges.map(({ product }) => product),
        mix,
      },
      writes: { y },
      words: { places: edges.flatMap((edge) => placesOf(edge, mix)) },
      size: { threads: vectors(y) },
      flops: 40 * extent(y) * edges.length,
      bytes: 4 * bytesOf(y) * edges.length,
    },
  ];
}

export function backward(
  { reads, writes, accumulate }: HighwayBackward,
  context: DispatchContext,
): Dispatch[] {
  const { edges, mix, dy } = reads;
  const { dstates, dproducts, dmix } = writes;
  const C4 = dy.pitch / 4;
  return edges.flatMap((edge, e) => {
    const { state, product, columns } = edge;
    const [dstate, dproduct] = [dstates[e] ?? undefined, dproducts[e] ?? undefined];
    const places = placesOf(edge, mix);
    const dispatches: Dispatch[] = [];
    if (dstate ?? dproduct) {
      dispatches.push({
        shader: activationsShader + backwardShader,
        extents: { C4 },
        constants: { ADD_STATE: accumulate.states[e]!, ADD_PRODUCT: accumulate.products[e]! },
        reads: { state, product, mix, dy },
        writes: { dstate, dproduct },
        words: { places },
        size: { threads: vectors(dy) },
        flops: 60 * extent(dy),
        bytes: bytesOf(state, product, dy, dstate, dproduct),
      });
    }
    if (dmix) {
      const chunks = Math.ceil(vectors(dy) / longestSum);
      const partials = context.workspace(4 * chunks * 4);
      dispatches.push(
        {
          shader: activationsShader + dotsShader,
          extents: { C4, CHUNK: longestSum },
          reads: { state, product, mix, dy },
          writes: { partials },
          words: { chunks, size: vectors(dy), places },
          size: { threads: 4 * chunks },
          flops: 4 * 20 * extent(dy),
          bytes: 4 * bytesOf(state, product, dy),
        },
        {
          shader: coefficientsShader,
          reads: { partials },
          writes: { dmix },
          words: {
            chunks,
            first: (edge.row * dmix.pitch) / 4,
            terms: activations.length,
            columns: activations.map((activation) => columns[activation] ?? noColumn),
          },
          size: { threads: dmix.pitch / 4 },
          flops: 16 * chunks,
          bytes: 64 * chunks,
        },
      );
    }
    return dispatches;
  });
}
