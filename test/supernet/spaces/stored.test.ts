// Spaces of stored objects: what mixop writes comes back equal, and foreign JSON is refused in one error.
import { describe, expect, test } from 'vitest';
import { MixopError } from '../../../src/base/errors.ts';
import type { ImageSpace } from '../../../src/supernet/space.ts';
import { genotypeSpaces, spaces } from '../../../src/supernet/spaces/named.ts';
import { nasbench201 } from '../../../src/supernet/spaces/nasbench201.ts';
import { storedImageSpace, storedSpace } from '../../../src/supernet/spaces/stored.ts';

const place = 'run/config.json';

/** JSON as a file holds it. */
function json(text: string): unknown {
  return JSON.parse(text);
}

test.each(Object.keys(genotypeSpaces))('reads the definition of %s back', (name) => {
  const space: ImageSpace = { ...genotypeSpaces[name]!, name: 'my-space' };
  const stored = json(JSON.stringify({ space: space.name, spaceDefinition: space }));
  expect(storedImageSpace(stored, place)).toEqual(space);
});

test.each(Object.keys(spaces))('finds %s by name', (name) => {
  expect(storedSpace({ space: name, batch: 64 }, place)).toBe(spaces[name]);
});

const depth = 100_000;
const nested = `${'{"cells":'.repeat(depth)}{}${'}'.repeat(depth)}`;
const lists = `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** A definition with one part changed. */
function definition(part: object): string {
  return JSON.stringify({ space: 'mine', spaceDefinition: { ...nasbench201, name: 'mine', ...part } });
}

describe.each([
  ['null', 'null', /^run\/config\.json: expected object/],
  ['a number', '5', /^run\/config\.json: expected object/],
  ['an empty object', '{}', /^run\/config\.json: space: expected string/],
  ['a space that is a number', '{"space": 5}', /config\.json: space: expected string/],
  ['a space that is null', '{"space": null}', /config\.json: space: expected string/],
  ['an unknown space', '{"space": "nasbench202"}', /config\.json: space: .*did you mean "nasbench201"/],
  ['constructor', '{"space": "constructor"}', /config\.json: space: "constructor" is not a known space/],
  ['__proto__', '{"space": "__proto__"}', /config\.json: space: "__proto__" is not a known space/],
  ['an empty definition', '{"space": "mine", "spaceDefinition": {}}', /: spaceDefinition\.name: /],
  ['no definition', '{"space": "mine", "spaceDefinition": null}', /: spaceDefinition: expected object/],
  ['a deep definition', `{"space": "mine", "spaceDefinition": ${nested}}`, /: spaceDefinition\.name: /],
  ['deep lists', `{"space": "mine", "spaceDefinition": ${lists}}`, /: spaceDefinition: expected object/],
  ['deep operations', definition({ operations: [{ name: 'a', layers: 5 }] }), /operations\.0\.layers: /],
  ['no operations', definition({ operations: [] }), /spaceDefinition\.operations: /],
  ['an unknown layer', definition({ operations: [{ name: 'a', layers: [{ kind: 'x' }] }] }), /operations\.0/],
  ['a cell kind too few', definition({ cells: {} }), /: spaceDefinition\.cells: no cell kind cell/],
  [
    'a cell kind that only the prototype has',
    definition({ skeleton: { kind: 'darts', stemMultiplier: 3 } }),
    /: spaceDefinition\.cells: no cell kind normal/,
  ],
  [
    'three inputs',
    definition({ cells: { cell: { ...nasbench201.cells['cell'], inputs: 3 } } }),
    /cell\.inputs/,
  ],
  ['half a channel', definition({ partialChannels: 0.5 }), /: spaceDefinition\.partialChannels: /],
])('%s', (_, text, message) => {
  test.each([storedImageSpace, storedSpace])('is refused by %o', (read) => {
    const call = (): unknown => read(json(text), place);
    expect(call).toThrow(MixopError);
    expect(call).toThrow(message);
  });
});

test('tells that cells on text make no network on images', () => {
  expect(() => storedImageSpace({ space: 'darts-rnn' }, place)).toThrow(/"darts-rnn" is of recurrent cells/);
});
