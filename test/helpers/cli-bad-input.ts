// What users get wrong: a command line, and what the one line that answers must say.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cifar, idxPair } from './data-support.ts';

export interface BadInput {
  readonly name: string;
  readonly args: string;
  readonly code: number;
  /** Parts of the line, in order. */
  readonly says: readonly string[];
}

/** A search of a second, on few images. */
export const quick = '--channels 2 --cells 3 --batch 16 --set trainFraction=0.05 --epochs 2';

/** The files that the rows below name. */
export function writeBadFiles(folder: string): void {
  const write = (name: string, content: string | Uint8Array): void => {
    writeFileSync(join(folder, name), content);
  };
  write('unknown.yaml', 'epochs: 3\nweights:\n  rate: 0.05\n  momentun: 0.3\n');
  write('type.yaml', 'epochs: 3\nweights:\n  momentum: high\n');
  write('batch.yaml', '# a comment\nbatch: 5000\n');
  write('twice.yaml', 'epochs: 3\nepochs: 4\n');
  write('broken.yaml', 'epochs: [3\nbatch: 4\n');
  write('list.yaml', '- epochs\n');
  write('prototype.json', '{"epochs": 3, "__proto__": {"a": 1}}');
  write('truncated.bin', cifar([[1], [2], [3]]).subarray(0, 7000));
  write('label.bin', cifar([[1], [2], [77], [3]]));
  const { images, labels } = idxPair([0, 1, 2, 0, 1, 2]);
  write('train-images-idx3-ubyte', images.subarray(0, 30));
  write('train-labels-idx1-ubyte', labels);
  write('short.json', '{"normal": [[0, 1]], "reduce": [[0, 1]]}');
  write('nan.json', '{"normal": [[0, NaN]],\n "reduce": [[Infinity]]}');
  write('text.json', '{"normal": "none"}');
  const rows = Array.from({ length: 14 }, () => Array.from({ length: 8 }, () => 0));
  const cell = Array.from({ length: 8 }, (_, edge) => `('sep_conv_3x3', ${edge % 2})`).join(', ');
  const genotype = `Genotype(normal=[${cell}], normal_concat=[2], reduce=[${cell}], reduce_concat=[2])`;
  write(
    'genotype.json',
    JSON.stringify([
      { alphas_normal: rows, alphas_reduce: rows, genotype: genotype.replace('conv', 'konv') },
    ]),
  );
  mkdirSync(join(folder, 'holiday'));
  writeFileSync(join(folder, 'holiday', 'photo.txt'), '');
  write('file', '');
  write('short.txt', 'a few\nwords\n');
  write('latin1.txt', Uint8Array.of(0x66, 0xfc, 0x72));
}

const onText = '--space darts-rnn --data text:';
const text: readonly BadInput[] = [
  {
    name: 'alphas that would never learn from text',
    args: `${onText}short.txt --epochs 2 --set alphas.warmupEpochs=3`,
    code: 3,
    says: ['--set alphas.warmupEpochs: is 3 of 2 epochs', 'less than epochs (2)'],
  },
  {
    name: 'a text search without text',
    args: '--space darts-rnn',
    code: 3,
    says: ['data: is missing', 'text:'],
  },
  {
    name: 'images for a text search',
    args: '--space darts-rnn --data digits',
    code: 3,
    says: ['--data: "digits" is not text', 'text:PATH'],
  },
  {
    name: 'a short text',
    args: `${onText}short.txt --batch 4`,
    code: 3,
    says: ['--batch: is 4, too many for 4 training words', 'it needs 144'],
  },
  { name: 'bytes that are no text', args: `${onText}latin1.txt`, code: 4, says: ['latin1.txt', 'not UTF-8'] },
  { name: 'a text that is absent', args: `${onText}none.txt`, code: 4, says: ['none.txt', 'no such file'] },
  {
    name: 'a folder without a part',
    args: `${onText}holiday`,
    code: 4,
    says: ['holiday: no file is called train', 'one file called train'],
  },
  {
    name: 'channels of a text search',
    args: `${onText}short.txt --channels 4`,
    code: 3,
    says: ['--channels: is not a known key', 'units'],
  },
  {
    name: 'syllables',
    args: `${onText}short.txt --set tokens=syllables`,
    code: 3,
    says: ['--set tokens: is "syllables"', 'words or characters'],
  },
];

