// Takes the lock of a folder in a process of its own: node --import tsx lock-holder.ts FOLDER RENEWAL LEASE
// Says `held`, or the error. Each line that it reads is a question: it answers `mine`, or the error of the check.

import { createInterface } from 'node:readline';
import { takeLock } from '../../src/runs/lock.ts';

const [folder, renewal, lease] = process.argv.slice(2);

function answer(action: Promise<unknown>, fine: string): void {
  action.then(
    () => console.log(fine),
    (error: unknown) => console.log((error as Error).message),
  );
}

const held = takeLock(folder!, { renewal: Number(renewal), lease: Number(lease) });
answer(held, 'held');
createInterface({ input: process.stdin }).on('line', () => {
  answer(
    held.then((one) => one.check()),
    'mine',
  );
});
