// Curves of NATS-Bench (Dong et al. 2021): a set for each space, data set and number of epochs.

import * as z from 'zod';
import { type CurveSet, grouped, risingValues } from './curve.ts';

const accuracies = z.array(z.tuple([z.number(), z.number().nullable()]));

export const natsSchema = z.array(
  z.object({
    space: z.string(),
    arch: z.string(),
    dataset: z.string(),
    seed: z.number(),
    epochs: z.number(),
    params_M: z.number(),
    flops_M: z.number(),
    eval_acc: z.record(z.string(), accuracies),
  }),
);

type NatsRecord = z.infer<typeof natsSchema>[number];

/** Accuracy after every epoch: on validation images where it was kept, else on test images; undefined if on neither. */
function accuracyOf({ eval_acc, epochs }: NatsRecord): readonly (number | null)[] | undefined {
  return ['x-valid', 'ori-test']
    .map((split) => (eval_acc[split] ?? []).map(([, accuracy]) => accuracy))
    .find((values) => values.length === epochs && epochs > 1);
}

export function natsCurves(records: readonly NatsRecord[]): readonly CurveSet[] {
  const complete = records.filter((record) => accuracyOf(record) !== undefined);
  const sets = grouped(complete, ({ space, dataset, epochs }) => `nats-${space}-${dataset}-${epochs}`);
  return [...sets].map(([name, members]) => ({
    name,
    length: members[0]!.epochs,
    featureNames: ['log10 parameters', 'log10 FLOPs'],
    map: 'accuracy / 100',
    curves: members.map((record) => ({
      name: `${record.arch} seed ${record.seed}`,
      ...risingValues(accuracyOf(record)!, (accuracy) => accuracy / 100),
      features: [Math.log10(record.params_M * 1e6), Math.log10(record.flops_M * 1e6)],
    })),
  }));
}
