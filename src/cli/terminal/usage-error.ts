// A wrong command line as commander reports it, as an error of mixop: place, problem, remedy.

import type { CommanderError } from 'commander';
import { MixopError } from '../../base/errors.ts';
import { count } from './progress-text.ts';

/** `command`: the command whose line is wrong. Returns undefined where help or the version was asked for. */
export function usageError(error: CommanderError, command: string): MixopError | undefined {
  if (error.exitCode === 0) return undefined;
  const usage = (place: string, problem: string, remedy: string): MixopError =>
    new MixopError('usage', place, problem, remedy, { cause: error });
  if (error.code === 'commander.help')
    return usage('command line', `\`${command}\` needs a command`, 'choose one of those above');
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const near = /\(Did you mean (one of )?(.*)\?\)/.exec(rest.join(' '))?.[2];
  const remedy = near === undefined ? `see ${command} --help` : `did you mean ${near}?`;
  // "unknown option '--epoch'", "option '--epochs <n>' argument missing", "missing required argument 'run'"
  const quoted = /'([^']*)'/.exec(first)?.[1];
  if (quoted === undefined) return usage('command line', first, remedy);
  const place = quoted.replace(/ <.*>$/, '').replace(/^-\w, /, '');
  const [, expected, given] = /Expected (\d+) arguments? but got (\d+)/.exec(first) ?? [];
  const problem =
    expected === undefined
      ? first
          .replace(`'${quoted}'`, '')
          .replace(/^option /, '')
          .replaceAll(/\s+/g, ' ')
          .trim()
      : `got ${count(Number(given), 'argument')}, but takes ${expected === '0' ? 'none' : expected}`;
  return usage(place, problem, remedy);
}
