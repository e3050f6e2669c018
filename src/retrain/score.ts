// Scores of a classifier on a test set, from its logits.

interface ClassScore {
  /** Images of the class. */
  readonly images: number;
  /** Images that were taken for it. */
  readonly predicted: number;
  /** Share of its images that were recognised; NaN where it has none. */
  readonly recall: number;
  /** Share of what was taken for it that is it; NaN where nothing was. */
  readonly precision: number;
}

export interface Score {
  readonly images: number;
  readonly correct: number;
  readonly accuracy: number;
  /** 95 % of the accuracy, by Wilson's score: the error that the size of the test set leaves. */
  readonly interval: readonly [low: number, high: number];
  /** Mean cross-entropy in nats. */
  readonly loss: number;
  /** Of 15 equal bins (Guo et al. 2017): mean distance of confidence and accuracy, weighted by images. */
  readonly calibrationError: number;
  /** [class, prediction]: images. */
  readonly confusion: readonly (readonly number[])[];
  readonly classes: readonly ClassScore[];
}

const bins = 15;
/** 97.5 % quantile of the normal distribution. */
const z = 1.959963984540054;

/** Wilson's score interval (1927), 95 %, of `correct` out of `images`. */
export function wilsonInterval(correct: number, images: number): readonly [low: number, high: number] {
  const share = correct / images;
  const center = (share + (z * z) / (2 * images)) / (1 + (z * z) / images);
  const margin =
    (z * Math.sqrt((share * (1 - share)) / images + (z * z) / (4 * images * images))) /
    (1 + (z * z) / images);
  return [Math.max(0, center - margin), Math.min(1, center + margin)];
}

/** logits: [images, classes], dense; labels: [images]. Ties go to the first class, as in training. */
export function scoreLogits(logits: ArrayLike<number>, labels: ArrayLike<number>, classes: number): Score {
  const confusion = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
  const filled = Array.from({ length: bins }, () => ({ images: 0, correct: 0, confidence: 0 }));
  const images = labels.length;
  let [loss, correct] = [0, 0];
  for (let n = 0; n < images; n++) {
    const row = Array.from({ length: classes }, (_, k) => logits[n * classes + k]!);
    const label = labels[n]!;
    const best = row.reduce((best, value, k) => (value > row[best]! ? k : best), 0);
    const sum = row.reduce((total, value) => total + Math.exp(value - row[best]!), 0);
    loss += Math.log(sum) - (row[label]! - row[best]!);
    confusion[label]![best]! += 1;
    const confidence = 1 / sum;
    const bin = filled[Math.min(bins - 1, Math.floor(confidence * bins))]!;
    bin.images += 1;
    bin.confidence += confidence;
    if (best !== label) continue;
    correct += 1;
    bin.correct += 1;
  }
  const gaps = filled.reduce((total, bin) => total + Math.abs(bin.correct - bin.confidence), 0);
  return {
    images,
    correct,
    accuracy: correct / images,
    interval: wilsonInterval(correct, images),
    loss: loss / images,
    calibrationError: gaps / images,
    confusion,
    classes: confusion.map((row, k) => {
      const own = row.reduce((total, count) => total + count, 0);
      const predicted = confusion.reduce((total, other) => total + other[k]!, 0);
      return { images: own, predicted, recall: row[k]! / own, precision: row[k]! / predicted };
    }),
  };
}
