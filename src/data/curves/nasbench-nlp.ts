// Learning curves of NAS-Bench-NLP (Klyuchnikov et al. 2020): recurrent cells on a language, validation loss in nats.

import * as z from 'zod';
import { type CurveSet, longest, risingValues } from './curve.ts';

export const nasbenchNlpSchema = z.array(
  z.object({
    recepie_id: z.number(),
    status: z.string(),
    num_params: z.number(),
    recepie: z.record(z.string(), z.object({ op: z.string() })),
    val_losses: z.array(z.number().nullable()),
  }),
);

/** Words of WikiText-2: a uniform guess has loss ln(33,278) = 10.4. */
const vocabulary = 33_278;

export function nasbenchNlpCurves(records: z.infer<typeof nasbenchNlpSchema>): readonly CurveSet[] {
  const worst = Math.log(vocabulary);
  const length = longest(records.map(({ val_losses }) => val_losses));
  const operations = [
    ...new Set(records.flatMap(({ recepie }) => Object.values(recepie).map(({ op }) => op))),
  ].sort();
  return [
    {
      name: 'nasbench-nlp',
      length,
      featureNames: ['log10 parameters', 'nodes', ...operations],
      map: `1 - loss / ln(${vocabulary})`,
      curves: records.map(({ recepie_id, num_params, recepie, val_losses }) => {
        const nodes = Object.values(recepie);
        return {
          name: String(recepie_id),
          ...risingValues(val_losses, (loss) => 1 - loss / worst),
          features: [
            Math.log10(num_params),
            nodes.length,
            ...operations.map((operation) => nodes.filter(({ op }) => op === operation).length),
          ],
        };
      }),
    },
  ];
}
