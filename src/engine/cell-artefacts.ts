// The cells of a run as files: text, JSON and drawings.

import { drawCell } from '../supernet/genotype/draw-cell.ts';
import type { Genotype } from '../supernet/genotype/genotype.ts';
import { genotypeJson, genotypeText } from '../supernet/genotype/text.ts';
import type { Space } from '../supernet/space.ts';

/** Writes `genotype.txt`, `genotype.json` and one SVG a cell kind. Gives the paths. */
export async function writeCells(
  journal: { artefact(name: string, content: string): Promise<string> },
  genotype: Genotype,
  space: Space,
): Promise<readonly string[]> {
  const paths = [
    await journal.artefact('genotype.txt', `${genotypeText(genotype, space)}\n`),
    await journal.artefact('genotype.json', `${genotypeJson(genotype, space)}\n`),
  ];
  for (const [kind, cell] of Object.entries(genotype))
    paths.push(await journal.artefact(`${kind}.svg`, await drawCell(cell, space, kind)));
  return paths;
}
