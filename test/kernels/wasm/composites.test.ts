// The composite operations on wasm, forward and backward, against the reference; small images are taken in groups there.
import { describe, test } from 'vitest';
import { fanCases, nodeCases, preprocessCases } from '../../helpers/kernels/composite-cases.ts';
import { compareWithReference } from '../../helpers/kernels/operation-cases.ts';

describe.each([
  ['a fan and its node', fanCases],
  ['a node of primitives', nodeCases],
  ['preprocess', preprocessCases],
])('%s', (_, cases) => {
  test.each(cases)('%s', (_name, build) => compareWithReference(build));
});
