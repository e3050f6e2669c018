// Updates of arenas and scalars on wasm, against the reference.
import { describe, test } from 'vitest';
import { arenas, updateCases } from '../../helpers/kernels/update-cases.ts';
import { compareWithReference, onWasm } from '../../helpers/kernels/operation-cases.ts';

describe.each(arenas.map((shapes) => [shapes]))('over parameters %j', (shapes) => {
  test.each(updateCases(shapes))('%s', (_, build) => compareWithReference(build, { variants: onWasm(1, 2) }));
});
