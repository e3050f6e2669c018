// Everything needed to rebuild a trained network and to feed it images: a run's configuration and an exported file hold
// it beside the weights.

import * as z from 'zod';
import { parseJson } from '../base/parse-json.ts';
import { parseValue } from '../base/parse-value.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Normalisation } from '../data/normalise.ts';
import { type DerivedDescription, imageNetForm } from '../supernet/derived-network.ts';
import type { Genotype } from '../supernet/genotype/genotype.ts';
import { genotypeText, parseGenotype } from '../supernet/genotype/text.ts';
import type { ImageSize } from '../supernet/problem/inputs.ts';
import type { ImageSpace } from '../supernet/space.ts';
import { imageSpaceSchema, storedImageSpace } from '../supernet/spaces/stored.ts';
import { type RetrainConfig, retrainSchema } from './config.ts';

export interface NetworkCard {
  /** The published text form. */
  readonly genotype: string;
  readonly space: string;
  /** Only for a space that has no name in mixop. */
  readonly spaceDefinition?: ImageSpace;
  readonly form: RetrainConfig['form'];
  readonly channels: number;
  readonly cells: number;
  readonly auxiliary: boolean;
  readonly image: ImageSize;
  readonly classes: number;
  readonly classNames?: readonly string[];
  /** Mean and deviation that images are normalised by, of pixels from 0 to 1. */
  readonly normalisation: Normalisation;
}

interface CardParts {
  readonly genotype: Genotype;
  readonly space: ImageSpace;
  /** The space was given, not named. */
  readonly own: boolean;
  readonly config: RetrainConfig;
  readonly dataset: Dataset;
  readonly normalisation: Normalisation;
}

const { form, channels, cells } = retrainSchema.shape;
const positive = z.int().positive();
const cardSchema: z.ZodType<NetworkCard> = z.object({
  genotype: z.string(),
  space: z.string(),
  spaceDefinition: imageSpaceSchema.exactOptional(),
  form: form.unwrap(),
  channels: channels.unwrap(),
  cells: cells.unwrap(),
  auxiliary: z.boolean(),
  image: z.object({ height: positive, width: positive, channels: positive }),
  classes: positive,
  classNames: z.array(z.string()).exactOptional(),
  normalisation: z.object({ mean: z.array(z.number()), deviation: z.array(z.number()) }),
});

/** A card out of its JSON; `place` is the file that holds it. Throws a `MixopError` for anything else. */
export function parseCard(text: string, place: string): NetworkCard {
  const remedy = 'export the network again, or give its weights a genotype with `mixop import`';
  return parseValue(cardSchema, parseJson(text, place), `${place}: card`, remedy);
}

export function makeCard({ genotype, space, own, config, dataset, normalisation }: CardParts): NetworkCard {
  const { form, channels, cells, auxiliary } = config;
  const { height, width, channels: colours, classes, classNames } = dataset;
  return {
    genotype: genotypeText(genotype, space),
    space: space.name,
    ...(own && { spaceDefinition: space }),
    form,
    channels,
    cells,
    auxiliary,
    image: { height, width, channels: colours },
    classes,
    ...(classNames && { classNames }),
    normalisation,
  };
}

/** The network that a card describes; `source` names the card in errors. */
export function describeNetwork(card: NetworkCard, source: string): DerivedDescription {
  const space = storedImageSpace(card, source);
  const { channels, cells, classes, auxiliary } = card;
  return {
    space: card.form === 'imagenet' ? imageNetForm(space) : space,
    size: { channels, cells },
    classes,
    genotype: parseGenotype(card.genotype, space, source),
    auxiliary,
  };
}
