// Every primitive operation on wasm, forward and backward, against the reference.
import { test } from 'vitest';
import { primitiveCases, sizes } from '../../helpers/kernels/primitive-cases.ts';
import { compareCases } from '../../helpers/kernels/operation-cases.ts';

test.each(sizes)(
  'every primitive operation on an image %j, the other operand of %i channels',
  (shape, other) => compareCases(primitiveCases(shape, other)),
);
