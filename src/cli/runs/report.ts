// `mixop report`: one HTML page about one or several runs.

import { MixopError } from '../../base/errors.ts';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { collectBaseline, isBaseline, type ReportedBaseline } from '../../report/collect-baseline.ts';
import { collectRun, type ReportedRun } from '../../report/collect.ts';
import { reportPage } from '../../report/page.ts';
import { makeFolder, writeAtomic } from '../../runs/files.ts';
import { runsAmong } from '../../runs/list-runs.ts';
import { RunFolder } from '../../runs/run-folder.ts';

const examples = `
Examples:
  mixop report runs/a                           losses, alphas, cells, configuration: report.html
  mixop report runs/a runs/b --out compare.html  the same with a comparison at the top
  mixop report runs/seeds/seed-*                seeds of a training side by side
  mixop report runs/compared                     all runs in a folder, such as that of \`mixop compare\`

The page needs no network and no script, and follows the reader's choice of light or dark.`;

export function reportCommand(): Command {
  return new Command('report')
    .description('write one HTML page about runs: charts, cells, configuration, comparison')
    .argument('<run...>', 'the folders of searches or trainings, or folders that hold such')
    .option('--out <file>', 'where the page goes', 'report.html')
    .addHelpText('after', examples)
    .action(run);
}

async function run(paths: readonly string[], { out }: { readonly out: string }): Promise<void> {
  const runs: (ReportedRun | ReportedBaseline)[] = [];
  for (const path of await runsAmong(paths)) {
    try {
      runs.push(
        isBaseline(await RunFolder.open(path)) ? await collectBaseline(path) : await collectRun(path),
      );
    } catch (error) {
      // What stands in a folder beside others does not keep them from being reported.
      if (paths.includes(path) || !(error instanceof MixopError)) throw error;
      console.error(`mixop: left out: ${error.message}`);
    }
  }
  await makeFolder(dirname(out));
  await writeAtomic(out, await reportPage(runs));
  console.log(out);
}
