// Shows several trainings one after the other, each in a view of its own.

import type { Completed } from '../../engine/run-journal.ts';
import type { RetrainProgress } from '../../networks/events.ts';
import { progressView } from '../terminal/progress-view.ts';
import { retrainNarrator } from './retrain-narrator.ts';
import { type EventKeeper, eventKeeper } from '../runs/runs-export.ts';

export interface Shown {
  readonly json: boolean;
  /** Whether every run keeps an event file. */
  readonly tensorboard: boolean;
}

export class TrainingViews {
  /** Where the training that is shown stands. */
  position: Completed | undefined;
  private readonly json: boolean;
  private readonly events: EventKeeper;
  private view;
  private run: string | undefined;

  constructor({ json, tensorboard }: Shown) {
    this.json = json;
    this.events = eventKeeper(tensorboard);
    this.view = progressView(retrainNarrator(), { json });
  }

  show(progress: RetrainProgress): void {
    if (progress.kind === 'start') {
      this.view.close();
      this.view = progressView(retrainNarrator(), { json: this.json });
      this.run = progress.out;
    }
    if ('position' in progress) this.position = progress.position;
    this.view.show(progress);
    if (progress.kind === 'epoch' && this.run !== undefined) this.events.refresh(this.run);
  }

  stopping(): void {
    this.view.stopping('stopping: this step is finished, then the run is saved; Ctrl-C again leaves at once');
  }

  settled(): Promise<void> {
    return this.events.settled();
  }

  close(): void {
    this.view.close();
  }
}
