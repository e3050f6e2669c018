// What commander says about a command line, as an error of mixop: the place, the problem, the remedy.

import type { CommanderError } from 'commander';
import { MixopError } from '../../base/errors.ts';

/** Undefined for what is no error: help or the version was asked for. */
export function usageError(error: CommanderError): MixopError | undefined {
  if (error.exitCode === 0) return undefined;
  if (error.code === 'commander.help')
    return new MixopError('usage', 'mixop', 'no command was given', 'give one of those above', {
      cause: error,
    });
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const near = /\(Did you mean (one of )?(.*)\?\)/.exec(rest.join(' '))?.[2];
  const remedy = near === undefined ? 'see --help' : `did you mean ${near}?`;
  // "unknown option '--epoch'", "option '--epochs <n>' argument missing", "missing required argument 'run'"
  const quoted = /'([^']*)'/.exec(first)?.[1];
  if (quoted === undefined) return new MixopError('usage', 'command line', first, remedy, { cause: error });
  const place = quoted.replace(/ <.*>$/, '').replace(/^-\w, /, '');
  const [, expected, given] = /Expected (\d+) arguments? but got (\d+)/.exec(first) ?? [];
  const problem =
    expected === undefined
      ? first
          .replace(`'${quoted}'`, '')
          .replace(/^option /, '')
          .replaceAll(/\s+/g, ' ')
          .trim()
      : `${given} arguments where it takes ${expected}`;
  return new MixopError('usage', place, problem, remedy, { cause: error });
}
