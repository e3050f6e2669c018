// The counted model of work: multiply-adds of convolutions and linear layers, as papers count them (every tap of
// every output pixel, padding included). A backward instruction counts its forward's once for dx and once for the weights'
// gradient; what an executor recomputes is not counted. Elementwise work is not counted.

import type { Instruction, Program } from '../plan.ts';
import { known } from './all.ts';
import type { FanBranch } from './fan/types.ts';
import { count, imageShape, type Tensor } from '../tensor.ts';

function pixels(image: Tensor): number {
  const { n, h, w } = imageShape(image);
  return n * h * w;
}

/** Of one forward pass through a fan's branch; `outputs` pixels of C channels. */
function branchWork(branch: FanBranch, outputs: number): number {
  // Every weight of a branch meets every output pixel once.
  return branch.weights.reduce((sum, weight) => sum + outputs * count(weight.shape), 0);
}

/** Multiply-adds of an instruction. */
export function multiplyAdds(recorded: Instruction): number {
  const instruction = known(recorded);
  if (instruction.pass === 'update') return 0;
  switch (instruction.op) {
    case 'convolution':
    case 'depthwise': {
      const { weight } = instruction.reads;
      const output = instruction.pass === 'forward' ? instruction.writes.y : instruction.reads.dy;
      const once = (count(output.shape) / weight.shape.at(-1)!) * count(weight.shape);
      return instruction.pass === 'forward'
        ? once
        : once * wanted(instruction.writes.dx, instruction.writes.dweight);
    }
    case 'linear': {
      const rows = instruction.reads.xs.reduce((sum, x) => sum + x.shape[0]!, 0);
      const once = rows * count(instruction.reads.weight.shape);
      if (instruction.pass === 'forward') return once;
      return (
        once *
        wanted(instruction.writes.dxs.find((dx) => dx !== null) ?? undefined, instruction.writes.dweight)
      );
    }
    case 'factorizedReduce': {
      const { first, second } = instruction.reads;
      const output = instruction.pass === 'forward' ? instruction.writes.y : instruction.reads.dy;
      const once = pixels(output) * (count(first.shape) + count(second.shape));
      return instruction.pass === 'forward'
        ? once
        : once * wanted(instruction.writes.dx, instruction.writes.dfirst);
    }
    case 'preprocess': {
      const output = instruction.pass === 'forward' ? instruction.writes.y : instruction.reads.dy;
      const once = instruction.reads.weights.reduce(
        (sum, weight) => sum + pixels(output) * count(weight.shape),
        0,
      );
      if (instruction.pass === 'forward') return once;
      return (
        once *
        wanted(instruction.writes.dxs.find((dx) => dx !== null) ?? undefined, instruction.writes.dweights)
      );
    }
    case 'fan': {
      if (instruction.pass === 'forward') {
        return instruction.reads.branches.reduce(
          (sum, branch, i) => sum + branchWork(branch, pixels(instruction.writes.branches[i]!.raw[0]!)),
          0,
        );
      }
      const once = instruction.reads.branches.reduce(
        (sum, branch) => sum + branchWork(branch, pixels(branch.raw[0]!)),
        0,
      );
      return once * wanted(instruction.writes.dx, instruction.writes.dweights);
    }
    default:
      return 0;
  }
}

function wanted(dx: unknown, dweight: unknown): number {
  return (dx === undefined ? 0 : 1) + (dweight === undefined ? 0 : 1);
}

/** Multiply-adds of a whole program. */
export function multiplyAddsOf({ instructions }: Pick<Program, 'instructions'>): number {
  return instructions.reduce((sum, instruction) => sum + multiplyAdds(instruction), 0);
}
