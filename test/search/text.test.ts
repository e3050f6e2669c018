// Searches of a recurrent cell on text: the text itself, a step on every executor, a whole search, and its resume.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { openText } from '../../src/data/open-text.ts';
import { type Text, TextWindows } from '../../src/data/text.ts';
import type { Executor } from '../../src/kernels/executor.ts';
import { ReferenceExecutor } from '../../src/kernels/executors/reference/executor.ts';
import { createWasmExecutor } from '../../src/engine/wasm-executor.ts';
import type { Plan } from '../../src/kernels/plan.ts';
import { createWebGpuExecutor } from '../../src/kernels/executors/webgpu/executor.ts';
import { prepareText } from '../../src/search/text/plan.ts';
import { search } from '../../src/search/search.ts';
import { resolveTextConfig } from '../../src/search/text/config.ts';
import { TextSearchSession } from '../../src/search/text/session.ts';
import { buildCli, mixop } from '../helpers/run-cli.ts';
import { withoutGpu } from '../helpers/kernels/on-webgpu.ts';
import { expectClose } from '../helpers/kernels/operation-cases.ts';

const folder = mkdtempSync(join(tmpdir(), 'mixop-text-'));
const at = (...names: string[]): string => join(folder, ...names);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Words that mostly follow from the one before. */
function sentences(length: number): string {
  const random = Random.fromSeed(3);
  const words = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'];
  let place = 0;
  return Array.from({ length }, () => {
    place = random.uniform() < 0.1 ? random.below(words.length) : (place * 2 + 1) % words.length;
    return words[place]! + (random.uniform() < 0.1 ? '\n' : ' ');
  }).join('');
}

writeFileSync(at('text.txt'), sentences(3000));
writeFileSync(at('ptb.train.txt'), 'a b  a\nc\n');
writeFileSync(at('ptb.valid.txt.gz'), gzipSync('c d'));

const small = {
  batch: 8,
  length: 5,
  units: 12,
  epochs: 2,
  seed: 4,
  checkpoints: { everySteps: 7, keep: 2 },
  dropout: { embedding: 0, input: 0, hidden: 0.1, output: 0 },
} as const;
const settings = () => ({ ...small, space: 'darts-rnn' as const, data: `text:${at('text.txt')}` });

const wordsOf = ({ vocabulary }: Text, part: Uint32Array): string[] =>
  [...part].map((place) => vocabulary[place]!);

describe('text', () => {
  test('of a folder is one vocabulary and two parts, a line ending in a word of its own', async () => {
    const text = await openText(`text:${folder}`, 'words', 0.5);
    expect(text.vocabulary).toEqual(['a', 'b', '<eos>', 'c', 'd']);
    expect(wordsOf(text, text.train)).toEqual(['a', 'b', 'a', '<eos>', 'c', '<eos>']);
    expect(wordsOf(text, text.validation)).toEqual(['c', 'd', '<eos>']);
  });

  test('of a file is cut in two', async () => {
    const text = await openText(`text:${at('ptb.train.txt')}`, 'characters', 0.75);
    expect(wordsOf(text, text.train).join('')).toBe('a b  a');
    expect(wordsOf(text, text.validation).join('')).toBe('\nc\n');
  });

  test('is gone through in windows that overlap by one word, piece by piece', () => {
    const windows = new TextWindows(
      Uint32Array.from({ length: 17 }, (_, i) => i),
      2,
      3,
      'words',
    );
    expect(windows.count).toBe(2);
    const rows = (index: number) => windows.window(index).map((words) => [...words]);
    expect(rows(0)).toEqual([
      [0, 8],
      [1, 9],
      [2, 10],
      [3, 11],
    ]);
    expect(rows(1)).toEqual([
      [3, 11],
      [4, 12],
      [5, 13],
      [6, 14],
    ]);
  });

  test('that is too short for a window is refused', () => {
    expect(() => new TextWindows(new Uint32Array(7), 2, 3, 'training words')).toThrow(
      'batch: is 2, too many for 7 training words; it needs 8',
    );
  });
});

describe.each([1, 2] as const)('three steps of order %i', (order) => {
  /** All that a checkpoint holds after them, and the evaluation. */
  async function after(create: (plan: Plan) => Promise<Executor> | Executor) {
    const config = resolveTextConfig({ ...settings(), order, slowness: 0.5, dropout: {} });
    const text = await openText(config.data, config.tokens, config.trainFraction);
    const prepared = prepareText(text, config);
    const executor = await create(prepared.textPlan.plan);
    try {
      const session = new TextSearchSession(executor, prepared);
      session.initialise();
      for (let step = 0; step < 3; step++) await session.step(0, step, { weights: 2, alphas: 1e-3 });
      const losses = (await session.results()).map(({ train, valid }) => [train.loss, valid.loss]);
      const { loss, accuracy } = (await session.evaluate(() => false))!;
      const { hidden, ...state } = (await session.state()).arrays;
      // What the evaluation leaves is no part of the state; its pieces stand last.
      const carried = hidden!.subarray(0, (hidden!.length / 3) * 2);
      return { ...state, carried, losses: losses.flat(), evaluated: [loss, accuracy] };
    } finally {
      await executor.close();
    }
  }
  const reference = after((plan) => new ReferenceExecutor(plan));

  async function compare(create: Parameters<typeof after>[0]): Promise<void> {
    const [expected, results] = [await reference, await after(create)];
    for (const [name, values] of Object.entries(results))
      expectClose(values, expected[name as keyof typeof expected], name, 2e-3);
    expectClose(results.losses, expected.losses, 'losses', 1e-5);
  }

  test('on wasm come to the same as on the reference', () =>
    compare((plan) => createWasmExecutor(plan, { threads: 2 })));

  test.skipIf(withoutGpu)('on webgpu come to the same as on the reference', { timeout: 120_000 }, () =>
    compare((plan) => createWebGpuExecutor(plan, {})),
  );
});

