// The embedded part of Fashion-MNIST (Xiao et al. 2017): its first 5,000 training and 1,000 test images.

import { makeSource, type Dataset, type DataSource } from '../dataset.ts';
import { embeddedData } from '../package-root.ts';
import { loadIdx } from './idx.ts';

const classNames = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];

const named = (part: Dataset): Dataset => ({ ...part, name: 'fashion-mini', classNames });

/** Ten classes, 28x28x1. */
export async function loadFashionMini(): Promise<DataSource> {
  const path = embeddedData('fashion-mnist');
  const { train, test } = await loadIdx(path);
  return makeSource(named(train), test && named(test), path);
}
