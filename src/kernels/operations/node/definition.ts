// dmix[e,k] = sum over all of dy * term = sum over channels of dots where the term is normalised (the sums that
// batch norm's backward needs anyway), sum of dy * source where it is not. The terms' own gradients are left to
// the fans as cotangents (dy, total, dots); only primitives get theirs written out: dsource = mix * dy.
import type { Graph } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import type { NodeEdge, NodeTerm, TermGradient } from './nodes.ts';

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
  graph.emit({ op: 'node', pass: 'forward', reads, writes: { y } });
  const inputs = [...(mix ? [mix] : []), ...terms.map((term) => term.source)];
  graph.onBackward(inputs, [y], (gradients) => {
    const dy = gradients.of(y);
    const width = y.shape.at(-1)!;
    const total = graph.activation(`${name}/total`, [width]);
    const gradientOf = (row: number, term: NodeTerm): TermGradient => {
      if (term.origin === 'primitive') {
        const target = gradients.into(term.source);
        return { ...(target && { dsource: target.tensor }), accumulate: target?.accumulate ?? false };
      }
      const dots = term.statistics && graph.activation(`${term.source.name}/dots`, [width]);
      gradients.leaveTerm(term.source, {
        dy,
        ...(mix && { mix }),
        row,
        column: term.column,
        ...(dots && { dots, total }),
      });
      return { ...(dots && { dots }), accumulate: false };
    };
    const dmix = mix && gradients.intoZeroed(mix);
    graph.emit({
      op: 'node',
      pass: 'backward',
      reads: { ...reads, dy },
      writes: {
        total,
        gradients: edges.map((edge) => edge.terms.map((term) => gradientOf(edge.row, term))),
        ...(dmix && { dmix }),
      },
    });
  });
  return y;
}
