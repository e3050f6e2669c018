// The correctness suite for users: answers of the published code, derived cells, a bilevel problem in closed form,
// parameter counts, finite differences, and the executor against the reference and against wasm.

import { embeddedData } from '../data/package-root.ts';
import { checkAgainstReference, comparedSupernets } from './against-reference.ts';
import { checkAgainstWasm, demoSupernet } from './against-wasm.ts';
import { checkFixture, type ExecutorFactory } from './check-fixture.ts';
import { closedFormCases, fixedPoint } from './closed-form.ts';
import { checkDeriveCases } from './derive-cases.ts';
import { readFixture } from './fixture.ts';
import { countParameters, knownCounts } from './parameter-counts.ts';
import { checkRecurrentStep } from './recurrent-step.ts';
import { relativeError } from './relative-error.ts';
import type { VerifyResult } from './result.ts';
import { checkSupernetDifferences, differencedSupernets } from './supernet-differences.ts';

interface SuiteOptions {
  readonly createExecutor: ExecutorFactory;
  /** Folders of fixtures; by default the one that ships with the package. */
  readonly fixtures?: readonly string[];
  /** A file of derive cases; by default the one that ships with the package. */
  readonly deriveCases?: string;
  /** Called with every result as soon as it is known. */
  readonly onResult?: (result: VerifyResult) => void;
}

/** Runs the whole suite and returns all results, in order; `passed` judges one. */
export async function verifySuite(options: SuiteOptions): Promise<readonly VerifyResult[]> {
  const results: VerifyResult[] = [];
  for await (const result of suite(options)) {
    results.push(result);
    options.onResult?.(result);
  }
  return results;
}

async function* suite({ createExecutor, fixtures, deriveCases }: SuiteOptions): AsyncGenerator<VerifyResult> {
  for (const folder of fixtures ?? []) yield* await fixtureResults(folder, createExecutor);
  if (fixtures === undefined) {
    const results = await fixtureResults(embeddedData('verify', 'darts-c4-l3'), createExecutor);
    for (const result of results) yield { ...result, group: 'darts-c4-l3' };
  }
  if (deriveCases !== undefined) yield await deriveResult(deriveCases);
  else yield { ...(await deriveResult(embeddedData('verify', 'derive-cases.json'))), group: 'derive' };
  for (const { name, answer, ...rest } of closedFormCases) {
    const { alphas, weights } = fixedPoint(rest);
    const error = relativeError([alphas.value, weights.value], [answer, answer]);
    yield { group: 'closed form', quantity: name, error, bound: 1e-9 };
  }
  for (const { name, network, parameters } of knownCounts) {
    const error = relativeError([countParameters(network)], [parameters]);
    yield { group: 'parameter counts', quantity: name, error, bound: 0 };
  }
  for (const size of differencedSupernets) yield* await checkSupernetDifferences(size);
  for (const size of comparedSupernets) yield* await checkAgainstReference(size, createExecutor);
  yield* await checkRecurrentStep(createExecutor);
  yield* await checkAgainstWasm(demoSupernet, createExecutor);
}

/** Every quantity that a fixture's folder has answers for. */
export async function fixtureResults(
  folder: string,
  createExecutor: ExecutorFactory,
): Promise<readonly VerifyResult[]> {
  const comparisons = await checkFixture(await readFixture(folder), createExecutor);
  return comparisons.map((comparison) => ({ group: folder, ...comparison }));
}

/** The share of a file's cases that are derived differently. */
export async function deriveResult(file: string): Promise<VerifyResult> {
  const { cases, mismatches } = await checkDeriveCases(file);
  return {
    group: file,
    quantity: `derive cases (${cases - mismatches.length} of ${cases} equal)`,
    error: mismatches.length / cases,
    bound: 0,
    details: mismatches.map(
      ({ index, derived, wanted }) => `case ${index}: derived ${derived}, wanted ${wanted}`,
    ),
  };
}
