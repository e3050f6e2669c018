// Reads a genotype from its source: a published name, the folder of a run, a file, or its text.

import { join } from 'node:path';
import { MixopError } from '../base/errors.ts';
import { nearNames } from '../base/near-names.ts';
import { readGiven } from '../runs/files.ts';
import { configFile, folderContent } from '../runs/folder-content.ts';
import { RunFolder } from '../runs/run-folder.ts';
import { genotypeSpaces, imageSpaces, unknownSpace } from '../supernet/spaces/named.ts';
import { storedImageSpace } from '../supernet/spaces/stored.ts';
import type { Genotype } from '../supernet/genotype/genotype.ts';
import { parseGenotype } from '../supernet/genotype/text.ts';
import { publishedGenotypes } from '../supernet/genotype/published.ts';
import type { ImageSpace } from '../supernet/space.ts';
import { nasnet } from '../supernet/spaces/nasnet.ts';
import { pnas } from '../supernet/spaces/pnas.ts';

export interface NamedGenotype {
  readonly genotype: Genotype;
  readonly space: ImageSpace;
  /** Its display name: the published name, the run's folder or file, or `genotype`. */
  readonly name: string;
}

const forms = 'give a published name, the folder of a run, a file, or text as Genotype(...) or |...|';

/** Reads a genotype; `space` is needed only for text that fits several spaces. Throws a `MixopError`. */
export async function readGenotype(source: string, space?: string): Promise<NamedGenotype> {
  const found = await sourceOf(source, space);
  if (space === undefined || found.space.name === space) return found;
  throw new MixopError(
    'config',
    'space',
    `${source} is of ${found.space.name}, not of ${space}`,
    'leave it out',
  );
}

async function sourceOf(source: string, space: string | undefined): Promise<NamedGenotype> {
  const published = Object.hasOwn(publishedGenotypes, source) ? publishedGenotypes[source] : undefined;
  if (published !== undefined) {
    const genotype = parseGenotype(published.text, published.space, source);
    return { genotype, space: published.space, name: source };
  }
  if (/[(|{[]/.test(source)) return genotypeOfText(source, 'genotype', space);
  const content = await folderContent(source);
  if (content === 'file') return genotypeOfText(await readGiven(source), source, space);
  if (content !== 'missing') return genotypeOfRun(source);
  const known = Object.keys(publishedGenotypes);
  const [near] = nearNames(source, known);
  const hint = near === undefined ? '' : `did you mean ${near}? `;
  const problem = 'is not a published genotype, file or folder';
  throw new MixopError('data', source, problem, `${hint}${forms}; published: ${known.join(', ')}`);
}

async function genotypeOfRun(path: string): Promise<NamedGenotype> {
  const run = await RunFolder.open(path);
  const text = await run.readArtefact('genotype.txt');
  const space = storedImageSpace(run.config, join(path, configFile));
  if (text !== undefined)
    return { genotype: parseGenotype(text, space, join(path, 'genotype.txt')), space, name: path };
  const remedy = 'finish the run, or give the text that `mixop derive` prints';
  throw new MixopError('run', path, 'has no genotype yet', remedy);
}

/** A genotype of the named space, or of the first space that can parse it; errors are those of the likeliest space. */
function genotypeOfText(text: string, source: string, space: string | undefined): NamedGenotype {
  const named = (space: ImageSpace): NamedGenotype => ({
    genotype: parseGenotype(text, space, source),
    space,
    name: source,
  });
  if (space !== undefined) return named(genotypeSpaceNamed(space));
  const [first, ...others] = candidates(text);
  try {
    return named(first!);
  } catch (error) {
    for (const other of others) {
      try {
        return named(other);
      } catch {
        // The error of the likeliest space is thrown below.
      }
    }
    throw error;
  }
}

function genotypeSpaceNamed(name: string): ImageSpace {
  if (Object.hasOwn(genotypeSpaces, name)) return genotypeSpaces[name]!;
  throw unknownSpace(name, Object.keys(genotypeSpaces));
}

/** Number of pairs in the two cells of DARTS. */
const dartsPairs = 16;

/**
 * Spaces by likelihood: strings with bars belong to NAS-Bench-201, genotypes with fewer pairs than DARTS to PNAS, and
 * those with ten pairs per cell to NASNet's form.
 */
function candidates(text: string): readonly ImageSpace[] {
  const { 'darts-cnn': darts, nasbench201 } = imageSpaces;
  if (/^\s*([\w.]+\s*=\s*)?['"]?\||"cell"/.test(text)) return [nasbench201!];
  const pairs = text.match(/\(\s*['"]/g)?.length ?? 0;
  return pairs > 0 && pairs < dartsPairs ? [pnas, darts!, nasnet] : [darts!, nasnet, pnas];
}
