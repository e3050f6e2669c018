// A worker process that behaves as the search's settings say: `log`, a file that hears of every start and request, and
// `plans`, what the first, second, ... process that starts does. Those without a plan do as they should.

import { appendFileSync, readFileSync } from 'node:fs';
import process from 'node:process';

const evaluated = (id, score = id) => ({
  kind: 'evaluated',
  seed: 0,
  id,
  evaluation: { score, seconds: 0, epochs: 0, metrics: {} },
});

const answers = {
  'says no more': () => {},
  'is stopped': () => process.kill(process.pid, 'SIGSTOP'),
  'says ready twice': () => process.send({ kind: 'ready' }),
  'says null': () => process.send(null),
  'says what nobody knows': () => process.send({ kind: 'what' }),
  'says NaN': (id) => process.send(evaluated(id, Number.NaN)),
  'says nothing of an evaluation': (id) => process.send({ kind: 'evaluated', seed: 0, id }),
  'says its answer twice': (id) => {
    process.send(evaluated(id));
    process.send(evaluated(id, -1));
  },
  dies: () => process.exit(3),
  'takes long, and says so': (id) => {
    const timer = setInterval(() => process.send({ kind: 'alive' }), 200);
    setTimeout(() => {
      clearInterval(timer);
      process.send(evaluated(id));
    }, 5000);
  },
};

let settings;
let plan;

process.on('message', (message) => {
  if (message.kind === 'open') {
    ({ settings } = message.config);
    appendFileSync(settings.log, 'start\n');
    const started = readFileSync(settings.log, 'utf8').match(/start/g).length;
    plan = settings.plans[started - 1];
    if (plan !== 'never says ready') process.send({ kind: 'ready' });
    return;
  }
  const { id } = message.request;
  appendFileSync(settings.log, `${id}\n`);
  if (plan === undefined) process.send(evaluated(id));
  else answers[plan](id);
});
process.on('disconnect', () => process.exit());
