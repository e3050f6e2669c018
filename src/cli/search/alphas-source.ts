// Where `mixop derive` takes alphas from: an epoch of a run, or a JSON file.

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { MixopError } from '../../base/errors.ts';
import { parseJson } from '../../base/parse-json.ts';
import { alphasFile } from '../../runs/folder-content.ts';
import { RunFolder } from '../../runs/run-folder.ts';
import { runKind } from '../../runs/run-kind.ts';
import { spaceNamed, spaces } from '../../supernet/spaces/named.ts';
import { alphaShapes, type Alphas } from '../../supernet/alphas.ts';
import type { Space } from '../../supernet/space.ts';

export interface AlphasSource {
  readonly alphas: Alphas;
  readonly space: Space;
  /** Names the alphas in errors. */
  readonly place: string;
  /** Epochs that were complete; absent for a file. */
  readonly epoch?: number;
}

export interface AlphasChoice {
  /** A space's name. */
  readonly space: string | undefined;
  readonly epoch: number | undefined;
}

const matrices = z.record(z.string(), z.array(z.array(z.number())));

export async function readAlphas(path: string, choice: AlphasChoice): Promise<AlphasSource> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code === 'ENOENT' ? 'no such file or folder' : `cannot be read (${cause.code})`;
    throw new MixopError('data', path, problem, 'give the folder of a run, or a JSON file of alphas', {
      cause,
    });
  });
  return found.isDirectory() ? alphasOfRun(path, choice) : alphasOfFile(path, choice);
}

async function alphasOfRun(path: string, { space, epoch }: AlphasChoice): Promise<AlphasSource> {
  const run = await RunFolder.open(path);
  const { space: stored, spaceDefinition } = run.config as unknown as {
    space: string;
    spaceDefinition?: Space;
  };
  if (space !== undefined && space !== stored) {
    const remedy = 'leave it out: a run knows its space';
    throw new MixopError('usage', '--space', `the run was made in ${stored}, not ${space}`, remedy);
  }
  const kind = runKind(run.config);
  if (kind !== 'search') {
    const remedy = 'its genotype stands in genotype.txt; give a run of `mixop search`';
    throw new MixopError('run', path, `is a run of \`mixop ${kind}\`, which has no alphas`, remedy);
  }
  const place = join(path, alphasFile);
  const lines = await run.readAlphas();
  const line = epoch === undefined ? lines.at(-1) : lines.findLast((line) => line.epoch === epoch);
  if (line === undefined) {
    const epochs = lines.map((line) => line.epoch);
    const remedy =
      epochs.length === 0
        ? 'go on with the run: alphas are there from the end of its first epoch'
        : `it has epochs ${Math.min(...epochs)} to ${Math.max(...epochs)}`;
    throw new MixopError('run', place, epoch === undefined ? 'no alphas yet' : `no epoch ${epoch}`, remedy);
  }
  const parsed = matrices.safeParse(line['alphas']);
  const at = `${place}: epoch ${line.epoch}`;
  if (!parsed.success) throw notMatrices(at);
  return {
    alphas: parsed.data,
    space: spaceDefinition ?? spaceNamed(stored),
    place: at,
    epoch: line.epoch,
  };
}

async function alphasOfFile(path: string, { space, epoch }: AlphasChoice): Promise<AlphasSource> {
  if (epoch !== undefined) {
    const remedy = 'leave it out, or give the folder of a run';
    throw new MixopError('usage', '--epoch', `${path} is a file, which has no epochs`, remedy);
  }
  const parsed = matrices.safeParse(parseJson(await readFile(path, 'utf8'), path));
  if (!parsed.success) throw notMatrices(path);
  const alphas = Object.fromEntries(
    Object.entries(parsed.data).map(([kind, matrix]) => [kind.replace(/^alphas_/, ''), matrix]),
  );
  return { alphas, space: space === undefined ? spaceOf(alphas) : spaceNamed(space), place: path };
}

/** The space that has exactly these matrices, or else DARTS's, so that an error says what is missing there. */
function spaceOf(alphas: Alphas): Space {
  const found = Object.values(spaces).find((space) => namesOf(alphaShapes(space)) === namesOf(alphas));
  return found ?? spaceNamed('darts-cnn');
}

function namesOf(matrices: object): string {
  return Object.keys(matrices).sort().join();
}

function notMatrices(place: string): MixopError {
  const remedy =
    'write {"normal": [[0.1, ...], ...], "reduce": [[...], ...]}: rows are edges, columns operations';
  return new MixopError('data', place, 'holds no matrices of numbers by cell kind', remedy);
}
