// The options that set a configuration, the same in every command that has one.

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
    .option('--config <file>', 'configuration file, in YAML or JSON')
    .addOption(
      new Option('--set <key=value>', 'set one key of the configuration, e.g. weights.rate=0.05 (repeatable)')
        .argParser(gather)
        .default([], 'none'),
    );
}

/** The sizes of a supernet and of its training. batch, seed: what the help says of them. */
export function withSizeOptions(command: Command, batch: string, seed: string): Command {
  return command
    .option('--epochs <n>', 'training epochs (default: 50)')
    .option('--batch <n>', `batch size${batch} (default: 64)`)
    .option('--channels <n>', 'channels of the first cell (default: 16)')
    .option('--cells <n>', 'number of cells (default: 8); for nasbench201, per stage (default: 5)')
    .option('--seed <n>', `random seed${seed} (default: 0)`);
}

/** Parser of a repeatable option. */
export function gather(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

/** File, flags, each --set, later ones over earlier ones. `known`: the command's flags that set a key. */
export async function readLayers(flags: ConfigFlags, known: readonly ConfigFlag[]): Promise<ConfigLayer[]> {
  return [
    ...(flags.config === undefined ? [] : [await readConfigFile(flags.config)]),
    flagLayer(flags as unknown as Readonly<Record<string, unknown>>, known),
    ...flags.set.map((text) => setLayer(text)),
  ];
}

/** Throws where --resume has no folder to resume. */
export function checkResume({ resume, out }: ConfigFlags): void {
  if (resume !== true || out !== undefined) return;
  const remedy = 'add --out, e.g. --out runs/a (`mixop runs ls` lists runs)';
  throw new MixopError('usage', '--resume', 'needs --out, the folder of the run to continue', remedy);
}
