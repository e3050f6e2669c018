// Runs of every kind that commit fdeb9d4 made are read, and go on, as they did with that commit: its answers are recorded
// beside them. Values are compared, not formats: more may be answered, and other files written.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import recorded from '../fixtures/runs-fdeb9d4/expected.json' with { type: 'json' };
import { answers, besideCopy, copyOfAll, exported, reported, resumed } from '../helpers/old-runs.ts';
import { buildCli } from '../helpers/run-cli.ts';
import { outcomeOf } from '../helpers/run-outcome.ts';

interface Asked {
  /** Of the command. */
  readonly arguments: string;
  /** Parts of the last objects that it prints. */
  readonly answers: readonly object[];
}

/** What fdeb9d4 answered about one run; without a kind of answer, that was not asked. */
interface OldRun {
  readonly name: string;
  /** The command that made it. */
  readonly made?: string;
  readonly listed?: { readonly genotype: string | null };
  readonly shown?: object;
  readonly derived?: object;
  /** After the first epoch. */
  readonly derivedBefore?: object;
  /** By which weights. */
  readonly evaluated?: Readonly<Record<string, object>>;
  readonly exported?: Readonly<Record<string, string>>;
  /** Numbers in the tables of its report. */
  readonly reported?: readonly string[];
  readonly asked?: Asked;
  readonly resumed?: { readonly arguments: string; readonly ends: object };
}

const runs: readonly OldRun[] = recorded.runs;
/** Where nothing changes a run. */
const still = copyOfAll();

const timeout = 120_000;

beforeAll(buildCli, 120_000);
afterAll(() => rmSync(still.other, { recursive: true, force: true }));

it('are listed', async ({ expect }) => {
  const [list] = await answers('runs ls . --json', still);
  const expected = runs.flatMap(({ listed }) => listed ?? []);
  expect(list).toHaveLength(expected.length);
  expect(list).toEqual(
    expect.arrayContaining(expected.map((one) => expect.objectContaining(one) as unknown)),
  );
});

/** The runs that were asked about in this way. */
function having<K extends keyof OldRun>(key: K): (OldRun & Required<Pick<OldRun, K>>)[] {
  return runs.filter((run): run is OldRun & Required<Pick<OldRun, K>> => run[key] !== undefined);
}

describe.concurrent('of fdeb9d4', { timeout }, () => {
  it.for(having('shown'))('$name is shown', async ({ name, shown }, { expect }) => {
    const [found] = await answers(`runs show ${name} --json`, still);
    expect(found).toMatchObject(shown);
  });

  it.for(having('derived'))('the cells of $name are derived', async (run, { expect }) => {
    const { name, derived, derivedBefore } = run;
    expect((await answers(`derive ${name} --json`, still))[0]).toMatchObject(derived);
    if (derivedBefore === undefined) return;
    expect((await answers(`derive ${name} --epoch 1 --json`, still))[0]).toMatchObject(derivedBefore);
  });

  it.for(having('evaluated'))('$name is evaluated', async ({ name, made, evaluated }, { expect }) => {
    for (const [weights, score] of Object.entries(evaluated)) {
      const file = made?.split(' ')[0] === 'export' ? made.split(' ').at(-1)! : undefined;
      const what = file === undefined ? `${name} --weights ${weights}` : `${file} --data digits`;
      expect((await answers(`evaluate ${what} --json`, still))[0]).toMatchObject(score);
    }
  });

  it.for(having('exported'))('$name is exported', async ({ name, exported: hashes }, { expect }) => {
    for (const [weights, hash] of Object.entries(hashes))
      expect(await exported(name, weights, still)).toBe(hash);
  });

  it.for(having('reported'))('$name is reported', async ({ name, listed, reported: numbers }, { expect }) => {
    const page = await reported(name, still);
    expect(page.text).toContain(listed?.genotype ?? name);
    expect(page.numbers).toEqual(expect.arrayContaining([...numbers]));
  });

  it.for(having('asked'))('$name: mixop $asked.arguments', async ({ name, asked }, { expect }) => {
    const found = await besideCopy(name, still, (at) => answers(asked.arguments, at));
    expect(found.slice(-asked.answers.length)).toMatchObject(asked.answers);
  });

  it.for(having('resumed'))('$name goes on to the same end', async ({ name, resumed: end }, { expect }) => {
    const found = await besideCopy(name, still, (at) => resumed(name, end.arguments, at));
    expect(found).toMatchObject(end.ends);
  });

  it('chains that went on end as those that were not stopped', async ({ expect }) => {
    const parts = await besideCopy('baseline-chains-stopped', still, (at) =>
      resumed('baseline-chains-stopped', 'baseline', at),
    );
    const whole = await outcomeOf(join(still.runs, 'baseline-chains'));
    expect(parts.evaluations).toEqual(whole.evaluations);
    expect(parts.genotype).toBe(whole.genotype);
  });
});
