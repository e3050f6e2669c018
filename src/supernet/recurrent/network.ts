// A language model around a recurrent cell (Liu et al. 2019, and the published code): embedding, the cell unrolled over
// the steps of a batch, a decoder tied to the embedding, and the mean cross-entropy of the next word.

import type { Graph, PlanBuilder } from '../../kernels/graph.ts';
import { add } from '../../kernels/operations/add/definition.ts';
import { crossEntropy, type CrossEntropyOutput } from '../../kernels/operations/cross-entropy/definition.ts';
import { dropout } from '../../kernels/operations/dropout/definition.ts';
import { embedding } from '../../kernels/operations/embedding/definition.ts';
import { linearMaps } from '../../kernels/operations/linear/definition.ts';
import type { Tensor } from '../../kernels/tensor.ts';
import type { Genotype } from '../genotype/genotype.ts';
import type { Parameters } from '../parameters.ts';
import {
  derivedRecurrence,
  type RecurrentCell,
  type RecurrentMasks,
  recurrentStep,
  relaxedRecurrence,
} from './cell.ts';
import type { RecurrentSpace } from '../spaces/darts-rnn.ts';
import { fill } from '../../kernels/plan.ts';
import { instructions as addInstructions } from '../../kernels/operations/add/types.ts';

export interface RecurrentDescription {
  readonly space: RecurrentSpace;
  /** Size of the vocabulary. */
  readonly words: number;
  /** Of the hidden state and of the embedding. */
  readonly units: number;
  /** The cell of a network of its own; absent: the relaxed cell of a search. */
  readonly genotype?: Genotype;
}

export interface TextBatch {
  /** [N, 1] each, one more than steps: the input of a step and the target of the step before. */
  readonly words: readonly Tensor[];
  /** [N, C]: the hidden state after the preceding text. */
  readonly hidden: Tensor;
  readonly masks?: RecurrentMasks;
}

export interface RecurrentOutput extends CrossEntropyOutput {
  /** [1] by step: their sum is the loss, and backpropagation starts at each. */
  readonly losses: readonly Tensor[];
  /** [N, C] by step. */
  readonly hiddens: readonly Tensor[];
}

interface TextSize {
  readonly batch: number;
  readonly steps: number;
  readonly units: number;
}

/** Declares tensors for `batch` texts of `steps` words each; `dropping`: and for the masks of dropout. */
export function declareText(
  builder: PlanBuilder,
  name: string,
  { batch, steps, units }: TextSize,
  dropping = false,
): TextBatch {
  const words = Array.from({ length: steps + 1 }, (_, t) =>
    builder.persistent('inputs', `${name}/word${t}`, [batch, 1]),
  );
  const hidden = builder.persistent(hiddenArena, `${name}/hidden`, [batch, units]);
  if (!dropping) return { words, hidden };
  const mask = (part: string): Tensor => builder.persistent('inputs', `${name}/${part} mask`, [batch, units]);
  return {
    words,
    hidden,
    masks: { input: mask('input'), hidden: mask('hidden'), output: mask('output') },
  };
}

/** Hidden states that a program leaves for the next. */
export const hiddenArena = 'hidden';

/** mix: softmax(alpha), [E, O], for the relaxed cell. */
export function buildRecurrent(
  graph: Graph,
  parameters: Parameters,
  { space, words: rows, units, genotype }: RecurrentDescription,
  { words, hidden, masks }: TextBatch,
  mix?: Tensor,
): RecurrentOutput {
  const wiring = genotype ? derivedRecurrence(space, genotype['recurrent']!) : relaxedRecurrence(space);
  const { table, bias, first, nodes } = parameters.recurrent(rows, units, wiring.nodes.length);
  const shares = graph.activation('shares', [1, wiring.output.length]);
  const value = 1 / wiring.output.length;
  graph.emit(fill(shares, value));
  const cell: RecurrentCell = { wiring, weights: { first, nodes }, mix, shares, masks };
  const steps = words.length - 1;
  const hiddens: Tensor[] = [];
  const outcomes = words.slice(0, -1).map((word, t) => {
    const next = recurrentStep(graph, cell, embedding(graph, table, word), hiddens.at(-1) ?? hidden);
    hiddens.push(next);
    const decoded = masks ? dropout(graph, next, masks.output) : next;
    const [logits] = linearMaps(graph, [decoded], table, { bias, transposed: true });
    return crossEntropy(graph, logits!, words[t + 1]!, { weight: 1 / steps });
  });
  const losses = outcomes.map(({ loss }) => loss);
  const loss = add(graph, losses, 'loss of all steps');
  const correct = add(
    graph,
    outcomes.map((outcome) => outcome.correct),
    'correct of all steps',
  );
  return { loss, correct, losses, hiddens };
}

/** Carries the last hidden state over to the next text; gradients are not propagated through it. */
export function carryHidden(builder: PlanBuilder, { hiddens }: RecurrentOutput, { hidden }: TextBatch): void {
  builder.emit(addInstructions.forward({ reads: { xs: [hiddens.at(-1)!] }, writes: { y: hidden } }));
}
