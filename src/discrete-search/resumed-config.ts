// The configuration of a search without gradient that is continued.

import { join } from 'node:path';
import { compareConfig } from '../runs/compare-config.ts';
import { configFile } from '../runs/folder-content.ts';
import type { JsonObject } from '../runs/json.ts';
import { RunFolder } from '../runs/run-folder.ts';
import { requireKind } from '../runs/run-kind.ts';
import { overlay } from '../search/resolve.ts';
import type { BaselineConfigInput } from './config.ts';

/** The configuration of the run in `out`; throws a `MixopError` where `given` differs from it. */
export async function resumedBaseline(
  out: string,
  given: Partial<BaselineConfigInput>,
): Promise<BaselineConfigInput> {
  const { config } = await RunFolder.open(out);
  requireKind(out, config, ['baseline']);
  compareConfig(config, overlay(config, given) as JsonObject, join(out, configFile));
  const { kind: _, ...stored } = config;
  return stored as unknown as BaselineConfigInput;
}
