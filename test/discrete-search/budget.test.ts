// Budgets that leave no room for an evaluation, and those that no evaluation uses up.

import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { compareStrategies } from '../../src/discrete-search/compare.ts';
import { baseline } from '../../src/discrete-search/run.ts';
import { errorOf, useTemporaryFolder } from '../helpers/runs-setup.ts';
import { macroTable } from '../helpers/tables.ts';

const at = useTemporaryFolder();

it('a budget without room for one evaluation is an error of the comparison', async () => {
  const table = at('timed.csv');
  const names = Array.from({ length: 5 ** 6 }, (_, i) => i.toString(5).padStart(6, '0'));
  const rows = names.map((name, i) => `${i},${name},${i},1000`);
  await writeFile(table, ['index,ops,c10_valid_e12,c10_trainsec_e200', ...rows].join('\n'));
  const config = { table, report: ['c10_valid_e12'], budget: { seconds: 10 } };
  expect(await errorOf(() => compareStrategies({ strategies: [], config }))).toContain(
    'configuration: budget: allows not a single evaluation',
  );
});

it.each([{ seconds: 10 }, { epochs: 3 }, { seconds: 10, epochs: 3 }])(
  'a budget of %o is refused where evaluations cost none of it: the search would never end',
  async (budget) => {
    const table = at('macro.csv');
    await writeFile(table, macroTable());
    const said = await errorOf(() => baseline({ config: { strategy: 'random', table, budget } }));
    expect(said).toMatch(/budget\.\w+: is never used up/);
  },
);

it('a budget of epochs alone is refused where nothing is trained', async () => {
  const config = { strategy: 'random', evaluator: 'zero-cost', budget: { epochs: 3 } } as const;
  expect(await errorOf(() => baseline({ config }))).toContain('an evaluation costs no epochs here');
});
