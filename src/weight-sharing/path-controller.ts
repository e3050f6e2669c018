// The controller of ENAS (Pham et al. 2018, section 2.4): the architectures that it samples train the shared weights, and
// their accuracies on validation batches train the controller.

import type { Random } from '../base/random.ts';
import type { Architecture } from '../discrete-baselines/architecture.ts';
import { enas } from '../discrete-baselines/strategies/enas.ts';
import type { LstmState } from '../discrete-baselines/strategies/lstm-reinforce.ts';
import type { Searcher } from '../discrete-baselines/searcher.ts';
import type { CellDecisionSpace } from '../discrete-baselines/spaces/cell-space.ts';

export class PathController {
  /** Plain JSON, for checkpoints. */
  state: LstmState;
  private readonly searcher: Searcher<LstmState>;

  constructor(space: CellDecisionSpace, random: Random) {
    this.searcher = enas(space);
    this.state = this.searcher.init(random);
  }

  sample(random: Random): Architecture {
    return this.searcher.ask(this.state, 1, random).proposals[0]!.architecture;
  }

  /** accuracy: in percent, of an architecture that was sampled after the last update. */
  learn(architecture: Architecture, accuracy: number, random: Random): void {
    const evaluation = { score: accuracy, seconds: 0, epochs: 0, metrics: {} };
    this.state = this.searcher.tell(this.state, [{ id: 0, architecture, evaluation }], random);
  }
}
