// A cell lowered to primitive operations: the fused form is checked against it, and derived networks, whose batch norms
// are affine, use it.

import { add } from '../kernels/operations/add/definition.ts';
import { concat } from '../kernels/operations/concat/definition.ts';
import { dropPath } from '../kernels/operations/drop-path/definition.ts';
import { mixEdge } from '../kernels/operations/mix/definition.ts';
import type { Tensor } from '../kernels/tensor.ts';
import { derivedLayersAt, layersAt } from './layers.ts';
import { type CellContext, lowerLayers } from './lower-layers.ts';
import { divide, shuffle, sumBypassed } from './partial-channels.ts';
import type { WiredEdge } from './wiring.ts';
import { zeros } from './zeros.ts';

/** inputs: the cell's input states, preprocessed. Returns the cell's output as one tensor. */
export function primitiveCell(context: CellContext, inputs: readonly Tensor[]): readonly Tensor[] {
  const { graph, wiring, name } = context;
  const states: Tensor[] = [...inputs];
  for (let node = 0; node < wiring.nodes; node++) {
    const edges = wiring.edges.filter((edge) => edge.node === node);
    const incoming = edges.flatMap((edge) => edgeOutput(context, edge, states[edge.from]!));
    states.push(
      incoming.length > 0
        ? add(graph, incoming, `${name}.node${node}`)
        : zeros(graph, states[0]!, wiring.inputStride, `${name}.node${node}`),
    );
  }
  const output = wiring.output.map((state) => states[state]!);
  return output.length === 1 ? output : [concat(graph, output, `${name}.output`)];
}

function edgeOutput(context: CellContext, edge: WiredEdge, state: Tensor): readonly Tensor[] {
  const { graph, space, wiring, mix, name, norms, paths } = context;
  const { row } = edge;
  const divided = wiring.parts > 1 ? divide(graph, state, wiring.parts, edge.stride) : { selected: state };
  const x = divided.selected;
  const terms = edge.operations.flatMap(({ column, name: operationName }) => {
    const operation = space.operations[column]!;
    const layers =
      norms === 'search' ? layersAt(operation, edge.stride) : derivedLayersAt(operation, edge.stride);
    if (layers === 'zero') return [];
    const fullName = `${name}.${operationName}`;
    const y = lowerLayers(context, layers, x, edge.stride, fullName);
    const path = paths?.columns.get(fullName);
    return [{ column, x: path === undefined ? y : dropPath(graph, y, paths!.factors, path) }];
  });
  if (terms.length === 0) return [];
  const edgeName = `${name}.edge${row}`;
  const weighted = wiring.mixed ? mix : undefined;
  const mixed = weighted
    ? [mixEdge(graph, weighted.operations, row, terms, edgeName)]
    : terms.map((term) => term.x);
  if (!('bypassed' in divided)) return mixed;
  const selected = mixed.length === 1 ? mixed[0]! : add(graph, mixed, edgeName);
  const { bypassed } = divided;
  const rest = sumBypassed(graph, weighted?.shares, [{ row, bypassed }], `${edgeName}.bypassed`);
  return [shuffle(graph, selected, rest, wiring.parts, `${edgeName}.shuffled`)];
}
