// The counted model of work: multiply-adds of convolutions and linear layers, as papers count them (every tap of
// every output pixel, padding included). A backward node counts its forward's once for dx and once for the weights'
// gradient; what an executor recomputes is its own affair. Elementwise work is not counted.

import type { PlanNode } from './operations.ts';
import type { FanBranch } from './operations/fan/nodes.ts';
import { count, imageShape, type Tensor } from './tensor.ts';

function pixels(image: Tensor): number {
  const { n, h, w } = imageShape(image);
  return n * h * w;
}

/** Of one forward pass through a fan's branch; `outputs` pixels of C channels. */
function branchWork(branch: FanBranch, outputs: number): number {
  // Every weight of a branch meets every output pixel once.
  return branch.weights.reduce((sum, weight) => sum + outputs * count(weight.shape), 0);
}

/** Multiply-adds of a node. */
export function multiplyAdds(node: PlanNode): number {
  if (node.pass === 'update') return 0;
  switch (node.op) {
    case 'convolution':
    case 'depthwise': {
      const { weight } = node.reads;
      const output = node.pass === 'forward' ? node.writes.y : node.reads.dy;
      const once = (count(output.shape) / weight.shape.at(-1)!) * count(weight.shape);
      return node.pass === 'forward' ? once : once * wanted(node.writes.dx, node.writes.dweight);
    }
    case 'linear': {
      const rows = node.reads.xs.reduce((sum, x) => sum + x.shape[0]!, 0);
      const once = rows * count(node.reads.weight.shape);
      if (node.pass === 'forward') return once;
      return once * wanted(node.writes.dxs.find((dx) => dx !== null) ?? undefined, node.writes.dweight);
    }
    case 'factorizedReduce': {
      const { first, second } = node.reads;
      const output = node.pass === 'forward' ? node.writes.y : node.reads.dy;
      const once = pixels(output) * (count(first.shape) + count(second.shape));
      return node.pass === 'forward' ? once : once * wanted(node.writes.dx, node.writes.dfirst);
    }
    case 'preprocess': {
      const output = node.pass === 'forward' ? node.writes.y : node.reads.dy;
      const once = node.reads.weights.reduce((sum, weight) => sum + pixels(output) * count(weight.shape), 0);
      if (node.pass === 'forward') return once;
      return once * wanted(node.writes.dxs.find((dx) => dx !== null) ?? undefined, node.writes.dweights);
    }
    case 'fan': {
      if (node.pass === 'forward') {
        return node.reads.branches.reduce(
          (sum, branch, i) => sum + branchWork(branch, pixels(node.writes.branches[i]!.raw[0]!)),
          0,
        );
      }
      const once = node.reads.branches.reduce(
        (sum, branch) => sum + branchWork(branch, pixels(branch.raw[0]!)),
        0,
      );
      return once * wanted(node.writes.dx, node.writes.dweights);
    }
    default:
      return 0;
  }
}

function wanted(dx: unknown, dweight: unknown): number {
  return (dx === undefined ? 0 : 1) + (dweight === undefined ? 0 : 1);
}
