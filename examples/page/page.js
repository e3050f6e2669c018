// Searches a cell on the digits in this page, on WebGPU where the browser has it, and shows how it goes. Sizes can be
// given in the address: ?epochs=3&images=500&channels=8&cells=4&executor=wasm
import { drawCell, imageSpaces, parseDigits, searchDataset } from '../../dist/browser/index.js';

const at = (id) => document.getElementById(id);
const given = new URLSearchParams(location.search);
const number = (name, otherwise) => Number(given.get(name) ?? otherwise);

async function loadDigits() {
  const address = new URL('../../data/digits/digits.csv.gz', import.meta.url);
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: the server answers ${response.status}`);
  const unpacked = response.body.pipeThrough(new DecompressionStream('gzip'));
  const lines = (await new Response(unpacked).text()).trimEnd().split('\n');
  return parseDigits(lines.slice(0, number('images', lines.length)).join('\n'), 'digits.csv.gz');
}

function show(progress) {
  if (progress.kind === 'warning') at('error').textContent = progress.message;
  if (progress.kind === 'start') {
    at('status').textContent =
      `Searching on ${progress.executor}: ${progress.parameters} weights, ${progress.trainExamples} images.`;
    at('bar').max = progress.epochs * progress.stepsPerEpoch;
    stepsPerEpoch = progress.stepsPerEpoch;
  }
  if ('position' in progress) {
    at('bar').value = progress.position.epoch * stepsPerEpoch + progress.position.step;
  }
  if (progress.kind === 'epoch') {
    const { trainLoss, validLoss, validAccuracy } = progress.record;
    const values = [
      progress.position.epoch,
      trainLoss.toFixed(3),
      validLoss.toFixed(3),
      `${(100 * validAccuracy).toFixed(1)} %`,
    ];
    const row = at('epochs').insertRow();
    for (const value of values) row.insertCell().textContent = value;
  }
}

let stepsPerEpoch = 1;
const stop = new AbortController();
at('stop').addEventListener('click', () => stop.abort());

try {
  const dataset = await loadDigits();
  at('status').textContent = 'Preparing: the kernels are compiled.';
  at('stop').disabled = false;
  const { finished, genotype, text } = await searchDataset({
    dataset,
    config: {
      epochs: number('epochs', 5),
      channels: number('channels', 8),
      cells: number('cells', 4),
      batch: number('batch', 64),
      seed: number('seed', 1),
    },
    executor: given.get('executor') ?? (navigator.gpu === undefined ? 'wasm' : 'webgpu'),
    onProgress: show,
    signal: stop.signal,
  });
  for (const [kind, cell] of Object.entries(genotype)) {
    at('cells').insertAdjacentHTML('beforeend', await drawCell(cell, imageSpaces['darts-cnn'], kind));
  }
  at('status').textContent = finished ? 'The search is finished.' : 'The search was stopped.';
  at('genotype').textContent = text;
} catch (error) {
  at('error').textContent = String(error);
} finally {
  at('stop').disabled = true;
}
