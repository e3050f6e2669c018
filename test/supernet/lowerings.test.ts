// Supernets lowered to composite operations and to primitives compute the same, in float64.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Genotype } from '../../src/supernet/genotype/genotype.ts';
import { edgesOf, type ImageSpace } from '../../src/supernet/space.ts';
import { dartsCnn } from '../../src/supernet/spaces/darts-cnn.ts';
import { nasbench201 } from '../../src/supernet/spaces/nasbench201.ts';
import { pcDarts } from '../../src/supernet/spaces/pc-darts.ts';
import type { SupernetSize } from '../../src/verify/sample-supernet.ts';
import { differences, restrictedResults, type Results, stepResults } from '../helpers/supernet.ts';

function expectEqual(fused: Results, primitive: Results): void {
  for (const [name, error] of differences(fused, primitive)) {
    expect(error, `relative difference of ${name}`).toBeLessThan(1e-12);
  }
}

const odd = { height: 7, width: 9, batch: 3 };

const sizes: readonly SupernetSize[] = [
  { space: dartsCnn, channels: 2, cells: 3, ...odd },
  { space: dartsCnn, channels: 4, cells: 2, ...odd },
  { space: dartsCnn, channels: 6, cells: 1, height: 5, width: 4, batch: 2 },
  { space: pcDarts, channels: 4, cells: 3, ...odd },
  { space: pcDarts, channels: 8, cells: 1, height: 5, width: 4, batch: 2 },
  { space: nasbench201, channels: 2, cells: 2, ...odd },
  { space: nasbench201, channels: 6, cells: 1, height: 5, width: 4, batch: 2 },
];

describe('fused and primitive lowerings agree to 1e-12', () => {
  test.each(
    sizes.map((size) => ({ ...size, title: `${size.space.name}, C=${size.channels}, L=${size.cells}` })),
  )('logits, loss, gradients and a second-order step: $title', async (size) => {
    const fused = await stepResults(size, 'fused');
    expectEqual(fused, await stepResults(size, 'primitive'));
    // Nothing is equal because nothing was computed.
    const used = size.space === nasbench201 ? 'cell' : 'reduce';
    for (const name of [
      `alphaGradient/${used}`,
      'weightGradient/stem.0.weight',
      `step/alphaGradient/${used}`,
    ]) {
      expect(Math.hypot(...fused.get(name)!), `norm of ${name}`).toBeGreaterThan(1e-6);
    }
  });

  test.each([
    { space: dartsCnn, size: { channels: 2, cells: 3, ...odd }, runs: 12 },
    { space: pcDarts, size: { channels: 4, cells: 3, ...odd }, runs: 6 },
    { space: nasbench201, size: { channels: 4, cells: 1, ...odd }, runs: 20 },
  ])('restricted to random genotypes of $space.name', async ({ space, size, runs }) => {
    const property = fc.asyncProperty(genotypes(space), async (genotype) => {
      const restricted = { space, ...size };
      expectEqual(
        await restrictedResults(restricted, genotype, 'fused'),
        await restrictedResults(restricted, genotype, 'primitive'),
      );
    });
    await fc.assert(property, { seed: 3, numRuns: runs });
  });
});

/** Any genotype that the space can hold, `none` among its operations. */
function genotypes(space: ImageSpace): fc.Arbitrary<Genotype> {
  const operation = fc.constantFrom(...space.operations.map(({ name }) => name));
  const cells = Object.entries(space.cells).map(([kind, cell]) => {
    const nodes = Array.from({ length: cell.nodes }, (_, node) => {
      const sources = edgesOf(cell)
        .filter((edge) => edge.node === node)
        .map(({ from }) => from);
      const kept = space.derive.kind === 'everyEdge' ? sources.length : space.derive.edges;
      return fc
        .tuple(
          fc.shuffledSubarray(sources, { minLength: kept, maxLength: kept }),
          fc.array(operation, { minLength: kept, maxLength: kept }),
        )
        .map(([from, operations]) => from.map((source, i) => ({ from: source, operation: operations[i]! })));
    });
    const all = Array.from({ length: cell.nodes }, (_, node) => cell.inputs + node);
    const concat = cell.output === 'concat' ? all : all.slice(-1);
    return [kind, fc.tuple(...nodes).map((chosen) => ({ nodes: chosen, concat }))] as const;
  });
  return fc.record(Object.fromEntries(cells));
}
