// `mixop export`: a trained network in the forms of other tools.

import { dirname } from 'node:path';
import { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import { encodeOnnx } from '../../networks/export/onnx.ts';
import { pytorchModule } from '../../networks/export/pytorch.ts';
import { openTrained } from '../../networks/trained.ts';
import { encodeWeights } from '../../networks/weights.ts';
import { makeFolder, writeAtomic } from '../../runs/files.ts';
import { weightsOf } from './evaluate.ts';

interface Flags {
  readonly weights: string;
  readonly safetensors?: string;
  readonly onnx?: string;
  readonly pytorch?: string;
  readonly json?: boolean;
}

const examples = `
Examples:
  mixop export runs/b --onnx network.onnx             images [N, C, H, W] in, logits [N, classes] out
  mixop export runs/b --safetensors network.safetensors --weights best
  mixop export runs/b --pytorch network.py            with network.safetensors beside it

Images go in normalised: (share of full white - mean) / deviation, as the metadata of every form say. In Python:
  from network import load, normalise
  logits = load("network.safetensors")(normalise(images))`;

export function exportCommand(): Command {
  return new Command('export')
    .description('write a trained network as safetensors, ONNX or a PyTorch module')
    .argument('<run|file>', 'the folder of a training, or a safetensors file that mixop wrote')
    .option('--weights <last|best>', 'of a run: after the last epoch or the best one', 'last')
    .option('--safetensors <file>', "weights and running statistics under PyTorch's names")
    .option('--onnx <file>', 'a model that any ONNX runtime runs')
    .option('--pytorch <file.py>', 'a Python module that needs torch only, and its weights beside it')
    .option('--json', 'print one JSON object, for programs')
    .addHelpText('after', examples)
    .action(run);
}

async function run(path: string, flags: Flags): Promise<void> {
  const { safetensors, onnx, pytorch } = flags;
  if (safetensors === undefined && onnx === undefined && pytorch === undefined) {
    const remedy = 'add --onnx FILE, --safetensors FILE or --pytorch FILE.py';
    throw new MixopError('usage', 'export', 'no form is asked for', remedy);
  }
  if (pytorch !== undefined && !pytorch.endsWith('.py'))
    throw new MixopError('usage', '--pytorch', `"${pytorch}" is no name of a module`, 'let it end in .py');
  const trained = await openTrained(path, weightsOf(flags.weights));
  const { card, weights, file } = trained;
  const written: string[] = [];
  const write = async (name: string, content: string | Uint8Array): Promise<void> => {
    await makeFolder(dirname(name));
    await writeAtomic(name, content);
    written.push(name);
  };
  const tensors = encodeWeights(weights, card);
  if (safetensors !== undefined) await write(safetensors, tensors);
  if (onnx !== undefined) await write(onnx, encodeOnnx(trained));
  if (pytorch !== undefined) {
    await write(pytorch, await pytorchModule(card, file));
    await write(pytorch.replace(/\.py$/, '.safetensors'), tensors);
  }
  if (flags.json === true) console.log(JSON.stringify({ files: written, from: file, card }));
  else for (const name of written) console.log(name);
}
