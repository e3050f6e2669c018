// Brings the configuration of an older run to today's names. The file keeps what it holds: only what is read changes.

import { isJsonObject, type JsonObject } from './json.ts';

/** Renames keys that have got another name since the run was made; of a transfer, those of its search. */
export function migrateConfig(config: JsonObject): JsonObject {
  const { search } = config;
  const renamed = nameWarmupEpochs(config);
  return isJsonObject(search) ? { ...renamed, search: nameWarmupEpochs(search) } : renamed;
}

/** `alphas.from` is `alphas.warmupEpochs`. */
function nameWarmupEpochs(config: JsonObject): JsonObject {
  const { alphas } = config;
  if (!isJsonObject(alphas) || !Object.hasOwn(alphas, 'from')) return config;
  const { from, ...others } = alphas;
  return { ...config, alphas: { warmupEpochs: from!, ...others } };
}
