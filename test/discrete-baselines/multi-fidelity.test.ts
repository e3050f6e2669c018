import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { parseTable } from '../../src/data/tables/architecture-table.ts';
import type { Evaluation, Evaluator, Fidelity } from '../../src/discrete-baselines/evaluator.ts';
import { tableEvaluator } from '../../src/discrete-baselines/table-evaluator.ts';
import { decisionSpaceOf } from '../../src/engine/decision-space.ts';
import { nasbench201 } from '../../src/supernet/spaces/nasbench201.ts';
import { runSearcher, startState } from '../../src/discrete-baselines/loop.ts';
import { rungsOf } from '../../src/discrete-baselines/rungs.ts';
import type { Searcher, Told } from '../../src/discrete-baselines/searcher.ts';
import { chainSpace, nasbenchMacro } from '../../src/discrete-baselines/spaces/chain-space.ts';
import { asha } from '../../src/discrete-baselines/strategies/asha.ts';
import { hyperband, successiveHalving } from '../../src/discrete-baselines/strategies/successive-halving.ts';

const space = chainSpace(nasbenchMacro);
const nine = { resource: 'epochs', least: 1, most: 81, eta: 3 } as const;

/** The number of 2s, and noise that falls as epochs grow. */
const noisy: Evaluator = {
  name: 'noisy',
  evaluate: ({ architecture, fidelity, random }) => {
    const epochs = fidelity.epochs!;
    const twos = architecture.filter((digit) => digit === 2).length;
    return Promise.resolve({
      score: twos + random.normal() / Math.sqrt(epochs),
      seconds: 0,
      epochs,
      metrics: {},
    });
  },
};

async function run(
  searcher: Searcher,
  evaluations: number,
  options: { batch?: number; late?: boolean } = {},
) {
  const { batch = 1, late = false } = options;
  // Where results come late, the more epochs the later.
  const slow: Evaluator = {
    ...noisy,
    async evaluate(request, signal) {
      await new Promise((resolve) => setTimeout(resolve, late ? request.fidelity.epochs! : 0));
      return noisy.evaluate(request, signal);
    },
  };
  const found: Told[] = [];
  for await (const event of runSearcher(startState(searcher, 7), {
    space,
    searcher,
    evaluator: slow,
    seed: 7,
    limits: { evaluations },
    batch,
    order: late ? 'finished' : 'asked',
  }))
    if (event.kind === 'told') found.push(...event.results);
  return found;
}

/** Numbers of evaluations by epochs, in order of appearance: "81x1 27x3". */
function rungs(told: readonly Told[]): string {
  const counts = new Map<number, number>();
  for (const { fidelity } of told) counts.set(fidelity!.epochs!, (counts.get(fidelity!.epochs!) ?? 0) + 1);
  return [...counts].map(([epochs, count]) => `${count}x${epochs}`).join(' ');
}

describe('rungs', () => {
  it.each([
    { settings: nine, fidelities: [1, 3, 9, 27, 81].map((epochs) => ({ epochs })) },
    { settings: { ...nine, least: 12, most: 200, eta: 17 }, fidelities: [{ epochs: 12 }, { epochs: 200 }] },
    {
      settings: { resource: 'dataShare', least: 0.25, most: 1, eta: 2 } as const,
      fidelities: [{ dataShare: 0.25 }, { dataShare: 0.5 }, { dataShare: 1 }],
    },
    {
      settings: { resource: 'channels', least: 4, most: 16, eta: 4 } as const,
      fidelities: [{ channels: 4 }, { channels: 16 }],
    },
  ])('of $settings', ({ settings, fidelities }) => {
    expect(rungsOf(settings)).toEqual(fidelities);
  });
});

describe('successive halving', () => {
  it.each([1, 4, 100])('keeps a third from rung to rung, in batches of %i', async (batch) => {
    const told = await run(successiveHalving(space, { ...nine, size: 81 }), 121, { batch });
    expect(rungs(told)).toBe('81x1 27x3 9x9 3x27 1x81');
  });

  it('moves on the best of a rung, as children of their evaluations', async () => {
    const told = await run(successiveHalving(space, { ...nine, size: 9 }), 12);
    const first = told.filter(({ fidelity }) => fidelity!.epochs === 1);
    const best = first.toSorted((a, b) => b.evaluation.score - a.evaluation.score).slice(0, 3);
    expect(told.slice(9).map(({ parent }) => parent)).toEqual(best.map(({ id }) => id));
    expect(told.slice(9).map(({ architecture }) => architecture)).toEqual(
      best.map(({ architecture }) => architecture),
    );
  });

  it('begins anew after its last rung', async () => {
    const told = await run(successiveHalving(space, { ...nine, size: 3 }), 8);
    expect(told.map(({ fidelity }) => fidelity!.epochs)).toEqual([1, 1, 1, 3, 1, 1, 1, 3]);
  });
});

