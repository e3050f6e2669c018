// A small run in a process of its own, to be killed: node --import tsx runs-kill-child.ts FOLDER
// It makes or resumes the run, and does what a search does: lines first, then the checkpoint.

import { folderContent } from '../../src/runs/folder-content.ts';
import { lineKinds } from '../../src/runs/list-runs.ts';
import { describeMachine } from '../../src/runs/machine.ts';
import { RunFolder } from '../../src/runs/run-folder.ts';

const path = process.argv[2]!;
const epochs = 12;
const stepsPerEpoch = 5;
const config = { epochs, seed: 1 };
const machine = describeMachine({ mixop: '0.0.0', executor: 'reference', adapter: null, threads: 1 });

process.stdout.write('started\n');
const run =
  (await folderContent(path)) === 'missing'
    ? await RunFolder.create(path, config, machine)
    : await RunFolder.resume(path, config, machine);
const { found } = await run.latestCheckpoint();
const weights = found ? (found.state.arrays.weights as Float64Array) : new Float64Array(20_000).fill(1);
let epoch = found ? (found.state.meta.epoch as number) : 0;
await run.continueFrom(found && { epoch, step: found.step }, machine);

while (epoch < epochs) {
  for (let step = epoch * stepsPerEpoch + 1; step <= (epoch + 1) * stepsPerEpoch; step++) {
    for (let i = 0; i < weights.length; i++) weights[i] = Math.sin(weights[i]! * (i + step));
    await run.appendMetrics({ epoch, step, kind: 'step', loss: weights[7]! });
  }
  epoch++;
  const place = { epoch, step: epoch * stepsPerEpoch };
  await run.appendAlphas({ ...place, alphas: { normal: [[weights[0]!, weights[1]!]] } });
  await run.appendMetrics({ ...place, kind: lineKinds.epoch, validationAccuracy: weights[2]! });
  await run.writeArtefact('genotype.txt', `${weights[3]!}\n`);
  await run.writeCheckpoint(place.step, { meta: { epoch }, arrays: { weights } });
}
await run.close();