describe('a search', () => {
  test('learns, and derives a cell', async () => {
    const { finished, history, text, artefacts } = await search({
      config: { ...settings(), epochs: 3 },
      out: at('whole'),
      threads: 1,
    });
    expect(finished).toBe(true);
    expect(text).toMatch(
      /^Genotype\(recurrent=\[('\w+', \d|[(), ])+\], concat=\[1, 2, 3, 4, 5, 6, 7, 8\]\)$/,
    );
    expect(artefacts.map((path) => path.split(/[/\\]/).at(-1))).toEqual([
      'genotype.txt',
      'genotype.json',
      'recurrent.svg',
    ]);
    // 8 words, of which nothing is known at first; 0.1 of them are drawn.
    expect(history[0]!.trainLoss).toBeLessThan(Math.log(8));
    expect(history[2]!.validLoss).toBeLessThan(history[0]!.validLoss);
    expect(history[2]!.validLoss).toBeLessThan(1.5);
  });

  test('that is stopped within an epoch and resumed ends in the same bits', async () => {
    const whole = await search({ config: settings(), threads: 1 });
    const stopping = new AbortController();
    let steps = 0;
    const stopped = await search({
      config: settings(),
      out: at('parts'),
      threads: 1,
      signal: stopping.signal,
      onProgress: (progress) => {
        if (progress.kind === 'steps') steps += progress.results.length;
        if (steps > 20) stopping.abort();
      },
    });
    expect(stopped.finished).toBe(false);
    const resumed = await search({ out: at('parts'), resume: true, threads: 2 });
    expect(resumed.finished).toBe(true);
    expect(resumed.alphas).toEqual(whole.alphas);
    expect(resumed.history).toEqual(whole.history);
  });

  test('is not resumed on another text', async () => {
    writeFileSync(at('other.txt'), sentences(2900));
    const config = { ...settings(), epochs: 1 };
    await search({ config, out: at('one'), threads: 1 });
    const other = search({ config: { data: `text:${at('other.txt')}` }, out: at('one'), resume: true });
    await expect(other).rejects.toThrow('changed configuration');
  });

  test('runs from the command line as examples/text-search.yaml configures it', async () => {
    await buildCli();
    const example = fileURLToPath(new URL('../../examples/text-search.yaml', import.meta.url));
    writeFileSync(at('letters.txt'), sentences(800));
    const args = `search --config ${example} --data text:letters.txt --batch 4 --epochs 1 --set units=8 --out cli`;
    const planned = await mixop(`${args} --dry-run`, { cwd: folder });
    expect(planned).toMatchObject({ code: 0, stderr: '' });
    expect(planned.stdout).toMatch(
      /# [\d,]+ training and [\d,]+ validation characters of letters.txt: 15 distinct/,
    );
    const { code, stdout, stderr } = await mixop(args, { cwd: folder });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/epoch 1\/1 {2}train [\d.]+ perplexity [\d.]+ {2}valid [\d.]+ perplexity [\d.]+/);
    const derived = await mixop('derive cli', { cwd: folder });
    expect(stdout).toContain(derived.stdout.trim());

    const line = /epoch 1\/1 {2}train [\d.]+ perplexity ([\d.]+) {2}valid [\d.]+ perplexity ([\d.]+)/.exec(
      stdout,
    )!;
    const shown = await mixop('runs show cli', { cwd: folder });
    expect(shown.stdout).toMatch(/train loss +perplexity +valid loss +perplexity +entropy/);
    const [train, valid] = [line[1]!, line[2]!].map((text) => text.replace('.', '\\.'));
    expect(shown.stdout).toMatch(new RegExp(`^ +1 .* ${train} +[\\d.]+ +${valid} `, 'm'));
    expect(shown.stdout).not.toMatch(/accuracy|%/);
    cpSync(at('cli'), at('other'), { recursive: true });
    expect((await mixop('report cli other', { cwd: folder })).code).toBe(0);
    const page = readFileSync(at('report.html'), 'utf8');
    expect(page).toContain('<figcaption>perplexity <small>by epoch</small></figcaption>');
    expect(page).toContain(
      '<th scope="col" class="number">last perplexity</th><th scope="col" class="number">best perplexity</th>',
    );
    expect(page.match(new RegExp(`<td class="number">${valid}</td>`, 'g'))).toHaveLength(4);
    expect(page).toContain('<td>8 units</td>');
    expect(page).not.toMatch(/accuracy|\?( x \?| channels)/i);

    const trained = await mixop('retrain cli', { cwd: folder });
    expect(trained.stderr).toContain('"darts-rnn" is of recurrent cells on text');
    expect(trained.code).toBe(3);
  }, 120_000);
});
