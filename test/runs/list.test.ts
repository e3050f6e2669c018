import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { lineKinds, listRuns } from '../../src/runs/list-runs.ts';
import { RunFolder } from '../../src/runs/run-folder.ts';
import { errorOf, machine, useTemporaryFolder } from '../helpers/runs-setup.ts';

const at = useTemporaryFolder();

/** A run with some epochs done, still open. */
async function runOf(name: string, epochs: number): Promise<RunFolder> {
  const run = await RunFolder.create(at(name), { epochs: 8 }, machine);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const place = { epoch, step: epoch * 10 };
    await run.appendMetrics({ ...place, kind: 'step', validationAccuracy: 0.99 });
    await run.appendMetrics({ ...place, kind: lineKinds.epoch, validationAccuracy: epoch / 10 });
  }
  return run;
}

describe('listRuns', () => {
  it('tells running, stopped, finished and broken runs apart and leaves other folders out', async () => {
    const running = await runOf('a-running', 2);
    await (await runOf('b-stopped', 0)).close();
    const finished = await runOf('c-finished', 8);
    await finished.writeArtefact('genotype.txt', 'Genotype(...)\n');
    await finished.appendMetrics({ epoch: 8, step: 80, kind: lineKinds.finished });
    await finished.close();
    await (await runOf('d-malformed', 1)).close();
    await writeFile(at('d-malformed', 'config.json'), '{');
    await (await runOf('e-lost', 1)).close();
    await rm(at('e-lost', 'config.json'));
    await (await runOf('f-damaged', 1)).close();
    await rm(at('f-damaged', 'metrics.jsonl'));
    await mkdir(at('f-damaged', 'metrics.jsonl'));
    await mkdir(at('holiday pictures'));
    await symlink('nowhere', at('dangling'));
    await writeFile(at('file'), '');

    const summaries = await listRuns(at());
    await running.close();
    expect(
      summaries.map(({ name, state, epochsDone, epochs, validationAccuracy, genotype }) => [
        name,
        state,
        epochsDone,
        epochs,
        validationAccuracy,
        genotype,
      ]),
    ).toEqual([
      ['a-running', 'running', 2, 8, 0.2, null],
      ['b-stopped', 'stopped', 0, 8, null, null],
      ['c-finished', 'finished', 8, 8, 0.8, 'Genotype(...)'],
      ['d-malformed', 'broken', 0, null, null, null],
      ['e-lost', 'broken', 0, null, null, null],
      ['f-damaged', 'broken', 0, null, null, null],
    ]);
    expect(summaries.flatMap(({ problem }) => problem ?? [])).toEqual([
      expect.stringContaining('config.json: malformed'),
      expect.stringContaining('holds no run (no config.json)'),
      expect.stringContaining('metrics.jsonl: cannot be read (EISDIR'),
    ]);
  });

  it('looks into folders of runs, three levels deep, not into runs and not into folders of tools', async () => {
    for (const name of [
      'compared/random',
      'cells/first/seed-0',
      'cells/first/seed-1',
      'a/b/c/too-deep',
      'node_modules/some/run',
      '.git/run',
      'z-run',
    ])
      await (await runOf(name, 1)).close();
    await (await runOf('z-run/inner', 1)).close();
    await symlink('.', at('circle'));
    const summaries = await listRuns(at());
    expect(summaries.map(({ name }) => name)).toEqual([
      'cells/first/seed-0',
      'cells/first/seed-1',
      'compared/random',
      'z-run',
    ]);
    expect(summaries.map(({ path, name }) => path === at(name))).not.toContain(false);
  });

  it.each([
    { what: 'a missing folder', name: 'missing', message: 'no such folder' },
    { what: 'a file', name: 'file', message: 'is not a folder' },
  ])('refuses $what', async ({ name, message }) => {
    await writeFile(at('file'), '');
    expect(await errorOf(() => listRuns(at(name)))).toBe(
      `${at(name)}: ${message}; give the folder that holds the runs`,
    );
  });
});
