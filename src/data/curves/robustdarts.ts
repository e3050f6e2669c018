// Validation curves of the search phase of RobustDARTS (Zela et al. 2020): a set for each space.

import * as z from 'zod';
import { clamped, type CurveSet } from './curve.ts';

export const robustDartsSchema = z.array(
  z.object({
    space: z.string(),
    dataset: z.string(),
    drop_path: z.number(),
    weight_decay: z.number(),
    seed: z.number(),
    valid_err: z.array(z.number()),
  }),
);

export function robustDartsCurves(records: z.infer<typeof robustDartsSchema>): readonly CurveSet[] {
  return [...new Set(records.map(({ space }) => space))].sort().map((space) => {
    const runs = records.filter((record) => record.space === space);
    return {
      name: `robustdarts-${space}`,
      length: Math.max(...runs.map(({ valid_err }) => valid_err.length)),
      featureNames: ['drop path', 'log10 weight decay'],
      map: '1 - error / 100',
      curves: runs.map(({ drop_path, weight_decay, seed, valid_err }, index) => ({
        name: `${space}-${index}-seed${seed}`,
        values: Float64Array.from(valid_err, (error) => clamped(1 - error / 100)),
        features: [drop_path, Math.log10(Math.max(weight_decay, 1e-8))],
      })),
    };
  });
}
