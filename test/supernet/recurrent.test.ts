// The recurrent cell of DARTS as a language model: against a plain loop, finite differences, and wasm.
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { ReferenceExecutor } from '../../src/kernels/executors/reference/executor.ts';
import { createWasmExecutor } from '../../src/engine/wasm-executor.ts';
import { derive } from '../../src/supernet/derive.ts';
import { genotypeText, parseGenotype } from '../../src/supernet/genotype/text.ts';
import type { RecurrentDescription } from '../../src/supernet/recurrent/network.ts';
import { dartsRnn, publishedRecurrentCells } from '../../src/supernet/spaces/darts-rnn.ts';
import { slopeNear } from '../../src/verify/slope.ts';
import { drawValues, drawWords, fill, model } from '../helpers/recurrent.ts';
import { plainModel } from '../helpers/plain-recurrent.ts';
import { expectClose } from '../helpers/kernels/operation-cases.ts';

const published = (name: string) => parseGenotype(publishedRecurrentCells[name]!, dartsRnn, name);
const [words, units] = [7, 5];
const relaxed: RecurrentDescription = { space: dartsRnn, words, units };
const networks: readonly (readonly [string, RecurrentDescription])[] = [
  ['relaxed', relaxed],
  ['DARTS_V1', { ...relaxed, genotype: published('DARTS_V1') }],
  ['DARTS_V2', { ...relaxed, genotype: published('DARTS_V2') }],
];

describe.each(networks)('a language model with the cell %s', (_, network) => {
  const [batch, steps] = [3, 4];

  test('computes what a plain loop does', async () => {
    const made = model(network, batch, steps);
    const values = drawValues(made);
    const text = drawWords(words, batch, steps);
    const executor = new ReferenceExecutor(made.plan);
    fill(executor, made, text, values);
    await executor.run('forward');
    const named = new Map([...values].map(([tensor, own]) => [tensor.name, own]));
    const plain = plainModel(network, named, text);
    expect((await executor.read(made.outcome.loss))[0]).toBeCloseTo(plain.loss, 12);
    expect((await executor.read(made.outcome.correct))[0]).toBe(plain.correct);
    for (const [t, hidden] of made.outcome.hiddens.entries())
      expectClose(await executor.read(hidden), plain.hiddens[t]!.flat(), `hidden state ${t}`, 1e-12);
  });

  test('has the gradients of finite differences', async () => {
    const made = model(network, batch, steps);
    const values = drawValues(made);
    const text = drawWords(words, batch, steps);
    const executor = new ReferenceExecutor(made.plan);
    fill(executor, made, text, values);
    await executor.run('backward');
    const wanted = [...made.parameters.list().map(({ tensor }) => tensor), made.alpha];
    const gradients = await Promise.all(wanted.map((tensor) => executor.read(made.gradient(tensor))));
    fill(executor, made, text, values);
    for (const [w, tensor] of wanted.entries()) {
      const own = values.get(tensor)!;
      const chosen = Random.fromSeed(2).split(tensor.name).permutation(own.length).subarray(0, 6);
      const slopes: number[] = [];
      for (const i of chosen) {
        const at = async (offset: number): Promise<number> => {
          executor.write(
            tensor,
            own.map((value, j) => (j === i ? value + offset : value)),
          );
          await executor.run('forward');
          return (await executor.read(made.outcome.loss))[0]!;
        };
        slopes.push(await slopeNear(at, gradients[w]![i]!));
      }
      executor.write(tensor, own);
      const taken = Float64Array.from(chosen, (i) => gradients[w]![i]!);
      expectClose(taken, slopes, `the gradient of ${tensor.name}`, 1e-6);
    }
  });

  test('goes on from the hidden state that the text before left', async () => {
    const whole = model(network, batch, 2 * steps);
    const text = drawWords(words, batch, 2 * steps);
    const values = drawValues(whole);
    const long = new ReferenceExecutor(whole.plan);
    fill(long, whole, text, values);
    await long.run('forward');
    const losses = await Promise.all(whole.outcome.losses.map((loss) => long.read(loss)));

    const half = model(network, batch, steps);
    const named = new Map([...values].map(([tensor, own]) => [tensor.name, own]));
    const same = [...drawValues(half).keys()].map((tensor) => [tensor, named.get(tensor.name)!] as const);
    const short = new ReferenceExecutor(half.plan);
    fill(short, half, text.slice(0, steps + 1), new Map(same));
    await short.run('backward');
    fill(short, half, text.slice(steps), new Map());
    await short.run('forward');
    for (const [t, loss] of half.outcome.losses.entries())
      expect((await short.read(loss))[0]).toBeCloseTo(2 * losses[steps + t]![0]!, 12);
  });

  test('computes the same on wasm, with any number of threads', async () => {
    const made = model({ ...network, words: 300, units: 37 }, 9, 3);
    const values = drawValues(made);
    const text = drawWords(300, 9, 3);
    const reference = new ReferenceExecutor(made.plan);
    fill(reference, made, text, values);
    await reference.run('backward');
    const bits: string[] = [];
    for (const threads of [1, 2]) {
      const executor = await createWasmExecutor(made.plan, { threads });
      try {
        fill(executor, made, text, values);
        await executor.run('backward');
        const results = await Promise.all(
          ['weightGradient', 'alphaGradient', 'hidden'].map(async (arena) => {
            const own = await executor.readArena(arena);
            expectClose(own, await reference.readArena(arena), arena, 2e-5);
            return Buffer.from(own.buffer, own.byteOffset, own.byteLength).toString('base64');
          }),
        );
        bits.push(results.join());
      } finally {
        await executor.close();
      }
    }
    expect(bits[1]).toBe(bits[0]);
  });
});

test.each(Object.entries(publishedRecurrentCells))('%s is read and written as published', (name, text) => {
  const genotype = parseGenotype(text, dartsRnn, name);
  const written = genotypeText(genotype, dartsRnn);
  expect(written).toBe(text.replace('range(1, 9)', '[1, 2, 3, 4, 5, 6, 7, 8]'));
  expect(parseGenotype(written, dartsRnn)).toEqual(genotype);
});

test('one edge a node is derived: the strongest by its best activation but none', () => {
  const genotype = published('DARTS_V2');
  const edges = genotype['recurrent']!.nodes.map(([edge]) => edge!);
  const alpha = edges.flatMap(({ from, operation }, node) =>
    Array.from({ length: node + 1 }, (_, source) =>
      // `none` is strongest on another edge, which must not be kept for it.
      dartsRnn.operations.map(({ name }) =>
        name === 'none' && source !== from ? 3 : Number(source === from && name === operation),
      ),
    ),
  );
  expect(derive(dartsRnn, { recurrent: alpha })).toEqual(genotype);
});

test.each([
  ["Genotype(recurrent=[('relu', 0)], concat=range(1, 9))", '1 pairs'],
  [publishedRecurrentCells['DARTS_V1']!.replace("('relu', 1)", "('relu', 2)"), 'state 2'],
  [publishedRecurrentCells['DARTS_V1']!.replace('tanh', 'none'), 'none'],
  [publishedRecurrentCells['DARTS_V1']!.replace(' concat=', ' recurrent_concat='), 'concat'],
])('refuses %s', (text, problem) => {
  expect(() => parseGenotype(text, dartsRnn, 'cell')).toThrow(problem);
});
