// The correctness suite passes on the reference and finds executors that are slightly wrong.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Executor, Values } from '../../src/kernels/executor.ts';
import type { Plan } from '../../src/kernels/plan.ts';
import { ReferenceExecutor } from '../../src/kernels/executors/reference/executor.ts';
import type { Tensor } from '../../src/kernels/tensor.ts';
import { checkAgainstReference, comparedSupernets } from '../../src/verify/against-reference.ts';
import { checkAgainstWasm, demoSupernet } from '../../src/verify/against-wasm.ts';
import { checkRecurrentStep } from '../../src/verify/recurrent-step.ts';
import { passed, type VerifyResult } from '../../src/verify/result.ts';
import { fixtureResults, verifySuite } from '../../src/verify/suite.ts';
import { embeddedData } from '../../src/data/package-root.ts';
import { temporaryFolder } from '../helpers/data-support.ts';

const createExecutor = (plan: Plan): Promise<ReferenceExecutor> =>
  Promise.resolve(new ReferenceExecutor(plan));

test('the suite passes on the reference and tells every result as it comes', async () => {
  const told: VerifyResult[] = [];
  const results = await verifySuite({ createExecutor, onResult: (result) => told.push(result) });
  expect(results.filter((result) => !passed(result))).toEqual([]);
  expect(told).toEqual(results);
  const groups = new Map<string, number>();
  for (const { group } of results) groups.set(group, (groups.get(group) ?? 0) + 1);
  expect([...groups.values()]).toEqual([11, 1, 4, 15, 6]);
});

/** A reference whose arenas, as they are read, are off by a thousandth in every seventh element. */
class Wrong implements Executor {
  readonly name: string = 'wrong';
  readonly precision = 'float64';
  readonly threads = 1;
  private readonly right: ReferenceExecutor;
  private readonly wrongArena: string | undefined;

  constructor(plan: Plan, wrongArena?: string) {
    this.right = new ReferenceExecutor(plan);
    this.wrongArena = wrongArena;
  }

  async readArena(arena: string): Promise<Values> {
    const values = await this.right.readArena(arena);
    return arena === this.wrongArena
      ? values.map((value, i) => (i % 7 === 0 ? value * 1.001 : value))
      : values;
  }

  read(tensor: Tensor): Promise<Values> {
    return this.right.read(tensor);
  }

  write(tensor: Tensor, values: ArrayLike<number>): void {
    this.right.write(tensor, values);
  }

  writeArena(arena: string, values: Values): void {
    this.right.writeArena(arena, values);
  }

  reprogram(plan: Plan): void {
    this.right.reprogram(plan);
  }

  run(program: string): Promise<void> {
    return this.right.run(program);
  }

  close(): Promise<void> {
    return this.right.close();
  }
}

const nasbench201Supernet = comparedSupernets.find(({ space }) => space.name === 'nasbench201')!;

test.each([
  { arena: undefined, failed: [] },
  { arena: 'weightGradient', failed: ['gradient of weights'] },
  { arena: 'alphaGradient', failed: ['gradient of alphas'] },
  { arena: 'weights', failed: ['weights after a step'] },
])('an executor whose $arena is off by a thousandth fails in $failed', async ({ arena, failed }) => {
  const results = await checkAgainstReference(nasbench201Supernet, (plan) =>
    Promise.resolve(new Wrong(plan, arena)),
  );
  expect(results).toHaveLength(6);
  const over = results.filter((result) => !passed(result)).map(({ quantity }) => quantity);
  expect(over).toEqual(failed.map((name) => `nasbench201: ${name}`));
});

test.each([
  { arena: undefined, failed: [] },
  { arena: 'weightGradient', failed: ['gradient of weights'] },
  { arena: 'alphaGradient', failed: ['gradient of alphas'] },
  { arena: 'hidden', failed: ['hidden state'] },
])('a recurrent cell whose $arena is off by a thousandth fails in $failed', async ({ arena, failed }) => {
  const results = await checkRecurrentStep((plan) => Promise.resolve(new Wrong(plan, arena)));
  expect(results).toHaveLength(4);
  const over = results.filter((result) => !passed(result)).map(({ quantity }) => quantity);
  expect(over).toEqual(failed.map((name) => `darts-rnn: ${name}`));
});

class WrongDevice extends Wrong {
  deviceCost() {
    return { dispatches: 1, hostMs: 0, modelledBytes: 0, deviceBytes: 0 };
  }
}

test.each([
  { arena: undefined, failed: [] },
  { arena: 'alphas', failed: ['darts-cnn: alphas after a step'] },
])('a device whose $arena is off by a thousandth differs from wasm in $failed', async ({ arena, failed }) => {
  const size = { ...demoSupernet, channels: 2, cells: 3, height: 4, width: 4, batch: 4 };
  const results = await checkAgainstWasm(size, (plan) => Promise.resolve(new WrongDevice(plan, arena)));
  expect(results).toHaveLength(3);
  expect(results.filter((result) => !passed(result)).map(({ quantity }) => quantity)).toEqual(failed);
});

test('a fixture finds the same', async () => {
  const folder = embeddedData('verify', 'darts-c4-l3');
  const results = await fixtureResults(folder, (plan) => Promise.resolve(new Wrong(plan, 'weightGradient')));
  expect(results.filter((result) => !passed(result)).map(({ quantity }) => quantity)).toEqual([
    'train/grad of weights',
  ]);
});

test.each([
  {
    key: 'C',
    value: 5,
    says: /has \d+ values of (param|momentum)\/\S+, and a network of meta's sizes has \d+; check C/,
  },
  {
    key: 'batch',
    value: 3,
    says: /has \d+ values of x_train, and a network of meta's sizes has \d+; check C/,
  },
])('a fixture whose $key is not that of its tensors is refused', async ({ key, value, says }) => {
  const folder = temporaryFolder();
  cpSync(embeddedData('verify', 'darts-c4-l3'), folder, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { meta: object };
  writeFileSync(
    join(folder, 'manifest.json'),
    JSON.stringify({ ...manifest, meta: { ...manifest.meta, [key]: value } }),
  );
  await expect(
    fixtureResults(folder, (plan) => Promise.resolve(new ReferenceExecutor(plan))),
  ).rejects.toThrow(says);
});
