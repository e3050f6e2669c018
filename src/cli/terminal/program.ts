// What all commands share: grouped help, did-you-mean, the version, errors that are thrown.

import { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import { nearNames } from '../../base/near-names.ts';
import { version } from '../../engine/version.ts';
import { exitCodeHelp } from './fail.ts';
import { usageError } from './usage-error.ts';

const start = `
Start here:
  mixop search --channels 4 --cells 3 --epochs 8    search on the embedded digits, in minutes
  mixop runs ls                                     list all runs
  mixop derive runs/darts-cnn-digits-1              print the cells that the search found
  mixop doctor                                      check what this machine has

Each command has examples: mixop search --help`;

/** Commands by the heading of the help that they stand under. */
export type CommandGroups = Readonly<Record<string, readonly Command[]>>;

export function createProgram(groups: CommandGroups): Command {
  const program = new Command('mixop')
    .description('Neural architecture search by gradient (DARTS).')
    .version(version)
    .helpCommand(false)
    .addHelpText('after', `${start}\n\n${exitCodeHelp}`);
  for (const [heading, commands] of Object.entries(groups))
    for (const command of commands) program.addCommand(command.helpGroup(heading));
  program.addCommand(helpCommand(program));
  throwErrors(program, program.name());
  return program;
}

/** `mixop help runs ls`; commander's own shows the top help for a name that it does not know. */
function helpCommand(program: Command): Command {
  return new Command('help')
    .description('show the help of a command')
    .argument('[command...]', 'its name')
    .action((names: readonly string[]) => {
      const found = names.reduce((command, name) => {
        const inner = command.commands.find((one) => one.name() === name);
        if (inner !== undefined) return inner;
        const known = command.commands.map((one) => one.name());
        const [near] = nearNames(name, known);
        const remedy = near === undefined ? `see ${program.name()} --help` : `did you mean ${near}?`;
        throw new MixopError('usage', name, 'unknown command', remedy);
      }, program);
      found.outputHelp();
    });
}

/** Errors are thrown, not printed, so that one place prints them. `path`: what the command is called by. */
function throwErrors(command: Command, path: string): void {
  command.configureOutput({ outputError: () => {} }).exitOverride((error) => {
    throw usageError(error, path) ?? error;
  });
  for (const inner of command.commands) throwErrors(inner, `${path} ${inner.name()}`);
}
