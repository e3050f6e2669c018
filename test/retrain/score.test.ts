// Scores and summaries against values worked out by hand or published.
import { describe, expect, test } from 'vitest';
import { scoreLogits, wilsonInterval } from '../../src/retrain/score.ts';
import { studentQuantile } from '../../src/base/statistics.ts';
import { summariseSeeds } from '../../src/retrain/seed-summary.ts';

describe('Wilson interval', () => {
  // The first is the example of Newcombe (1998), table I: 81 of 263.
  test.each([
    { correct: 81, images: 263, low: 0.2553, high: 0.3662 },
    { correct: 15, images: 148, low: 0.0624, high: 0.1605 },
    { correct: 0, images: 20, low: 0, high: 0.1611 },
    { correct: 29, images: 29, low: 0.883, high: 1 },
  ])('of $correct out of $images', ({ correct, images, low, high }) => {
    const [from, to] = wilsonInterval(correct, images);
    expect(from).toBeCloseTo(low, 4);
    expect(to).toBeCloseTo(high, 4);
  });
});

describe('seeds', () => {
  test('have mean, deviation and an interval by Student’s t', () => {
    const { mean, deviation, interval } = summariseSeeds([0.5, 0.52, 0.57]);
    expect(mean).toBeCloseTo(0.53, 12);
    expect(deviation).toBeCloseTo(Math.sqrt(0.0026 / 2), 12);
    const margin = (4.303 * deviation!) / Math.sqrt(3);
    expect(interval![0]).toBeCloseTo(0.53 - margin, 12);
    expect(interval![1]).toBeCloseTo(0.53 + margin, 12);
  });

  test('have no interval where there is one, and none beyond 0 and 1', () => {
    expect(summariseSeeds([0.9])).toEqual({ values: [0.9], mean: 0.9 });
    expect(summariseSeeds([0.2, 0.9]).interval).toEqual([0, 1]);
  });

  test.each([
    [1, 12.706],
    [30, 2.042],
    [31, 2.0395],
    [60, 2.0003],
    [1000, 1.9623],
  ])('quantile of %i degrees', (degrees, quantile) => {
    expect(Math.abs(studentQuantile(degrees) - quantile)).toBeLessThan(0.002);
  });
});

describe('a classifier of two classes', () => {
  // Confidences e / (1 + e) = 0.7311 and 0.8808; the third is wrong and the fourth a tie, which goes to class 0.
  const logits = [1, 0, 0, 2, 1, 0, 0, 0];
  const score = scoreLogits(logits, [0, 1, 1, 0], 2);

  test('is counted by class and prediction', () => {
    expect(score.confusion).toEqual([
      [2, 0],
      [1, 1],
    ]);
    expect(score.classes).toEqual([
      { images: 2, predicted: 3, recall: 1, precision: 2 / 3 },
      { images: 2, predicted: 1, recall: 0.5, precision: 1 },
    ]);
    expect(score).toMatchObject({ images: 4, correct: 3, accuracy: 0.75 });
  });

  test('has loss and calibration error', () => {
    const [sure, surer] = [1 / (1 + Math.exp(-1)), 1 / (1 + Math.exp(-2))];
    const loss = -(Math.log(sure) + Math.log(surer) + Math.log(1 - sure) + Math.log(0.5)) / 4;
    expect(score.loss).toBeCloseTo(loss, 12);
    // Bins: the tie, right at 0.5; two at 0.7311, one right; one at 0.8808, right.
    const gaps = Math.abs(1 - 0.5) + Math.abs(1 - 2 * sure) + Math.abs(1 - surer);
    expect(score.calibrationError).toBeCloseTo(gaps / 4, 12);
  });
});
