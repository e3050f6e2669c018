// Which file may import which. The layers, and the order of the folders inside src/kernels, are data (layers.json); here
// they become rules. Imports point down only, and never in a circle, be it of types.

const { src, kernels } = require('./layers.json');

const layers = Object.fromEntries(src.map(({ folder, imports }) => [folder, imports]));

// A layer may import only what stands before it in the list.
for (const [index, { folder, imports }] of src.entries()) {
  const below = src.slice(0, index).map((layer) => layer.folder);
  const above = imports.filter((name) => !below.includes(name));
  if (above.length > 0)
    throw new Error(`layers.json: ${folder} imports ${above.join(', ')}, which do not stand below it`);
}

/** The folders of src/kernels from the bottom up, each operation with the folders of its executors and the twins of kernels. */
const rooms = kernels.order.flatMap(({ folder }) => {
  if (folder === 'kernels/updates') return withExecutors(folder);
  if (folder !== 'kernels/operations/*') return [folder];
  return kernels.operations.flatMap((operation) => withExecutors(`kernels/operations/${operation}`));
});

function withExecutors(folder) {
  return [folder, `${folder}/wasm`, `${folder}/webgpu`, `${folder}/webgpu/naive`];
}

/** Matches the files of these folders of src. */
const inFolders = (names) => `^src/(${names.join('|')})/`;
/** Matches the files that lie in these folders themselves, not in folders inside them. */
const directlyIn = (names) => `^src/(${names.join('|')})/[^/]+$`;

const layerRules = src.map(({ folder, imports }) => ({
  name: `layer-${folder}`,
  comment: `src/${folder} may import ${imports.length > 0 ? imports.map((name) => `src/${name}`).join(', ') : 'nothing above it'}`,
  severity: 'error',
  from: { path: inFolders([folder]) },
  to: { path: '^src/', pathNot: inFolders([folder, ...imports]) },
}));

const kernelRules = rooms.slice(0, -1).map((room, index) => ({
  name: `kernels-order-${room}`,
  comment: `src/${room} stands below what it imports here (the order of layers.json)`,
  severity: 'error',
  from: { path: directlyIn([room]) },
  to: { path: directlyIn(rooms.slice(index + 1)) },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    ...kernelRules,
    {
      name: 'layer-index',
      comment: 'src/index.ts and src/browser.ts, the library, may import every layer but the command line',
      severity: 'error',
      from: { path: '^src/(index|browser)\\.ts$' },
      to: { path: '^src/', pathNot: inFolders(layers.cli) },
    },
    {
      name: 'layer-unknown',
      comment: 'a folder of src that layers.json does not have',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(index|browser)\\.ts$', inFolders(Object.keys(layers))] },
      to: {},
    },
    {
      name: 'kernels-unknown',
      comment: 'a folder of src/kernels that the order of layers.json does not have',
      severity: 'error',
      from: { path: '^src/kernels/', pathNot: directlyIn(rooms) },
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
      comment: 'only src/runs, src/data, src/verify and src/cli touch files, and one file reads kernels.wasm',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(runs|data|verify|cli)/', '^src/engine/wasm-executor\\.ts$'] },
      to: { path: '^(node:)?fs(/promises)?$' },
    },
    {
      name: 'reference-alone',
      comment: 'a reference shares nothing with the fast paths that it checks',
      severity: 'error',
      from: { path: ['^src/kernels/.*reference\\.ts$', '^src/kernels/.*reference/'] },
      to: { path: ['\\.wgsl', '\\.as\\.ts$', '/wasm/', '/webgpu/'] },
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
    // Type-only imports count, and so does `process.getBuiltinModule('node:fs')`.
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '^(dist|coverage|runs|data)/' },
    doNotFollow: { path: 'node_modules' },
  },
};
