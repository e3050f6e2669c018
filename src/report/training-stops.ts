// Early termination in a report of trainings: what it came to over all that have ended, and in each.

import { stopText } from '../networks/stop-early.ts';
import { summariseStopping } from '../predictors/curves/stopping.ts';
import type { ReportedRun } from './collect.ts';
import { html, type Part } from './html.ts';
import { stoppingPart } from './parts.ts';

function couldStop({ config }: ReportedRun): boolean {
  return config['stopEarly'] !== undefined;
}

/** Of trainings that have ended and could be ended early. */
export function stoppedTrainings(runs: readonly ReportedRun[]): Part {
  const ended = runs.filter((run) => run.finished && couldStop(run));
  if (ended.length === 0) return '';
  const name = ended.length === runs.length ? 'all' : ended.map((run) => run.name).join(', ');
  const stopping = summariseStopping(ended.map(({ epochs, stop }) => ({ epochs: epochs.length, stop })));
  return stoppingPart('runs', [{ name, stopping }]);
}

/** Why a training ended, where it could be ended early. */
export function stopSentence(run: ReportedRun): Part {
  const { stop, finished } = run;
  if (!couldStop(run)) return '';
  if (stop !== undefined) return html`<p>It was ${stopText(stop)}.</p>`;
  return finished
    ? html`<p>It could have been ended early, and was not.</p>`
    : html`<p>It may be ended early, and was not so far.</p>`;
}
