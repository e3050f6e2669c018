// Only what is asked for is emitted, and what is emitted is all that was asked for.
import { describe, expect, test } from 'vitest';
import { firstOrder } from '../../src/bilevel/first-order.ts';
import { bilevelStep } from '../../src/bilevel/step.ts';
import { type Instruction, type Plan, tensorsIn } from '../../src/kernels/plan.ts';
import { dartsCnn } from '../../src/supernet/spaces/darts-cnn.ts';
import { nasbench201 } from '../../src/supernet/spaces/nasbench201.ts';
import { declareSupernet } from '../../src/verify/sample-supernet.ts';
import { planOf } from '../helpers/supernet.ts';

const size = { channels: 4, cells: 3, height: 8, width: 8, batch: 2 };
const lowerings = ['fused', 'primitive'] as const;
const rows = [dartsCnn, nasbench201].flatMap((space) => lowerings.map((lowering) => ({ space, lowering })));

function instructionsOf(plan: Plan): readonly Instruction[] {
  return plan.programs['only']!.instructions;
}

/** Names of an arena's tensors that the instructions write. */
function written(instructions: readonly Instruction[], arena: string): string[] {
  const tensors = instructions.flatMap((instruction) => [...tensorsIn(instruction.writes)]);
  return [...new Set(tensors.filter((tensor) => tensor.arena === arena).map(({ name }) => name))].sort();
}

/** Whether a backward instruction reads a weight of the given prefix. */
function backwardReads(instructions: readonly Instruction[], prefix: string): boolean {
  return instructions.some(
    (instruction) =>
      instruction.pass === 'backward' &&
      [...tensorsIn(instruction.reads)].some(
        ({ name, arena }) => arena === 'weights' && name.startsWith(prefix),
      ),
  );
}

const inArena = (arena: string, names: readonly string[]): string[] =>
  names.map((name) => `${arena}/${name}`).sort();

describe.each(rows)('a pass over $space.name, $lowering', ({ space, lowering }) => {
  const pass = (asked: 'weights' | 'alphas' | 'both' | 'nothing') => {
    const built = declareSupernet({ ...size, space }, lowering);
    const { problem } = built;
    const weights = problem.vector('weightGradient', 'weights');
    const alphas = problem.vector('alphaGradient', 'alphas');
    const into = { weights: { weights }, alphas: { alphas }, both: { weights, alphas }, nothing: {} }[asked];
    const instructions = instructionsOf(planOf(built, () => void problem.gradient('train', into)));
    return {
      instructions,
      weights: inArena(
        'weightGradient',
        problem.parameters.list().map(({ name }) => name),
      ),
      alphas: inArena('alphaGradient', Object.keys(problem.alphaTensors)),
    };
  };

  test('for alphas writes no gradient of weights and does not go back through the stem', () => {
    const { instructions, alphas } = pass('alphas');
    expect(written(instructions, 'alphaGradient')).toEqual(alphas);
    expect(written(instructions, 'weightGradient')).toEqual([]);
    expect(backwardReads(instructions, 'stem.')).toBe(false);
    for (const prefix of ['cells.0.preprocess', 'cells.0._ops.0', 'cells.0.edges.1<-0']) {
      expect(backwardReads(instructions, prefix), `reads ${prefix}`).toBe(false);
    }
    expect(backwardReads(instructions, 'classifier')).toBe(true);
  });

  test('for weights writes the gradient of every weight and of no alpha', () => {
    const { instructions, weights } = pass('weights');
    expect(written(instructions, 'weightGradient')).toEqual(weights);
    expect(written(instructions, 'alphaGradient')).toEqual([]);
    const ops = instructions.filter(({ pass }) => pass === 'backward').map(({ op }) => op);
    expect(ops).not.toContain('softmax');
  });

  test('for both writes all', () => {
    const { instructions, weights, alphas } = pass('both');
    expect(written(instructions, 'weightGradient')).toEqual(weights);
    expect(written(instructions, 'alphaGradient')).toEqual(alphas);
  });

  test('for nothing has no backward at all', () => {
    expect(pass('nothing').instructions.filter(({ pass }) => pass !== 'forward')).toEqual([]);
  });

  test('never writes the gradient of the images', () => {
    const { instructions } = pass('both');
    expect(
      instructions.flatMap((instruction) => [...tensorsIn(instruction.writes)]).map(({ arena }) => arena),
    ).not.toContain('inputs');
    expect(
      instructions.flatMap((instruction) => [...tensorsIn(instruction.writes)]).map(({ name }) => name),
    ).not.toContain('d/train/images');
  });
});

test('every backward instruction of a step writes something that is read or asked for', () => {
  const built = declareSupernet({ ...size, space: dartsCnn }, 'fused');
  const { problem } = built;
  const instructions = instructionsOf(planOf(built, () => void bilevelStep(problem, firstOrder)));
  const read = new Set(instructions.flatMap((instruction) => [...tensorsIn(instruction.reads)]));
  const idle = instructions.filter(
    (instruction) =>
      instruction.pass === 'backward' &&
      ![...tensorsIn(instruction.writes)].some((tensor) => tensor.arena !== undefined || read.has(tensor)),
  );
  expect(idle).toEqual([]);
});
