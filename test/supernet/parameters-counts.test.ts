// Parameters of published networks: any layer too many or of the wrong width shows here.
import { expect, test } from 'vitest';
import { countParameters, knownCounts } from '../../src/verify/parameter-counts.ts';

test.each(knownCounts)('$name has $parameters parameters', ({ network, parameters }) => {
  expect(countParameters(network)).toBe(parameters);
});
