// A worker process of a search without gradient: opens the evaluator that it is told of, then scores what it is sent,
// one architecture after the other. Started by worker-pool.ts; it knows no run folder.

import process from 'node:process';
import { MixopError } from '../../base/errors.ts';
import { Random } from '../../base/random.ts';
import { defaultPlace } from '../config.ts';
import { type OpenEvaluator, openEvaluator } from '../evaluators/named.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

const { signal } = new AbortController();
let open: Promise<OpenEvaluator> | undefined;

function answer(message: FromWorker): void {
  process.send!(message);
}

async function handle(message: ToWorker): Promise<void> {
  try {
    if (message.kind === 'open') {
      open = openEvaluator(message.config, message.executor, defaultPlace, message.run);
      await open;
      answer({ kind: 'ready' });
      return;
    }
    const { evaluator } = await open!;
    const { random, ...request } = message.request;
    const evaluation = await evaluator.evaluate({ ...request, random: Random.restore(random) }, signal);
    answer({ kind: 'evaluated', evaluation });
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (!(error instanceof MixopError)) answer({ kind: 'failed', text });
    else {
      const { kind, place, problem, remedy } = error;
      answer({ kind: 'failed', text, mixop: { kind, place, problem, remedy } });
    }
  }
}

process.on('message', (message) => void handle(message as ToWorker));
// Whoever started it is gone.
process.on('disconnect', () => process.exit());
// Ctrl-C reaches the whole group of processes: the one that started it decides.
process.on('SIGINT', () => {});
