// dmix[e,k] = sum over all of dy * term = sum over channels of sumDyXhat where the term is normalised (the sums that
// batch norm's backward needs anyway), sum of dy * source where it is not. The terms' own gradients are left to
// the fans as deferredGradients (dy, sumDy, sumDyXhat); only primitives get theirs written out: dsource = mix * dy.
import type { Graph } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import type { NodeEdge, NodeTerm, TermGradient } from './types.ts';
import { instructions } from './types.ts';

/** edges: at least one term in all, sources of one shape; gives the node's state, of that shape. */
export function nodeSum(
  graph: Graph,
  mix: Tensor | undefined,
  edges: readonly NodeEdge[],
  name: string,
): Tensor {
  const terms = edges.flatMap((edge) => edge.terms);
  const y = graph.activation(name, terms[0]!.source.shape);
  const reads = { ...(mix && { mix }), edges };
  graph.emit(instructions.forward({ reads, writes: { y } }));
  const inputs = [...(mix ? [mix] : []), ...terms.map((term) => term.source)];
  graph.onBackward(inputs, [y], (gradients) => {
    const dy = gradients.of(y);
    const width = y.shape.at(-1)!;
    const sumDy = graph.activation(`${name}/sumDy`, [width]);
    const gradientOf = (row: number, term: NodeTerm): TermGradient => {
      if (term.origin === 'primitive') {
        const target = gradients.into(term.source);
        return { ...(target && { dsource: target.tensor }), accumulate: target?.accumulate ?? false };
      }
      const sumDyXhat = term.statistics && graph.activation(`${term.source.name}/sumDyXhat`, [width]);
      gradients.defer(term.source, {
        dy,
        ...(mix && { mix }),
        row,
        column: term.column,
        ...(sumDyXhat && { sumDyXhat, sumDy }),
      });
      return { ...(sumDyXhat && { sumDyXhat }), accumulate: false };
    };
    const dmix = mix && gradients.intoZeroed(mix);
    graph.emit(
      instructions.backward({
        reads: { ...reads, dy },
        writes: {
          sumDy,
          gradients: edges.map((edge) => edge.terms.map((term) => gradientOf(edge.row, term))),
          ...(dmix && { dmix }),
        },
      }),
    );
  });
  return y;
}
