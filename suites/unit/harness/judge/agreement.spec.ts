import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { cohenKappa, krippendorffAlpha, quadraticKappa } from '../../../../harness/judge/agreement.ts';

interface Golden {
  readonly alphas: readonly {
    readonly items: readonly (readonly number[])[];
    readonly nominal: number;
    readonly interval: number;
  }[];
  readonly kappas: readonly {
    readonly pairs: readonly (readonly [number, number])[];
    readonly nominal: number;
    readonly quadratic: number;
  }[];
}

const golden = JSON.parse(readFileSync('fixtures/golden/judge/agreement.json', 'utf8')) as Golden;
const options = { seed: 1 };

test("equals the package krippendorff and scikit-learn's kappa", () => {
  for (const { items, nominal, interval } of golden.alphas) {
    expect(krippendorffAlpha(items, 'nominal', options).value).toBeCloseTo(nominal, 9);
    expect(krippendorffAlpha(items, 'interval', options).value).toBeCloseTo(interval, 9);
  }
  for (const { pairs, nominal, quadratic } of golden.kappas) {
    expect(cohenKappa(pairs, options).value).toBeCloseTo(nominal, 9);
    expect(quadraticKappa(pairs, options).value).toBeCloseTo(quadratic, 9);
  }
});

test('has an interval about its value, wider where items come in clusters', () => {
  const { pairs } = golden.kappas.at(-2)!;
  const free = quadraticKappa(pairs, options);
  expect(free.low!).toBeLessThan(free.value!);
  expect(free.high!).toBeGreaterThan(free.value!);
  const doubled = quadraticKappa([...pairs, ...pairs], {
    seed: 1,
    clusters: [...pairs, ...pairs].map((_, at) => String(at % pairs.length)),
  });
  expect(doubled.high! - doubled.low!).toBeCloseTo(free.high! - free.low!, 9);
});

test('has no value where nobody differs, or nothing was rated twice', () => {
  const nothing = { value: null, low: null, high: null };
  const same = [
    [0.1, 0.1],
    [0.1, 0.1],
  ] as const;
  expect(krippendorffAlpha(same, 'interval', options)).toMatchObject({ ...nothing, n: 2 });
  expect(krippendorffAlpha(same, 'nominal', options)).toMatchObject(nothing);
  expect(quadraticKappa(same, options)).toMatchObject(nothing);
  expect(cohenKappa(same, options)).toMatchObject(nothing);
  expect(krippendorffAlpha([[1], [2]], 'nominal', options)).toMatchObject({ ...nothing, n: 0 });
  expect(cohenKappa([], options)).toMatchObject({ ...nothing, n: 0 });
});
