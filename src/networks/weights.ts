// Trained weights between arenas and safetensors files, under PyTorch's names and in its layouts.

import { MixopError } from '../base/errors.ts';
import type { Executor, Values } from '../kernels/executor.ts';
import {
  denseValues,
  fromTorch,
  type Parameter,
  type ParameterArenas,
  type Parameters,
  toTorch,
  torchShape,
} from '../supernet/parameters.ts';
import { type NetworkCard, parseCard } from './card.ts';
import {
  decodeSafetensors,
  encodeSafetensors,
  type NamedArray,
  type SafetensorsFile,
} from './safetensors.ts';

/** Weights and running statistics by PyTorch's name. */
export type StateDict = ReadonlyMap<string, NamedArray>;

/** The key of a file's metadata that holds the card. */
const cardKey = 'mixop';

function entry(parameter: Parameter, arena: Values): readonly [string, NamedArray] {
  const values = Float32Array.from(toTorch(parameter, denseValues(arena, parameter.tensor)));
  return [parameter.name, { shape: torchShape(parameter), values }];
}

/** Reads two arenas of an executor, in the layout of `parameters`. */
export async function readStateDict(
  executor: Executor,
  parameters: Parameters,
  arenas: ParameterArenas,
): Promise<StateDict> {
  const weights = await executor.readArena(arenas.weights);
  const running = await executor.readArena(arenas.running);
  return new Map([
    ...parameters.list().map((parameter) => entry(parameter, weights)),
    ...parameters.buffers().map((buffer) => entry(buffer, running)),
  ]);
}

/**
 * Throws a `MixopError` with tensor, shape and expected shape where weights do not fit. Tensors that the network lacks
 * (an auxiliary head) are ignored.
 */
export function checkStateDict(parameters: Parameters, weights: StateDict, place: string): void {
  const remedy = 'give the weights of a network of this genotype, channels, cells and classes';
  for (const parameter of [...parameters.list(), ...parameters.buffers()]) {
    const found = weights.get(parameter.name);
    const wanted = torchShape(parameter).join(', ');
    if (found === undefined)
      throw new MixopError('data', place, `has no tensor ${parameter.name} [${wanted}]`, remedy);
    const shape = found.shape.join(', ');
    if (shape === wanted) continue;
    const problem = `${parameter.name} has shape [${shape}], and the network needs [${wanted}]`;
    throw new MixopError('data', place, problem, remedy);
  }
}

/** Writes weights into the network of `parameters`, which they must fit. */
export function writeStateDict(
  executor: Executor,
  parameters: Parameters,
  weights: StateDict,
  place: string,
): void {
  checkStateDict(parameters, weights, place);
  for (const parameter of [...parameters.list(), ...parameters.buffers()])
    executor.write(parameter.tensor, fromTorch(parameter, weights.get(parameter.name)!.values));
}

/** Writes the weights whose name and shape equal the network's; the others keep their values. */
export function inheritState(executor: Executor, parameters: Parameters, from: StateDict): void {
  for (const parameter of [...parameters.list(), ...parameters.buffers()]) {
    const found = from.get(parameter.name);
    if (found?.shape.join() !== torchShape(parameter).join()) continue;
    executor.write(parameter.tensor, fromTorch(parameter, found.values));
  }
}

export function encodeWeights(weights: StateDict, card: NetworkCard): Uint8Array {
  return encodeSafetensors({ tensors: weights, metadata: { format: 'pt', [cardKey]: JSON.stringify(card) } });
}

/** The file's weights, and the card if mixop wrote it. */
export function decodeWeights(
  bytes: Uint8Array,
  place: string,
): { readonly weights: StateDict; readonly card: NetworkCard | undefined } {
  const { tensors, metadata }: SafetensorsFile = decodeSafetensors(bytes, place);
  const text = metadata[cardKey];
  return { weights: tensors, card: text === undefined ? undefined : parseCard(text, place) };
}
