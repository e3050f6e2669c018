// A search space of one's own. Spaces and operations are plain data: an operation is a list of layers. The fused fan
// recognises `sep_conv_7x7` (ReLU, depthwise, 1x1, norm, twice); it does not know `depthwise_pair`, which is lowered to
// primitive operations and joins the node as one more term. Both are searched alike.
//
//   npx tsx examples/own-operation.ts

import { type CandidateOperation, dartsCnn, type Layer, search, type ImageSpace } from '../src/index.ts';

function half(kernel: number, stride: 1 | 'edge'): Layer[] {
  return [
    { kind: 'relu' },
    { kind: 'depthwise', kernel, stride, dilation: 1 },
    { kind: 'convolution', kernel: 1, stride: 1 },
    { kind: 'norm' },
  ];
}

const separable7: CandidateOperation = { name: 'sep_conv_7x7', layers: [...half(7, 'edge'), ...half(7, 1)] };

const depthwisePair: CandidateOperation = {
  name: 'depthwise_pair',
  layers: [
    { kind: 'depthwise', kernel: 3, stride: 'edge', dilation: 1 },
    { kind: 'relu' },
    { kind: 'depthwise', kernel: 3, stride: 1, dilation: 2 },
    { kind: 'norm' },
  ],
};

export const space: ImageSpace = {
  ...dartsCnn,
  name: 'my-space',
  operations: [...dartsCnn.operations.slice(0, 4), separable7, depthwisePair],
};

const { text, history } = await search({
  space,
  config: { data: 'digits', channels: 4, cells: 3, epochs: 2, batch: 64, seed: 1 },
});
console.log(text);
console.log(`validation accuracy ${(history.at(-1)!.validAccuracy * 100).toFixed(1)} %`);
