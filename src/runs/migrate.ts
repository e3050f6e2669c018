// Brings what an older mixop stored to today's form: the one place that knows earlier forms. Files keep what they hold;
// only what is read changes.

import { MixopError } from '../base/errors.ts';
import { isJsonObject, type JsonObject } from './json.ts';

/** The form of config.json that is written now; a file without a number has the first. */
export const configSchema = 2;

/** From each form to the next one. */
const migrations: readonly ((config: JsonObject) => JsonObject)[] = [warmupEpochs];

/** The configuration with the number of its form, as config.json holds it. */
export function storedConfig(config: JsonObject): JsonObject {
  return { ...config, schema: configSchema };
}

/** A stored configuration under today's names, without its number. Throws a `MixopError` for one of a newer mixop. */
export function migrateConfig(stored: JsonObject, place: string): JsonObject {
  const { schema = 1, ...config } = stored;
  if (typeof schema !== 'number' || !Number.isInteger(schema) || schema < 1) {
    const problem = `schema is ${JSON.stringify(schema)}, not a whole number`;
    throw new MixopError('run', place, problem, 'restore the file from a copy');
  }
  if (schema > configSchema) {
    const problem = `was written by a newer mixop: schema ${schema}, and this one reads up to ${configSchema}`;
    throw new MixopError('run', place, problem, 'read it with the mixop that machine.json names');
  }
  return migrations.slice(schema - 1).reduce((older, migrate) => migrate(older), config);
}

/** 1 to 2: `alphas.from` is `alphas.warmupEpochs`; of a transfer, in its search. */
function warmupEpochs(config: JsonObject): JsonObject {
  const { search } = config;
  const renamed = nameWarmupEpochs(config);
  return isJsonObject(search) ? { ...renamed, search: nameWarmupEpochs(search) } : renamed;
}

function nameWarmupEpochs(config: JsonObject): JsonObject {
  const { alphas } = config;
  if (!isJsonObject(alphas) || !Object.hasOwn(alphas, 'from')) return config;
  const { from, ...others } = alphas;
  return { ...config, alphas: { warmupEpochs: from!, ...others } };
}

/**
 * What a checkpoint remembers beside its arrays. Shared weights once kept their sums in the position, no history, and the
 * controller under its own name.
 */
export function migrateMeta(meta: JsonObject): JsonObject {
  const { position, controller, ...others } = meta;
  if (!isJsonObject(position) || Object.hasOwn(position, 'sums') || !Object.hasOwn(position, 'loss'))
    return meta;
  const { epoch, step, ...sums } = position;
  return {
    ...others,
    position: { epoch: epoch!, step: step!, sums },
    history: [],
    ...(controller !== undefined && { memory: controller }),
  };
}
