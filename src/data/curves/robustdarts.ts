// Validation curves of the search phase of RobustDARTS (Zela et al. 2020): a set for each space.

import * as z from 'zod';
import { type CurveSet, grouped, longest, risingValues } from './curve.ts';

export const robustDartsSchema = z.array(
  z.object({
    space: z.string(),
    dataset: z.string(),
    drop_path: z.number(),
    weight_decay: z.number(),
    seed: z.number(),
    valid_err: z.array(z.number().nullable()),
  }),
);

export function robustDartsCurves(records: z.infer<typeof robustDartsSchema>): readonly CurveSet[] {
  const spaces = grouped(records, ({ space }) => space);
  return [...spaces.keys()].sort().map((space) => {
    const runs = spaces.get(space)!;
    return {
      name: `robustdarts-${space}`,
      length: longest(runs.map(({ valid_err }) => valid_err)),
      featureNames: ['drop path', 'log10 weight decay'],
      map: '1 - error / 100',
      curves: runs.map(({ drop_path, weight_decay, seed, valid_err }, index) => ({
        name: `${space}-${index}-seed${seed}`,
        ...risingValues(valid_err, (error) => 1 - error / 100),
        features: [drop_path, Math.log10(Math.max(weight_decay, 1e-8))],
      })),
    };
  });
}
