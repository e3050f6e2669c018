// Every primitive operation on wasm, forward and backward, against the reference.
import { describe, test } from 'vitest';
import { add } from '../src/kernels/operations/add/definition.ts';
import { relu } from '../src/kernels/operations/relu/definition.ts';
import { compareWithReference } from './operation-cases.ts';

const images = [
  [1, 1, 1, 1],
  [2, 5, 7, 3],
  [3, 9, 4, 8],
  [5, 33, 31, 17],
] as const;

describe.each(images)('on an image of [%i, %i, %i, %i]', (...shape) => {
  test('ReLU', () =>
    compareWithReference(({ graph, tensor, backward }) => backward(relu(graph, tensor('x', shape)))));

  test('a sum, with one input twice', () =>
    compareWithReference(({ graph, tensor, backward }) => {
      const [a, b] = [tensor('a', shape), tensor('b', shape)];
      backward(add(graph, [a, b, relu(graph, a)], 'sum'));
    }));
});