describe('Hyperband', () => {
  it('has the published brackets for R = 81 and eta = 3', async () => {
    // Li et al. 2018, algorithm 1: n = 81, 34, 15, 8, 5 from 1, 3, 9, 27, 81 epochs.
    const told = await run(hyperband(space, nine), 121 + 34 + 11 + 3 + 1 + 15 + 5 + 1 + 8 + 2 + 5, {
      batch: 50,
    });
    const epochs = told.map(({ fidelity }) => fidelity!.epochs!);
    const bracket = (from: number, sizes: readonly (readonly [number, number])[]): number => {
      let at = from;
      for (const [count, of] of sizes) {
        expect(epochs.slice(at, at + count)).toEqual(Array.from({ length: count }, () => of));
        at += count;
      }
      return at;
    };
    let at = bracket(0, [[81, 1], [27, 3], [9, 9], [3, 27], [1, 81]]); // prettier-ignore
    at = bracket(at, [[34, 3], [11, 9], [3, 27], [1, 81]]); // prettier-ignore
    at = bracket(at, [[15, 9], [5, 27], [1, 81]]); // prettier-ignore
    at = bracket(at, [[8, 27], [2, 81]]); // prettier-ignore
    expect(bracket(at, [[5, 81]])).toBe(epochs.length);
  });
});

describe('ASHA', () => {
  it('moves one on as soon as three are scored, and never waits', async () => {
    const told = await run(asha(space, nine), 8);
    expect(told.map(({ fidelity }) => fidelity!.epochs)).toEqual([1, 1, 1, 3, 1, 1, 1, 3]);
  });

  it('moves on only who is among the best third of a rung at that time', async () => {
    const told = await run(asha(space, nine), 200);
    for (const [at, { parent }] of told.entries()) {
      if (parent === undefined) continue;
      const { fidelity } = told[parent]!;
      const rung = told.slice(0, at).filter((other) => other.fidelity!.epochs === fidelity!.epochs);
      const better = rung.filter(({ evaluation }) => evaluation.score > told[parent]!.evaluation.score);
      expect(better.length).toBeLessThan(Math.floor(rung.length / 3));
    }
  });

  it('promotes nobody twice from a rung and reaches the last, with results that come late', async () => {
    const told = await run(asha(space, nine), 200, { batch: 6, late: true });
    expect(told).toHaveLength(200);
    const parents = told.flatMap(({ parent }) => (parent === undefined ? [] : [parent]));
    expect(new Set(parents).size).toBe(parents.length);
    expect(told.some(({ fidelity }) => fidelity!.epochs === 81)).toBe(true);
  });

  it.each([
    { searcher: asha(space, nine), name: 'asha' },
    { searcher: hyperband(space, nine), name: 'hyperband' },
  ])('$name gives equal bits for equal seeds', async ({ searcher }) => {
    const told = async (): Promise<unknown> =>
      (await run(searcher, 60)).map(({ evaluation }) => evaluation.score);
    expect(await told()).toEqual(await told());
  });
});

describe('fidelities of a table', () => {
  // The whole space, with an accuracy after 12 and after 200 epochs, 1,000 s for 200 of them.
  const rows = Array.from({ length: 5 ** 6 }, (_, i) => `${i},${i.toString(5).padStart(6, '0')},50,90,1000`);
  const text = ['index,ops,c10_valid_e12,c10_valid_e200,c10_trainsec_e200', ...rows].join('\n');
  const table = parseTable(text, 'table.csv');
  const cells = decisionSpaceOf(nasbench201);
  const architecture = [0, 0, 0, 0, 0, 0];
  const ask = async (guide: string, fidelity: Fidelity): Promise<Evaluation> => {
    const evaluator = tableEvaluator(table, cells, { guide, reported: [] });
    const request = { id: 0, seed: 0, architecture, fidelity, random: Random.fromSeed(0) };
    return evaluator.evaluate(request, new AbortController().signal);
  };

  it('are its columns of fewer epochs, at their cost', async () => {
    expect(await ask('c10_valid_e200', {})).toMatchObject({ score: 90, seconds: 1000, epochs: 200 });
    expect(await ask('c10_valid_e200', { epochs: 200 })).toMatchObject({
      score: 90,
      seconds: 1000,
      epochs: 200,
    });
    expect(await ask('c10_valid_e200', { epochs: 12 })).toMatchObject({ score: 50, seconds: 60, epochs: 12 });
  });

  it.each([
    {
      guide: 'c10_valid_e200',
      fidelity: { epochs: 50 },
      remedy: /epochs 50 beside .*resource to epochs, of 12 or 200/,
    },
    {
      guide: 'c10_valid_e12',
      fidelity: { epochs: 200 },
      remedy: /epochs 200 beside .*guide by a column of more/,
    },
    { guide: 'c10_valid_e200', fidelity: { dataShare: 0.5 }, remedy: /no results for dataShare 0\.5/ },
  ])('and no others: $fidelity beside $guide', async ({ guide, fidelity, remedy }) => {
    await expect(async () => ask(guide, fidelity)).rejects.toThrow(remedy);
  });
});
