// Only what is asked for is emitted, and what is emitted is all that was asked for.
import { describe, expect, test } from 'vitest';
import { firstOrder } from '../src/bilevel/first-order.ts';
import { bilevelStep } from '../src/bilevel/step.ts';
import type { PlanNode } from '../src/kernels/operations.ts';
import { type Plan, tensorsIn } from '../src/kernels/plan.ts';
import { dartsCnn } from '../src/supernet/spaces/darts-cnn.ts';
import { nasbench201 } from '../src/supernet/spaces/nasbench201.ts';
import { declareSupernet } from '../src/verify/sample-supernet.ts';
import { planOf } from './helpers/supernet.ts';

const size = { channels: 4, cells: 3, height: 8, width: 8, batch: 2 };
const lowerings = ['fused', 'primitive'] as const;
const rows = [dartsCnn, nasbench201].flatMap((space) => lowerings.map((lowering) => ({ space, lowering })));

function nodesOf(plan: Plan): readonly PlanNode[] {
  return plan.programs['only']!.nodes;
}

/** Names of an arena's tensors that the nodes write. */
function written(nodes: readonly PlanNode[], arena: string): string[] {
  const tensors = nodes.flatMap((node) => [...tensorsIn(node.writes)]);
  return [...new Set(tensors.filter((tensor) => tensor.arena === arena).map(({ name }) => name))].sort();
}

/** Whether a backward node reads a weight of the given prefix. */
function backwardReads(nodes: readonly PlanNode[], prefix: string): boolean {
  return nodes.some(
    (node) =>
      node.pass === 'backward' &&
      [...tensorsIn(node.reads)].some(({ name, arena }) => arena === 'weights' && name.startsWith(prefix)),
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
    const nodes = nodesOf(planOf(built, () => void problem.gradient('train', into)));
    return {
      nodes,
      weights: inArena(
        'weightGradient',
        problem.parameters.list().map(({ name }) => name),
      ),
      alphas: inArena('alphaGradient', Object.keys(problem.alphaTensors)),
    };
  };

  test('for alphas writes no gradient of weights and does not go back through the stem', () => {
    const { nodes, alphas } = pass('alphas');
    expect(written(nodes, 'alphaGradient')).toEqual(alphas);
    expect(written(nodes, 'weightGradient')).toEqual([]);
    expect(backwardReads(nodes, 'stem.')).toBe(false);
    for (const prefix of ['cells.0.preprocess', 'cells.0._ops.0', 'cells.0.edges.1<-0']) {
      expect(backwardReads(nodes, prefix), `reads ${prefix}`).toBe(false);
    }
    expect(backwardReads(nodes, 'classifier')).toBe(true);
  });

  test('for weights writes the gradient of every weight and of no alpha', () => {
    const { nodes, weights } = pass('weights');
    expect(written(nodes, 'weightGradient')).toEqual(weights);
    expect(written(nodes, 'alphaGradient')).toEqual([]);
    const ops = nodes.filter(({ pass }) => pass === 'backward').map(({ op }) => op);
    expect(ops).not.toContain('softmax');
  });

  test('for both writes all', () => {
    const { nodes, weights, alphas } = pass('both');
    expect(written(nodes, 'weightGradient')).toEqual(weights);
    expect(written(nodes, 'alphaGradient')).toEqual(alphas);
  });

  test('for nothing has no backward at all', () => {
    expect(pass('nothing').nodes.filter(({ pass }) => pass !== 'forward')).toEqual([]);
  });

  test('never writes the gradient of the images', () => {
    const { nodes } = pass('both');
    expect(nodes.flatMap((node) => [...tensorsIn(node.writes)]).map(({ arena }) => arena)).not.toContain(
      'inputs',
    );
    expect(nodes.flatMap((node) => [...tensorsIn(node.writes)]).map(({ name }) => name)).not.toContain(
      'd/train/images',
    );
  });
});

test('every backward node of a step writes something that is read or asked for', () => {
  const built = declareSupernet({ ...size, space: dartsCnn }, 'fused');
  const { problem } = built;
  const nodes = nodesOf(planOf(built, () => void bilevelStep(problem, firstOrder)));
  const read = new Set(nodes.flatMap((node) => [...tensorsIn(node.reads)]));
  const idle = nodes.filter(
    (node) =>
      node.pass === 'backward' &&
      ![...tensorsIn(node.writes)].some((tensor) => tensor.arena !== undefined || read.has(tensor)),
  );
  expect(idle).toEqual([]);
});
