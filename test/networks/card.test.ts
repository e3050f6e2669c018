// Cards of networks: what mixop writes comes back equal, and foreign JSON is refused in one error that names the file.
import { expect, test } from 'vitest';
import { MixopError } from '../../src/base/errors.ts';
import { describeNetwork, type NetworkCard, parseCard } from '../../src/networks/card.ts';
import { decodeWeights, encodeWeights } from '../../src/networks/weights.ts';
import { encodeSafetensors } from '../../src/networks/safetensors.ts';
import { publishedGenotypes } from '../../src/supernet/genotype/published.ts';
import { dartsCnn } from '../../src/supernet/spaces/darts-cnn.ts';

const { text: genotype } = publishedGenotypes['DARTS_V2']!;
const card: NetworkCard = {
  genotype,
  space: 'darts-cnn',
  form: 'cifar',
  channels: 4,
  cells: 3,
  auxiliary: false,
  image: { height: 8, width: 8, channels: 1 },
  classes: 2,
  classNames: ['cat', 'dog'],
  normalisation: { mean: [0.5], deviation: [0.25] },
};
const own: NetworkCard = { ...card, space: 'mine', spaceDefinition: { ...dartsCnn, name: 'mine' } };

test.each([card, own])('reads back what was written', (written) => {
  const bytes = encodeWeights(new Map(), written);
  expect(decodeWeights(bytes, 'w.safetensors')).toEqual({ weights: new Map(), card: written });
  expect(describeNetwork(written, 'w').space).toEqual(written.spaceDefinition ?? dartsCnn);
});

test('leaves files of other programs without a card', () => {
  const bytes = encodeSafetensors({ tensors: new Map(), metadata: { format: 'pt' } });
  expect(decodeWeights(bytes, 'w').card).toBeUndefined();
});

const depth = 100_000;

test.each([
  ['no JSON', '{"genotype"', /^w\.safetensors:1:\d+: is not JSON/],
  ['null', 'null', /^w\.safetensors: card: expected object/],
  ['a number', '5', /^w\.safetensors: card: expected object/],
  ['a list', '[]', /^w\.safetensors: card: expected object/],
  ['an empty object', '{}', /^w\.safetensors: card: genotype: expected string/],
  ['a deep list', `${'['.repeat(depth)}${']'.repeat(depth)}`, /^w\.safetensors: card: expected object/],
  ['a space that is no name', JSON.stringify({ ...card, space: 5 }), /card: space: expected string/],
  ['no channels', JSON.stringify({ ...card, channels: 0 }), /card: channels: /],
  ['too many cells', JSON.stringify({ ...card, cells: 1e9 }), /card: cells: /],
  ['a form that is none', JSON.stringify({ ...card, form: 'mnist' }), /card: form: /],
  ['images without height', JSON.stringify({ ...card, image: { width: 8 } }), /card: image\.height: /],
  [
    'a mean that is no list',
    JSON.stringify({ ...card, normalisation: { mean: 0.5 } }),
    /normalisation\.mean/,
  ],
  ['an empty definition', JSON.stringify({ ...card, spaceDefinition: {} }), /card: spaceDefinition\.name: /],
])('refuses %s', (_, text, message) => {
  const bytes = encodeSafetensors({ tensors: new Map(), metadata: { mixop: text } });
  const decode = (): unknown => decodeWeights(bytes, 'w.safetensors');
  expect(decode).toThrow(MixopError);
  expect(decode).toThrow(message);
});

test.each([
  ['an unknown space', { space: 'darts-cnm' }, /^w: space: .*did you mean "darts-cnn"/],
  ['constructor', { space: 'constructor' }, /^w: space: "constructor" is not a known space/],
  ['__proto__', { space: '__proto__' }, /^w: space: "__proto__" is not a known space/],
  ['the genotype of another space', { space: 'nasbench201' }, /^w:1:1: /],
])('describes no network of %s', (_, rest, message) => {
  const foreign = parseCard(JSON.stringify({ ...card, ...rest }), 'w');
  const call = (): unknown => describeNetwork(foreign, 'w');
  expect(call).toThrow(MixopError);
  expect(call).toThrow(message);
});
