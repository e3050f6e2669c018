// The structure of src as npm run check proves it: the maps in the documents are those of layers.json, folders stay small,
// the way from the command line to the step of a search is short and listed, and links into the code hold.
// node scripts/structure.mjs [--write]: writes the maps and the way instead of comparing them.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

const write = process.argv.includes('--write');
const problems = [];
const { src, kernels } = JSON.parse(readFileSync('layers.json', 'utf8'));

/** Folders of more entries are refused, but for the list of operations. */
const maxEntries = 26;
/** Files on the way from the command line to the bilevel step, both ends counted. */
const maxPath = 6;
const [start, command, goal] = ['src/cli/main.ts', 'src/cli/search/search.ts', 'src/bilevel/step.ts'];

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'build' ? [] : filesUnder(path);
    return [path];
  });
}

/** Puts generated text between the markers of a document, or reports where another stands. */
function generated(file, name, text) {
  const [begin, end] = [`<!-- ${name}: made by npm run maps -->`, `<!-- end of ${name} -->`];
  const whole = readFileSync(file, 'utf8');
  const [from, to] = [whole.indexOf(begin), whole.indexOf(end)];
  if (from < 0 || to < from) return problems.push(`${file}: has no markers of ${name}`);
  const wanted = `${whole.slice(0, from)}${begin}\n\n${text}\n\n${whole.slice(to)}`;
  if (wanted === whole) return undefined;
  if (write) return writeFileSync(file, wanted);
  return problems.push(`${file}: ${name} differs from the code; run npm run maps`);
}

const line = (cells) => `| ${cells.join(' | ')} |`;

function table(head, rows) {
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const layerMap = table(
  ['folder', 'holds', 'imports'],
  src
    .toReversed()
    .map(({ folder, holds, imports }) => [
      `\`src/${folder}\``,
      holds,
      imports.length > 0 ? imports.map((name) => `\`${name}\``).join(' ') : 'nothing',
    ]),
);
const kernelMap = table(
  ['folder', 'holds'],
  kernels.order.toReversed().map(({ folder, holds }) => [`\`src/${folder}\``, holds]),
);
for (const file of ['ARCHITECTURE.md', 'CONTRIBUTING.md']) generated(file, 'layers', layerMap);
generated('ARCHITECTURE.md', 'folders of kernels', kernelMap);

const code = filesUnder('src').filter((file) => file.endsWith('.ts'));

for (const folder of new Set([
  'src',
  'test',
  ...[...filesUnder('src'), ...filesUnder('test')].map((file) => dirname(file)),
])) {
  const entries = readdirSync(folder).filter((name) => name !== 'build').length;
  if (entries > maxEntries && folder !== 'src/kernels/operations' && !folder.includes('/fixtures'))
    problems.push(`${folder}: holds ${entries} entries, more than ${maxEntries}; group them in folders`);
}

/** What a file imports when it runs: types are gone by then. */
function importsOf(file) {
  const text = readFileSync(file, 'utf8');
  const statements = /^(?:import|export)\s(?!type\b)(?:[^;]*?\sfrom\s)?'(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm;
  return [...text.matchAll(statements)].map(([, one, other]) => normalize(join(dirname(file), one ?? other)));
}

/** The fewest files from one to another along imports, both counted. */
function shortestPath(from, to) {
  const before = new Map([[from, undefined]]);
  for (const file of before.keys()) {
    if (file === to) {
      const path = [];
      for (let at = to; at !== undefined; at = before.get(at)) path.unshift(at);
      return path;
    }
    for (const next of importsOf(file)) if (next.endsWith('.ts') && !before.has(next)) before.set(next, file);
  }
  throw new Error(`no imports lead from ${from} to ${to}`);
}

// Through the command: other commands have shorter ways to the step, which no search takes.
const path = [...shortestPath(start, command), ...shortestPath(command, goal).slice(1)];
if (path.length > maxPath)
  problems.push(`from ${start} to ${goal}: ${path.length} files, more than ${maxPath}: ${path.join(' ')}`);
for (const file of path) {
  const rest = readFileSync(file, 'utf8').replaceAll(/^(import|export)[^;]*?from '[^']+';|^\s*\/\/.*$/gm, '');
  if (rest.trim() === '') problems.push(`${file}: only re-exports on the way from ${start} to ${goal}`);
}
const listed = path.map((file, i) => `${i + 1}. [\`${file}\`](../${file})`).join('\n');
if (existsSync('docs/one-step.md')) generated('docs/one-step.md', 'the way', listed);
else problems.push('docs/one-step.md: is missing');

/** Documents whose links must hold; `file.ts#name` is a link to a name in a file. */
const documents = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...filesUnder('docs').filter((name) => name.endsWith('.md')),
];
for (const document of documents) {
  const text = readFileSync(document, 'utf8').replaceAll(/```[\s\S]*?```/g, '');
  for (const [, target] of text.matchAll(/\]\((?!https?:|#|mailto:)([^)\s]+)\)/g)) {
    const [place, name] = target.split('#');
    const file = normalize(join(dirname(document), place));
    if (!existsSync(file)) problems.push(`${document}: links to ${file}, which is not there`);
    else if (name !== undefined && /\.(ts|wgsl)$/.test(file) && !hasName(file, name))
      problems.push(`${document}: links to ${name} of ${file}, which has no such name`);
  }
}

function hasName(file, name) {
  return new RegExp(
    `\\b(function|const|let|class|interface|type|fn|async|get)\\*? ${name}\\b|^ +(async |override |protected |abstract )*${name}[(<:]`,
    'm',
  ).test(readFileSync(file, 'utf8'));
}

/** Every file of src lies in a folder that a layer names. */
const folders = src.map(({ folder }) => `src/${folder}/`);
for (const file of code)
  if (dirname(file) !== 'src' && !folders.some((folder) => file.startsWith(folder)))
    problems.push(`${relative('.', file)}: lies in no layer of layers.json`);

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
console.log(
  `structure: ${code.length} files in ${src.length} layers; ${path.length} files from ${start} to the step`,
);