const configuration: readonly BadInput[] = [
  { name: 'a negative seed', args: '--seed -1', code: 3, says: ['--seed: is -1', 'at least 0'] },
  { name: 'no channels', args: '--channels 0', code: 3, says: ['--channels: is 0', 'over 0'] },
  { name: 'half an epoch', args: '--epochs 0.5', code: 3, says: ['--epochs: is 0.5', 'whole number'] },
  {
    name: 'alphas that would never learn',
    args: '--epochs 2 --set alphas.warmupEpochs=2',
    code: 3,
    says: ['--set alphas.warmupEpochs: is 2 of 2 epochs', 'less than epochs (2)'],
  },
  { name: 'words for a number', args: '--batch many', code: 3, says: ['--batch: is "many"', 'a number'] },
  { name: 'a third order', args: '--order 3', code: 3, says: ['--order: is 3', '1 or 2'] },
  {
    name: 'a batch of one',
    args: '--batch 1',
    code: 3,
    says: ['--batch: is 1', 'use 2 or more: batch norm'],
  },
  {
    name: 'a batch larger than a split',
    args: '--batch 5000',
    code: 3,
    says: ['--batch: 5000 images are more than the 898', 'at most 898'],
  },
  {
    name: 'an unknown space',
    args: '--space dart-cnn',
    code: 3,
    says: ['--space', 'did you mean "darts-cnn"'],
  },
  { name: 'an unknown data set', args: '--data digit', code: 3, says: ['--data', 'did you mean "digits"'] },
  {
    name: 'an unknown key',
    args: '--set weights.rat=1',
    code: 3,
    says: ['--set weights.rat: is not a known key', '"rate"'],
  },
  { name: 'a value for a group', args: '--set weights=1', code: 3, says: ['--set weights: is 1', 'keys'] },
  {
    name: 'a list that is short',
    args: '--set alphas.betas=[0.5]',
    code: 3,
    says: ['alphas.betas', '2 numbers'],
  },
  { name: 'a --set without a value', args: '--set epochs', code: 2, says: ['--set epochs', 'key=value'] },
  {
    name: 'a key that is none',
    args: '--set __proto__.x=1',
    code: 2,
    says: ['--set __proto__', 'key=value'],
  },
  {
    name: 'an unknown key in a file',
    args: '--config unknown.yaml',
    code: 3,
    says: ['unknown.yaml:4:3: weights.momentun', 'did you mean "momentum"'],
  },
  {
    name: 'a wrong type in a file',
    args: '--config type.yaml',
    code: 3,
    says: ['type.yaml:3:13: weights.momentum: is "high"', 'a number'],
  },
  {
    name: 'a wrong batch in a file',
    args: '--config batch.yaml',
    code: 3,
    says: ['batch.yaml:2:8: batch: 5000'],
  },
  { name: 'a key twice', args: '--config twice.yaml', code: 3, says: ['twice.yaml:2:1', 'unique'] },
  {
    name: 'a file that is not YAML',
    args: '--config broken.yaml',
    code: 3,
    says: ['broken.yaml:2:1', 'YAML'],
  },
  { name: 'a file without keys', args: '--config list.yaml', code: 3, says: ['list.yaml:1:1', 'key: value'] },
  {
    name: 'a hidden key',
    args: '--config prototype.json',
    code: 3,
    says: ['prototype.json:1:15', '__proto__'],
  },
  { name: 'a missing file', args: '--config nowhere.yaml', code: 3, says: ['nowhere.yaml: no such file'] },
];

const dataAndFolders: readonly BadInput[] = [
  { name: 'missing data', args: '--data cifar10:nowhere.bin', code: 4, says: ['nowhere.bin: no such file'] },
  { name: 'truncated CIFAR', args: '--data cifar10:truncated.bin', code: 4, says: ['truncated.bin', '7000'] },
  { name: 'truncated IDX', args: '--data idx:.', code: 4, says: ['train-images-idx3-ubyte', 'truncated'] },
  {
    name: 'a label out of range',
    args: '--data cifar10:label.bin',
    code: 4,
    says: ['label.bin', '77', 'range'],
  },
  {
    name: 'a folder below a file',
    args: `--out file/run ${quick}`,
    code: 5,
    says: ['file/run', 'cannot be written'],
  },
  { name: 'a file as run folder', args: '--out file', code: 5, says: ['file: is a file', '--out'] },
  {
    name: 'a folder of other things',
    args: '--out holiday',
    code: 5,
    says: ['holiday: is not empty', '--out'],
  },
  {
    name: 'a folder that holds a run',
    args: '--out run',
    code: 5,
    says: ['run: holds another run', '--resume'],
  },
  {
    name: 'a resume with other values',
    args: '--out run --resume --epochs 7',
    code: 5,
    says: ['run/config.json', 'epochs was 2 and is now 7', 'stored values'],
  },
  { name: 'a resume of nothing named', args: '--resume', code: 2, says: ['--resume: needs --out'] },
  {
    name: 'an unknown executor',
    args: '--executor wasn',
    code: 2,
    says: ['--executor', 'did you mean "wasm"'],
  },
  {
    name: 'a loss that is not finite',
    args: `--out lost ${quick} --set weights.rate=1e30 --set weights.clip=1e30 --set checkpoints.everySteps=1`,
    code: 6,
    says: ['epoch 1, step 2', 'loss is NaN', 'last good checkpoint', 'step-00000001.ckpt'],
  },
];

