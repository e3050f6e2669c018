// How the commands of searches without gradient read their options.

import { MixopError } from '../base/errors.ts';

export interface Budget {
  evaluations?: number;
  seconds?: number;
  epochs?: number;
}

/** A repeatable option. */
export function gather(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

export function columnsOf(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim());
}

export function wholeNumber(flag: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least) return value;
    const problem = `"${text}" is not a whole number from ${least}`;
    throw new MixopError('usage', flag, problem, `write ${flag} ${Math.max(least, 5)}, for example`);
  };
}

/** `500`, `12000s`, `600epochs`: limits on evaluations, seconds, epochs. */
export function budgetOf(texts: readonly string[]): Budget {
  const remedy = 'write --budget 500 (evaluations), 12000s or 600epochs';
  if (texts.length === 0) throw new MixopError('usage', '--budget', 'is missing', remedy);
  const budget: Budget = {};
  for (const text of texts) {
    const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)(s|epochs|)$/.exec(text) ?? [];
    const key = unit === 's' ? 'seconds' : unit === 'epochs' ? 'epochs' : 'evaluations';
    const value = Number(number);
    if (number === '' || (key === 'evaluations' && !Number.isSafeInteger(value)))
      throw new MixopError('usage', '--budget', `"${text}" is no limit`, remedy);
    if (value === 0) throw new MixopError('usage', '--budget', `${text} allows nothing`, remedy);
    budget[key] = value;
  }
  return budget;
}
