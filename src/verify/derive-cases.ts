// Alphas and the genotypes that published code derived from them: a JSON list of
// {"alphas_normal": [[...]], "alphas_reduce": [[...]], "genotype": "Genotype(...)"}.

import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { MixopError } from '../base/errors.ts';
import { parseJson } from '../base/parse-json.ts';
import { parseValue } from '../base/parse-value.ts';
import { derive } from '../supernet/derive.ts';
import { genotypeText, parseGenotype } from '../supernet/genotype/text.ts';
import { dartsCnn } from '../supernet/spaces/darts-cnn.ts';

const matrix = z.array(z.array(z.number()));
const casesSchema = z
  .array(z.object({ alphas_normal: matrix, alphas_reduce: matrix, genotype: z.string() }))
  .min(1);

interface DeriveMismatch {
  /** From 0. */
  readonly index: number;
  /** In the published text form. */
  readonly derived: string;
  readonly wanted: string;
}

interface DeriveCases {
  readonly cases: number;
  readonly mismatches: readonly DeriveMismatch[];
}

/** Derives every case of a file and compares. Throws a `MixopError` for a file that is not of this form. */
export async function checkDeriveCases(file: string): Promise<DeriveCases> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code === 'ENOENT' ? 'no such file' : `cannot be read (${cause.code})`;
    throw new MixopError('data', file, problem, 'give a JSON file of derive cases', { cause });
  });
  const remedy = 'write a list of {"alphas_normal": [[...]], "alphas_reduce": [[...]], "genotype": "..."}';
  const cases = parseValue(casesSchema, parseJson(text, file), file, remedy);
  const mismatches = cases.flatMap((given, index): readonly DeriveMismatch[] => {
    const place = `${file}: case ${index}`;
    const alphas = { normal: given.alphas_normal, reduce: given.alphas_reduce };
    const derived = genotypeText(derive(dartsCnn, alphas, place), dartsCnn);
    const wanted = genotypeText(parseGenotype(given.genotype, dartsCnn, place), dartsCnn);
    return derived === wanted ? [] : [{ index, derived, wanted }];
  });
  return { cases: cases.length, mismatches };
}
