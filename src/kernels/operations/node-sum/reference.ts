// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import type { Tensor } from '../../tensor.ts';
import type { NodeSumBackward, NodeSumForward, NodeTerm } from './types.ts';

/** Mean and inverse deviation of a term's channel; 0 and 1 where it is not normalised. */
function moments(term: NodeTerm, memory: ReferenceMemory, c: number): [mean: number, inverse: number] {
  const { statistics } = term;
  if (statistics === undefined) return [0, 1];
  const stats = memory.of(statistics);
  return [stats[c]!, stats[statistics.pitch + c]!];
}

function coefficient(mix: Tensor | undefined, memory: ReferenceMemory, row: number, column: number): number {
  return mix ? memory.of(mix)[row * mix.pitch + column]! : 1;
}

export function forward(instruction: NodeSumForward, memory: ReferenceMemory): void {
  const { mix, edges } = instruction.reads;
  const { y } = instruction.writes;
  const ys = target(memory, y, false);
  for (const { row, terms } of edges) {
    for (const term of terms) {
      const a = coefficient(mix, memory, row, term.column);
      const xs = memory.of(term.source);
      for (let c = 0; c < y.shape[3]!; c++) {
        const [mean, inverse] = moments(term, memory, c);
        for (let at = c; at < ys.length; at += y.pitch) ys[at]! += a * (xs[at]! - mean) * inverse;
      }
    }
  }
}

export function backward(instruction: NodeSumBackward, memory: ReferenceMemory): void {
  const { mix, edges, dy } = instruction.reads;
  const { sumDy, gradients, dmix } = instruction.writes;
  const dys = memory.of(dy);
  const channels = dy.shape[3]!;
  const sumDys = target(memory, sumDy, false);
  for (let at = 0; at < dys.length; at += dy.pitch) {
    for (let c = 0; c < channels; c++) sumDys[c]! += dys[at + c]!;
  }
  for (const [e, { row, terms }] of edges.entries()) {
    for (const [t, term] of terms.entries()) {
      const { sumDyXhat, dsource, accumulate } = gradients[e]![t]!;
      const xs = memory.of(term.source);
      let sum = 0;
      for (let c = 0; c < channels; c++) {
        const [mean, inverse] = moments(term, memory, c);
        let dot = 0;
        for (let at = c; at < dys.length; at += dy.pitch) dot += dys[at]! * (xs[at]! - mean) * inverse;
        if (sumDyXhat) memory.of(sumDyXhat)[c] = dot;
        sum += dot;
      }
      if (dmix) memory.of(dmix)[row * dmix.pitch + term.column]! += sum;
      if (dsource) {
        const into = target(memory, dsource, accumulate);
        const a = coefficient(mix, memory, row, term.column);
        for (let i = 0; i < into.length; i++) into[i]! += a * dys[i]!;
      }
    }
  }
}
