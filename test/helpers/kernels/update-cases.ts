// Updates of arenas and scalars: cases for any executor.
import { type Build, type CaseTools, positive } from './operation-cases.ts';

/** Shapes of the parameters in the arena: small ones, and enough for several chunks of an elementwise stage. */
export const arenas: readonly (readonly (readonly number[])[])[] = [
  [[3], [2]],
  [[3, 5], [1], [2, 2, 7]],
  [[70, 33, 21], [13]],
];

const updates: Readonly<Record<string, (tools: CaseTools) => void>> = {
  'SGD with momentum and decay': ({ emit, vector, constant }) => {
    const reads = { gradient: vector('slope'), rate: constant('rate', [1], positive) };
    const writes = { weights: vector('tensors'), velocity: vector('velocity') };
    emit({ op: 'sgd', pass: 'update', reads, writes, momentum: 0.9, weightDecay: 3e-4 });
  },

  'SGD that clips': ({ emit, vector, constant }) => {
    const [norm, rate] = [constant('norm', [1]), constant('rate', [1], positive)];
    const reads = { gradient: vector('slope'), rate, norm };
    const writes = { weights: vector('tensors'), velocity: vector('velocity') };
    emit({ op: 'norm', pass: 'update', reads: { x: vector('slope') }, writes: { out: norm } });
    emit({ op: 'sgd', pass: 'update', reads, writes, momentum: 0.5, weightDecay: 0, clip: 0.75 });
  },

  // 1e-6 beside such a norm is a third of the divisor.
  'SGD that clips a tiny norm': ({ emit, vector, constant }) => {
    const [norm, rate] = [constant('norm', [1], () => 2e-6), constant('rate', [1], positive)];
    const reads = { gradient: vector('slope'), rate, norm };
    const writes = { weights: vector('tensors'), velocity: vector('velocity') };
    emit({ op: 'sgd', pass: 'update', reads, writes, momentum: 0.5, weightDecay: 0, clip: 1e-6 });
  },

  'SGD with a clip that the norm stays below': ({ emit, vector, constant }) => {
    const [norm, rate] = [constant('norm', [1], positive), constant('rate', [1], positive)];
    const reads = { gradient: vector('slope'), rate, norm };
    const writes = { weights: vector('tensors'), velocity: vector('velocity') };
    emit({ op: 'sgd', pass: 'update', reads, writes, momentum: 0.9, weightDecay: 0.01, clip: 5 });
  },

  Adam: ({ emit, vector, constant }) => {
    const [rate, corrections] = [constant('rate', [1], positive), constant('corrections', [2], positive)];
    const reads = { gradient: vector('slope'), rate, corrections };
    const writes = { weights: vector('tensors'), first: vector('m'), second: vector('v', positive) };
    const options = { betas: [0.5, 0.999], epsilon: 1e-8, weightDecay: 1e-3 } as const;
    emit({ op: 'adam', pass: 'update', reads, writes, ...options });
  },

  'axpy, in place and scaled': ({ emit, vector, constant }) => {
    const [base, x, out] = [vector('tensors'), vector('x'), vector('out')];
    const scale = constant('scale', [1]);
    emit({ op: 'axpy', pass: 'update', reads: { base, x }, writes: { out }, factor: -0.3 });
    emit({ op: 'axpy', pass: 'update', reads: { base, x, scale }, writes: { out: base }, factor: 1.7 });
  },

  'SGD on a part of the arena': ({ emit, vector, constant }) => {
    const part = { offset: 4, elements: 4 };
    const partOf = (arena: string) => ({ ...vector(arena), part });
    const reads = { gradient: partOf('slope'), rate: constant('rate', [1], positive) };
    const writes = { weights: partOf('tensors'), velocity: partOf('velocity') };
    emit({ op: 'sgd', pass: 'update', reads, writes, momentum: 0.9, weightDecay: 3e-4 });
  },

  'running statistics': ({ emit, constant }) => {
    const statistics = constant('statistics', [2, 7], positive);
    const writes = { mean: constant('mean', [7]), variance: constant('variance', [7], positive) };
    emit({ op: 'track', pass: 'update', reads: { statistics }, writes, momentum: 0.1, pixels: 50 });
  },

  'copy and norm': ({ emit, vector, constant }) => {
    const [from, to] = [vector('tensors'), vector('to')];
    emit({ op: 'copy', pass: 'update', reads: { from }, writes: { to } });
    emit({ op: 'norm', pass: 'update', reads: { x: to }, writes: { out: constant('norm', [1]) } });
  },

  'quotients, by zero and without a numerator too': ({ emit, constant }) => {
    const [numerator, denominator] = [constant('a', [1], positive), constant('b', [1], positive)];
    const none = constant('zero', [1], () => 0);
    const quotient = (name: string, reads: { numerator?: typeof none; denominator: typeof none }): void =>
      emit({ op: 'quotient', pass: 'update', reads, writes: { out: constant(name, [1]) }, factor: 0.01 });
    quotient('ratio', { numerator, denominator });
    quotient('inverse', { denominator });
    quotient('undefined', { numerator, denominator: none });
  },

  fill: ({ emit, constant }) => {
    for (const [i, value] of [0, 2.5].entries()) {
      const writes = { y: constant(`y${i}`, [30, 90, 7]) };
      emit({ op: 'fill', pass: 'update', reads: {}, writes, value });
    }
  },

  'recording of scalars': ({ emit, constant }) => {
    const slot = constant('slot', [1], () => 3);
    const values = [constant('loss', [1]), constant('hits', [1])];
    emit({
      op: 'record',
      pass: 'update',
      reads: { slot, values },
      writes: { ring: constant('ring', [5, 2]) },
    });
  },
};

/** All updates over an arena of parameters. */
export function updateCases(shapes: readonly (readonly number[])[]): readonly (readonly [string, Build])[] {
  return Object.entries(updates).map(([name, update]) => [
    name,
    (tools) => {
      for (const [i, shape] of shapes.entries()) tools.tensor(`w${i}`, shape);
      update(tools);
    },
  ]);
}
