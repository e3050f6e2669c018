// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import type { Activation, HighwayBackward, HighwayEdge, HighwayForward } from './types.ts';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const values: Readonly<Record<Activation, (x: number) => number>> = {
  tanh: Math.tanh,
  relu: (x) => Math.max(0, x),
  sigmoid,
  identity: (x) => x,
};

const slopes: Readonly<Record<Activation, (x: number) => number>> = {
  tanh: (x) => 1 - Math.tanh(x) ** 2,
  relu: (x) => Number(x > 0),
  sigmoid: (x) => sigmoid(x) * (1 - sigmoid(x)),
  identity: () => 1,
};

const listed = ({ columns }: HighwayEdge) => Object.entries(columns) as [Activation, number][];

export function forward({ reads, writes }: HighwayForward, memory: ReferenceMemory): void {
  const { edges, mix } = reads;
  const ys = target(memory, writes.y, false);
  for (const edge of edges) {
    const [states, products] = [memory.of(edge.state), memory.of(edge.product)];
    const { shape, pitch } = edge.state;
    for (const [activation, column] of listed(edge)) {
      const coefficient = mix ? memory.of(mix)[edge.row * mix.pitch + column]! : 1;
      for (let n = 0; n < shape[0]!; n++) {
        for (let i = 0; i < shape[1]!; i++) {
          const s = states[n * pitch + i]!;
          const gate = sigmoid(products[2 * n * pitch + i]!);
          const h = products[(2 * n + 1) * pitch + i]!;
          ys[n * pitch + i]! += coefficient * (s + gate * (values[activation](h) - s));
        }
      }
    }
  }
}

export function backward({ reads, writes, accumulate }: HighwayBackward, memory: ReferenceMemory): void {
  const { edges, mix, dy } = reads;
  const dys = memory.of(dy);
  for (const [e, edge] of edges.entries()) {
    const [states, products] = [memory.of(edge.state), memory.of(edge.product)];
    const { shape, pitch } = edge.state;
    const [dstate, dproduct] = [writes.dstates[e], writes.dproducts[e]];
    const dstates = dstate && target(memory, dstate, accumulate.states[e]!);
    const dproducts = dproduct && target(memory, dproduct, accumulate.products[e]!);
    for (const [activation, column] of listed(edge)) {
      const coefficient = mix ? memory.of(mix)[edge.row * mix.pitch + column]! : 1;
      let dot = 0;
      for (let n = 0; n < shape[0]!; n++) {
        for (let i = 0; i < shape[1]!; i++) {
          const [c, h] = [2 * n * pitch + i, (2 * n + 1) * pitch + i];
          const s = states[n * pitch + i]!;
          const gate = sigmoid(products[c]!);
          const apart = values[activation](products[h]!) - s;
          const gradient = dys[n * pitch + i]!;
          if (dstates) dstates[n * pitch + i]! += gradient * coefficient * (1 - gate);
          if (dproducts) {
            dproducts[c]! += gradient * coefficient * apart * gate * (1 - gate);
            dproducts[h]! += gradient * coefficient * gate * slopes[activation](products[h]!);
          }
          dot += gradient * (s + gate * apart);
        }
      }
      if (writes.dmix) memory.of(writes.dmix)[edge.row * writes.dmix.pitch + column]! += dot;
    }
  }
}