const others: readonly BadInput[] = [
  {
    name: 'an unknown command',
    args: 'serach',
    code: 2,
    says: ['serach: unknown command', 'did you mean search?'],
  },
  {
    name: 'an unknown flag',
    args: 'search --epoch 3',
    code: 2,
    says: ['--epoch: unknown option', '--epochs'],
  },
  { name: 'a flag without a value', args: 'search --epochs', code: 2, says: ['--epochs: argument missing'] },
  {
    name: 'too many arguments',
    args: 'search digits',
    code: 2,
    says: ['search: 1 arguments where it takes 0'],
  },
  {
    name: 'a missing argument',
    args: 'derive',
    code: 2,
    says: ['run|alphas.json: missing required argument'],
  },
  { name: 'a run that is not there', args: 'runs show nowhere', code: 5, says: ['nowhere: no such folder'] },
  { name: 'a folder without a run', args: 'runs show holiday', code: 5, says: ['holiday: holds no run'] },
  { name: 'no folder of runs', args: 'runs ls nowhere', code: 5, says: ['nowhere: no such folder'] },
  {
    name: 'alphas that are not there',
    args: 'derive nowhere.json',
    code: 4,
    says: ['nowhere.json: no such file'],
  },
  {
    name: 'alphas of a wrong shape',
    args: 'derive short.json',
    code: 4,
    says: ['short.json normal', '14 rows'],
  },
  { name: 'alphas that are not JSON', args: 'derive nan.json', code: 4, says: ['nan.json:1:17', 'JSON'] },
  { name: 'alphas that are text', args: 'derive text.json', code: 4, says: ['text.json', 'matrices'] },
  {
    name: 'an epoch that is not there',
    args: 'derive run --epoch 9',
    code: 5,
    says: ['no epoch 9', '1 to 2'],
  },
  { name: 'an epoch of a file', args: 'derive short.json --epoch 1', code: 2, says: ['--epoch'] },
  {
    name: "another space than the run's",
    args: 'derive run --space nasbench201',
    code: 2,
    says: ['--space'],
  },
  { name: 'a missing fixture', args: 'verify --fixture holiday', code: 4, says: ['holiday/manifest.json'] },
  {
    name: 'a malformed genotype',
    args: 'verify --derive-cases genotype.json',
    code: 4,
    says: ['genotype.json: case 0:1:20', "'sep_konv_3x3'", 'did you mean sep_conv_3x3'],
  },
  {
    name: 'a size that is none',
    args: 'bench kernels --size large',
    code: 2,
    says: ['--size: "large" is no size', 'small, full'],
  },
  {
    name: 'a kernel that is none',
    args: 'bench kernels --only famforward',
    code: 2,
    says: ['--only: no kernel has', 'fan forward'],
  },
  {
    name: 'a baseline that is not there',
    args: 'bench kernels --compare nowhere.json',
    code: 4,
    says: ['nowhere.json: there is no such file', '--json'],
  },
  {
    name: 'a baseline of something else',
    args: 'bench kernels --compare short.json',
    code: 4,
    says: ['short.json: is not what mixop bench kernels --json writes', 'again'],
  },
  {
    name: 'a schedule that is none',
    args: 'bench kernels --executor webgpu --schedule tile',
    code: 2,
    says: ['--schedule: "tile"', 'tiles or workgroup'],
  },
];

export const badInputs: readonly BadInput[] = [
  ...[...configuration, ...text, ...dataAndFolders].map((row) => ({ ...row, args: `search ${row.args}` })),
  ...others,
];
