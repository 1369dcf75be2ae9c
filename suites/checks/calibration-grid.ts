/** Which worlds the calibration simulates, and what its tables call them. */
import { families, groupings, type World } from './calibration-worlds.ts';

type FamilyName = keyof typeof families;
type GroupingName = keyof typeof groupings;

const plan: readonly [FamilyName, GroupingName, number, readonly number[]][] = [
  ['half', 'alone', 0.5, [30, 60, 120, 200, 1000, 5000]],
  ['half', 'alone', 0.9, [200]],
  ['near', 'alone', 0.5, [60, 200, 1000]],
  ['beta', 'alone', 0, [200]],
  ['beta', 'alone', 0.5, [30, 60, 200, 1000]],
  ['beta', 'alone', 0.9, [200]],
  ['bathtub', 'alone', 0.5, [60, 200]],
  ['bleu', 'alone', 0.5, [30, 60, 200, 500]],
  ['collapse', 'alone', 0.5, [60, 200]],
  ['normal', 'alone', 0.5, [30, 60, 120, 200, 5000]],
  ['lognormal', 'alone', 0.5, [30, 60, 200, 1000]],
  ['mildLosses', 'alone', 0.5, [30, 60, 200]],
  ['losses', 'alone', 0.5, [6, 12, 20, 30, 60, 120, 200, 500, 1000]],
  ['gains', 'alone', 0.5, [60, 200]],
  ['half', 'weak', 0.5, [200]],
  ['half', 'strong', 0.5, [200, 500]],
  ['half', 'uneven', 0.5, [200]],
  ['beta', 'strong', 0.5, [60, 200]],
  ['bleu', 'uneven', 0.5, [200]],
  ['normal', 'strong', 0.5, [30, 60, 200]],
  ['normal', 'uneven', 0.5, [200]],
  ['losses', 'strong', 0.5, [60, 100, 150, 200]],
  ['losses', 'uneven', 0.5, [200, 400, 800]],
];

export const absolutePlan: readonly [FamilyName, GroupingName, readonly number[]][] = [
  ['half', 'alone', [30, 200]],
  ['good', 'alone', [30, 60, 200, 1000]],
  ['near', 'alone', [30, 60, 200]],
  ['good', 'strong', [60, 200]],
  ['good', 'uneven', [200]],
  ['near', 'strong', [200, 500]],
  ['near', 'uneven', [400]],
  ['beta', 'alone', [30, 60, 200]],
  ['beta', 'strong', [60, 200]],
  ['bathtub', 'alone', [60, 200]],
  ['bleu', 'alone', [30, 60, 200]],
  ['collapse', 'alone', [60, 200]],
  ['normal', 'alone', [12, 30, 200]],
  ['normal', 'strong', [200]],
  ['normal', 'uneven', [200]],
  ['lognormal', 'alone', [12, 20, 60, 200]],
  ['losses', 'alone', [12, 30, 60, 200]],
  ['losses', 'strong', [60, 200]],
];

export function nameOf({ family, grouping, pairCorrelation }: World, paired = true): string {
  return [family.name, grouping.name, ...(paired ? [`ρ=${pairCorrelation}`] : [])].join(', ');
}

export function* worldsOf(): Generator<World> {
  for (const [family, grouping, pairCorrelation, sizes] of plan) {
    for (const n of sizes) {
      yield { family: families[family], grouping: groupings[grouping], pairCorrelation, n };
    }
  }
}
