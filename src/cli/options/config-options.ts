// The options that a configuration comes from, the same in every command that has one.

import { type Command, Option } from 'commander';
import { MixopError } from '../../base/errors.ts';
import { readConfigFile } from './config-file.ts';
import { type ConfigFlag, type ConfigLayer, flagLayer, setLayer } from './config-layers.ts';

export interface ConfigFlags {
  readonly config?: string;
  readonly set: readonly string[];
  readonly out?: string;
  readonly resume?: boolean;
}

export function withConfigOptions(command: Command): Command {
  return command
    .option('--config <file>', 'configuration, in YAML or JSON')
    .addOption(
      new Option('--set <key=value>', 'one key of the configuration, as weights.rate=0.05 (repeatable)')
        .argParser(gather)
        .default([], 'none'),
    );
}

/** Of a repeatable option. */
export function gather(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

/** File, flags, each --set, the later above the earlier. `known`: the command's flags that set a key. */
export async function readLayers(flags: ConfigFlags, known: readonly ConfigFlag[]): Promise<ConfigLayer[]> {
  return [
    ...(flags.config === undefined ? [] : [await readConfigFile(flags.config)]),
    flagLayer(flags as unknown as Readonly<Record<string, unknown>>, known),
    ...flags.set.map((text) => setLayer(text)),
  ];
}

/** Refuses --resume without the folder to go on with. */
export function checkResume({ resume, out }: ConfigFlags): void {
  if (resume !== true || out !== undefined) return;
  const remedy = 'name it, as --out runs/a (`mixop runs ls` lists runs)';
  throw new MixopError('usage', '--resume', 'needs --out, the folder of the run to go on with', remedy);
}
