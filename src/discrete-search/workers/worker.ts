// A worker process of a search without gradient: opens the evaluator that it is told of, then scores what it is sent,
// one architecture after the other. Started by pool.ts; it knows no run folder.

import process from 'node:process';
import { MixopError } from '../../base/errors.ts';
import { Random } from '../../base/random.ts';
import { checkEvaluation } from '../../discrete-baselines/loop.ts';
import { defaultPlace } from '../config.ts';
import { type OpenEvaluator, openEvaluator } from '../evaluators/named.ts';
import { type FromWorker, type ToWorker, toWorkerSchema } from './protocol.ts';

const { signal } = new AbortController();
let open: Promise<OpenEvaluator> | undefined;
/** Things that are done now; while there are any, signs of life are given. */
let busy = 0;

function answer(message: FromWorker): void {
  process.send!(message);
}

async function handle(message: ToWorker): Promise<void> {
  busy += 1;
  try {
    answer(await answerTo(message));
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (!(error instanceof MixopError)) answer({ kind: 'failed', text });
    else {
      const { kind, place, problem, remedy } = error;
      answer({ kind: 'failed', text, mixop: { kind, place, problem, remedy } });
    }
  } finally {
    busy -= 1;
  }
}

async function answerTo(message: ToWorker): Promise<FromWorker> {
  if (message.kind === 'open') {
    // Timers of this thread have their turn between the steps of a training, and while files are read.
    setInterval(() => {
      if (busy > 0) answer({ kind: 'alive' });
    }, message.beat);
    open = openEvaluator(message.config, message.executor, defaultPlace, message.run);
    await open;
    return { kind: 'ready' };
  }
  if (open === undefined) throw new Error('was asked to evaluate before it was told what');
  const { evaluator } = await open;
  const { random, ...request } = message.request;
  const evaluation = await evaluator.evaluate({ ...request, random: Random.restore(random) }, signal);
  // Here, where NaN is still NaN: between processes it would be null.
  checkEvaluation(evaluator, request.id, evaluation);
  return { kind: 'evaluated', seed: request.seed, id: request.id, evaluation };
}

process.on('message', (data) => void handle(toWorkerSchema.parse(data)));
// Whoever started it is gone.
process.on('disconnect', () => process.exit());
// Ctrl-C reaches the whole group of processes: the one that started it decides.
process.on('SIGINT', () => {});
