// Batch norm over a single example leaves nothing to learn from: no training takes batches of one, no evaluation by
// batch statistics ends with one.
import { describe, expect, it } from 'vitest';
import { resolveRetrain } from '../../src/networks/config.ts';
import { defaultPlace, resolveBaseline, shortConfig } from '../../src/discrete-search/config.ts';
import { createExecutor } from '../../src/engine/executors.ts';
import { prepareImages } from '../../src/search/images/plan.ts';
import { resolveConfig } from '../../src/search/resolve.ts';
import { restrictedTo } from '../../src/weight-sharing/path-plan.ts';
import { SharedWeights } from '../../src/weight-sharing/shared-weights.ts';
import { ImageSearchSession } from '../../src/search/images/session.ts';
import { resolveTextConfig } from '../../src/search/text/config.ts';
import { parseGenotype } from '../../src/supernet/genotype/text.ts';
import { nasbench201 } from '../../src/supernet/spaces/nasbench201.ts';
import { madeDataset } from '../helpers/data-support.ts';

const reason = 'use 2 or more: batch norm over a single example leaves little to learn from';

describe('a batch of one', () => {
  it.each([
    ['a search', (batch: number) => resolveConfig({ batch }), 'configuration: batch: is 1'],
    ['a retraining', (batch: number) => resolveRetrain({ batch }), 'configuration: batch: is 1'],
    [
      'short trainings',
      (batch: number) => shortConfig({ batch }, defaultPlace),
      'configuration: train.batch: is 1',
    ],
    [
      'a search without a gradient that trains',
      (batch: number) => resolveBaseline({ strategy: 'random', budget: {}, train: { batch } }),
      'configuration: train.batch: is 1',
    ],
    [
      'a text search',
      (batch: number) => resolveTextConfig({ data: 'text:a', batch }),
      'configuration: batch: is 1',
    ],
  ])('is refused in %s, with the reason', (_, resolve, place) => {
    expect(() => resolve(1)).toThrow(`${place}; ${reason}`);
    expect(() => resolve(2)).not.toThrow();
  });

  it('is no score of shared weights', () => {
    const config = { strategy: 'random', budget: {}, weights: 'run', images: 1 };
    expect(() => resolveBaseline(config)).toThrow('configuration: images: is 1; it must be at least 2');
  });
});

describe('a validation split of batches and one image', () => {
  const config = resolveConfig({ space: 'nasbench201', channels: 4, cells: 1, batch: 4 });
  const prepared = prepareImages(madeDataset(18, 8, 8, 1), nasbench201, config);

  it('is evaluated in batches of more than one', async () => {
    const { searchPlan, data } = prepared;
    expect(data.validation).toHaveLength(9);
    expect([...searchPlan.evaluations.keys()]).toEqual([4, 5]);
    const executor = await createExecutor(searchPlan.plan, { executor: 'reference' });
    const session = new ImageSearchSession(executor, prepared);
    session.initialise();
    expect((await session.evaluate(() => false))?.loss).toBeGreaterThan(0);
    await executor.close();
  });

  it.each([9, 5])('scores paths on %i of its images, and on a share of them', async (images) => {
    const text = '|skip_connect~0|+|none~0|skip_connect~1|+|none~0|none~1|nor_conv_3x3~2|';
    const cells = restrictedTo(parseGenotype(text, nasbench201));
    const shared = await SharedWeights.create(prepared, { executor: 'reference' }, images);
    shared.initialise();
    for (const share of [1, 0.5]) expect((await shared.evaluate(cells, { share })).loss).toBeGreaterThan(0);
    await shared.close();
  });
});
