/** Golden vectors of fixtures/golden/stats and how far we are from them. */
import { readFileSync } from 'node:fs';

interface Golden {
  readonly distributions: readonly { function: string; arguments: readonly number[]; value: number }[];
  readonly proportions: readonly {
    method: 'wilson' | 'clopperPearson';
    successes: number;
    trials: number;
    confidence: number;
    low: number;
    high: number;
  }[];
  readonly means: readonly {
    label: string;
    values: readonly number[];
    clusters: readonly string[] | null;
    confidence: number;
    value: number;
    low: number;
    high: number;
    standardError: number;
    degreesOfFreedom: number;
  }[];
  readonly clusteredProportions: readonly {
    values: readonly number[];
    clusters: readonly string[];
    effectiveN: number;
    low: number;
    high: number;
  }[];
  readonly quantiles: readonly {
    values: readonly number[];
    q: number;
    confidence: number;
    value: number;
    low: number | null;
    high: number | null;
  }[];
  readonly paired: readonly {
    values: readonly number[];
    baseline: readonly number[];
    margin: number;
    value: number;
    low: number;
    high: number;
    pNotWorse: number;
    pWorse: number;
  }[];
  readonly holm: readonly { p: readonly number[]; adjusted: readonly number[] }[];
  readonly effects: readonly {
    standardError: number;
    degreesOfFreedom: number;
    confidence: number;
    power: number;
    value: number;
  }[];
  readonly generator: readonly {
    seed: number;
    random: readonly number[];
    below37: readonly number[];
    coins: readonly number[];
    below3e9: readonly number[];
    last: number;
  }[];
  readonly noncentral: readonly { t: number; df: number; shift: number; value: number }[];
  readonly meanPower: readonly {
    effect: number;
    confidence: number;
    power: number;
    n: number;
    at: readonly { n: number; power: number }[];
    found: readonly { n: number; effect: number }[];
  }[];
  readonly proportionPower: readonly {
    threshold: number;
    rate: number;
    at: readonly { n: number; power: number }[];
  }[];
  readonly sequential: readonly {
    alpha: number;
    fraction: number;
    spending: 'obrien-fleming' | 'pocock';
    alphas: readonly number[];
  }[];
  readonly roganGladen: readonly {
    apparent: [number, number];
    sensitivity: [number, number];
    specificity: [number, number];
    value: number;
    low: number;
    high: number;
  }[];
  readonly bootstrap: readonly {
    label: string;
    values: readonly number[];
    statistic: 'mean' | 'median' | 'deviation';
    method: 'percentile' | 'basic' | 'bca';
    confidence: number;
    seed: number;
    draws: number;
    value: number;
    low: number;
    high: number;
    standardError: number;
  }[];
  readonly signFlips: readonly {
    label: string;
    values: readonly number[];
    margin: number;
    pNotWorse: number;
    pWorse: number;
    pDifferent: number;
  }[];
  readonly mcnemar: readonly { losses: number; gains: number; exact: number; midP: number; worse: number }[];
  readonly corpusComparisons: readonly {
    references: readonly string[];
    baseline: readonly string[];
    model: readonly string[];
    results: readonly {
      metric: 'bleu' | 'chrf';
      kind: 'bs' | 'ar';
      draws: number;
      seed: number;
      baseline: number;
      value: number;
      p: number;
      mean: number | null;
      halfWidth: number | null;
    }[];
  }[];
  readonly components: readonly {
    values: readonly number[];
    samples: readonly string[];
    between: number;
    within: number;
  }[];
}

export const golden = JSON.parse(readFileSync('fixtures/golden/stats/stats.json', 'utf8')) as Golden;

/** Lines for what lies further from the reference than `tolerance`, relative to values above 1; empty when all agree. */
export function differences(
  rows: readonly { what: string; ours: number | null; theirs: number | null }[],
  tolerance: number,
): string[] {
  return rows
    .filter(({ ours, theirs }) => {
      if (ours === null || theirs === null) return ours !== theirs;
      return !(Math.abs(ours - theirs) <= tolerance * Math.max(1, Math.abs(theirs)));
    })
    .map(({ what, ours, theirs }) => `${what}: ${ours}, expected ${theirs}`);
}
