import { expect, test } from '@playwright/test';
import {
  brierScore,
  expectedCalibrationError,
  reliabilityBins,
} from '../../../../harness/metrics/calibration.ts';
import { differences, goldenVectors } from './golden-vectors.ts';

interface Curve {
  readonly accuracy: readonly number[];
  readonly confidence: readonly number[];
}

interface Row {
  readonly confidence: readonly number[];
  readonly correct: readonly (0 | 1)[];
  readonly bins: number;
  readonly brier: number;
  readonly ece?: number;
  readonly width: Curve;
  readonly mass: Curve;
}

const { calibration } = goldenVectors<{ readonly calibration: readonly Row[] }>('outputs');

const what = ({ confidence, bins }: Row) => `${confidence.length} in ${bins} bins`;

test("equals scikit-learn's Brier score and torchmetrics' calibration error", () => {
  const brier = calibration.map((row) => ({
    what: what(row),
    ours: brierScore(row.confidence, row.correct),
    theirs: row.brier,
  }));
  const ece = calibration.flatMap((row) =>
    row.ece === undefined
      ? []
      : [
          {
            what: what(row),
            ours: expectedCalibrationError(row.confidence, row.correct, { bins: row.bins }),
            theirs: row.ece,
          },
        ],
  );
  expect(ece.length).toBe(16);
  expect(differences([...brier, ...ece], 1e-9)).toEqual([]);
});

test("has scikit-learn's reliability bins, of equal width and of equal mass, ties included", () => {
  for (const row of calibration) {
    for (const binning of ['width', 'mass'] as const) {
      const bins = reliabilityBins(row.confidence, row.correct, { bins: row.bins, binning });
      const filled = bins.filter(({ n }) => n > 0);
      const close = (values: readonly number[]) => values.map((value): unknown => expect.closeTo(value, 9));
      expect(filled.map(({ accuracy }) => accuracy, what(row))).toEqual(close(row[binning].accuracy));
      expect(filled.map(({ confidence }) => confidence)).toEqual(close(row[binning].confidence));
      expect(bins.reduce((sum, { n }) => sum + n, 0)).toBe(row.confidence.length);
    }
  }
});

test('refuses nothing at all, and what is no probability', () => {
  for (const call of [brierScore, expectedCalibrationError]) {
    expect(() => call([], [])).toThrow('at least one');
    expect(() => call([0.5], [])).toThrow('as many');
    expect(() => call([1.5], [1])).toThrow('1.5');
    expect(() => call([NaN], [1])).toThrow('NaN');
  }
  expect(() => expectedCalibrationError([0.5], [1], { bins: 0 })).toThrow('0 bins');
});
