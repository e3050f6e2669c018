// The layers of src: which folder may import which. Imports point down only, and never in a circle, be it of types.
// A folder that is not named here is refused, so that a new layer is a decision.

const strategies = ['bilevel', 'discrete-baselines', 'retrain', 'predictors'];
const foundation = ['supernet', 'data', 'kernels', 'base'];

const layers = {
  base: [],
  kernels: ['base'],
  data: ['kernels', 'base'],
  supernet: ['kernels', 'base'],
  // Strategies know interfaces: neither each other nor what implements those interfaces.
  bilevel: ['base'],
  'discrete-baselines': ['predictors', 'data', 'base'],
  predictors: ['data', 'base'],
  retrain: ['data', 'base'],
  runs: [...strategies, ...foundation],
  search: ['runs', ...strategies, ...foundation],
  report: ['search/baseline', 'networks', 'search', 'runs', ...strategies, ...foundation],
  networks: ['search', 'runs', ...strategies, ...foundation],
  // Searches without gradient train networks to score them: a layer of its own inside of search's folder.
  'search/baseline': ['networks', 'search', 'runs', ...strategies, ...foundation],
  measure: ['networks', 'search', 'runs', ...strategies, ...foundation],
  verify: ['runs', ...strategies, ...foundation],
  // An entry of its own: nothing else loads TensorFlow.js.
  tfjs: ['supernet', 'kernels', 'base'],
  cli: [
    'report',
    'measure',
    'search/baseline',
    'networks',
    'search',
    'verify',
    'runs',
    ...strategies,
    ...foundation,
  ],
};

/** A layer's folder, without the folders in it that are layers of their own. */
const own = (name) => {
  const inner = Object.keys(layers).filter((other) => other.startsWith(`${name}/`));
  return `${name}/${inner.map((other) => `(?!${other.slice(name.length + 1)}/)`).join('')}`;
};

/** Matches the files of these folders of src. */
const inFolders = (names) => `^src/(${names.map(own).join('|')})`;

const layerRules = Object.entries(layers).map(([name, below]) => ({
  name: `layer-${name}`,
  comment: `src/${name} may import ${below.length > 0 ? below.map((folder) => `src/${folder}`).join(', ') : 'nothing above it'}`,
  severity: 'error',
  from: { path: inFolders([name]) },
  to: { path: '^src/', pathNot: inFolders([name, ...below]) },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'layer-index',
      comment: 'src/index.ts and src/browser.ts, the library, may import every layer but the command line',
      severity: 'error',
      from: { path: '^src/(index|browser)\\.ts$' },
      to: { path: '^src/', pathNot: inFolders(layers.cli) },
    },
    {
      name: 'layer-unknown',
      comment: 'a folder of src that is not in the table of layers',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(index|browser)\\.ts$', inFolders(Object.keys(layers))] },
      to: {},
    },
    {
      name: 'public-entry',
      comment:
        'src/index.ts and src/browser.ts are for users: inside src, import the file that has the thing',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^src/((tfjs/)?index|browser)\\.ts$' },
    },
    {
      name: 'tfjs-apart',
      comment: 'only src/tfjs loads TensorFlow.js: users of the other entries do not pay for it',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/tfjs/' },
      to: { path: 'node_modules/@tensorflow/' },
    },
    {
      name: 'circle',
      comment: 'no circles of imports, of types neither',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'files-below-runs',
      comment: 'only src/runs, src/data, src/verify and src/cli touch files',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(runs|data|verify|cli)/' },
      to: { path: '^(node:)?fs(/promises)?$' },
    },
    {
      name: 'reference-alone',
      comment: 'a reference shares nothing with the fast paths that it checks',
      severity: 'error',
      from: { path: ['^src/kernels/.*reference\\.ts$', '^src/kernels/.*reference/'] },
      to: { path: ['\\.wgsl', '\\.as\\.ts$', '/wasm', '/assembly/'] },
    },
    {
      name: 'source-stands-alone',
      comment: 'src does not import tests, benchmarks, examples or scripts',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|examples|scripts)/' },
    },
    {
      name: 'declared-dependencies',
      comment: 'src imports only what users get installed: dependencies and optionalDependencies',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    // Type-only imports count.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '^(dist|coverage|runs|data)/' },
    doNotFollow: { path: 'node_modules' },
  },
};
