// The unfused tfjs compositions of mixop's fused kernels: what a tfjs user would write for the same outputs. Of the spaces
// only `darts-cnn`.

import * as tf from '@tensorflow/tfjs';
import type { FanForward } from '../../src/kernels/operations/fan/types.ts';
import type { NodeSumForward } from '../../src/kernels/operations/node-sum/types.ts';
import type { PreprocessForward } from '../../src/kernels/operations/preprocess/types.ts';
import { normalise } from './tfjs-gradients.ts';
import { beforeNorm, cell, mixedEdge, type GetParameter, preprocess, scalars } from './tfjs-supernet.ts';

type Tensor = tf.Tensor4D;
type Shape = readonly number[];

export interface Composition {
  /** Shapes of the images that it starts from. */
  readonly images: readonly Shape[];
  readonly alpha?: Shape;
  readonly run: (get: GetParameter, images: readonly Tensor[], alpha?: tf.Tensor) => readonly Tensor[];
}

/**
 * All edges that leave one state, each with pools of its own: the candidates before their last norm, edge by edge in the
 * order of alpha's columns, and their means and variances, which are only computed.
 */
export function fanComposition({ reads: { x, branches }, stride }: FanForward): Composition {
  const columns = [1, 2, 3, 4, 5, 6, 7];
  const edges = branches.length / (stride === 1 ? 4 : 5);
  return {
    images: [x.shape],
    run: (get, [image]) =>
      Array.from({ length: edges }, (_, edge) =>
        columns.map((column) => {
          if (column === 3 && stride === 1) return image!;
          const y = beforeNorm(get, image!, `${edge}._ops.${column}`, column, stride);
          tf.moments(y, [0, 1, 2]);
          return y;
        }),
      ).flat(),
  };
}

/** Norms, weights by the softmax of alpha, and sums: first over an edge's operations, then over the edges. */
export function nodeComposition({ reads: { edges, mix } }: NodeSumForward): Composition {
  const sources = [...new Set(edges.flatMap(({ terms }) => terms.map(({ source }) => source)))];
  const operations = mix!.shape[1]!;
  return {
    images: sources.map(({ shape }) => shape),
    alpha: mix!.shape,
    run: (_, images, alpha) => {
      const weights = scalars(alpha!);
      const sums = edges.map(({ row, terms }) => {
        const weighted = terms.map(({ column, source, statistics }) => {
          const image = images[sources.indexOf(source)]!;
          const term = statistics === undefined ? image : normalise(image);
          return tf.mul(term, weights[row * operations + column]!);
        });
        return tf.addN(weighted);
      });
      return [tf.addN(sums) as Tensor];
    },
  };
}

/** The states that leave a cell are put side by side first. */
export function preprocessComposition({ reads: { xs, weights } }: PreprocessForward): Composition {
  const halves = weights.length === 2;
  const outputs = weights.reduce((sum, { shape }) => sum + shape[1]!, 0);
  return {
    images: xs.map(({ shape }) => shape),
    run: (get, images) => {
      const x = images.length === 1 ? images[0]! : tf.concat([...images], 3);
      return [preprocess(get, x, 'preprocess', outputs, halves)];
    },
  };
}

/** Two inputs of that shape, 14 edges of 8 operations. */
export function cellComposition(shape: Shape, reduces: boolean): Composition {
  return {
    images: [shape, shape],
    alpha: [14, 8],
    run: (get, images, alpha) => [cell(get, scalars(alpha!), images, reduces, 'cell')],
  };
}

export function edgeComposition(shape: Shape, stride: 1 | 2): Composition {
  return {
    images: [shape],
    alpha: [8],
    run: (get, [image], alpha) => [mixedEdge(get, scalars(alpha!), image!, 'edge', stride)],
  };
}
