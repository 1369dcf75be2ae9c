/** The calibration of suites/checks/calibration.ts in small: a few worlds and fixed seeds, so that a wrong alpha turns red.
 *  The whole: `npm run check:calibration`, harness/stats/CALIBRATION.md. */
import { expect, test } from '@playwright/test';
import { bench } from '../../../checks/calibration-bench.ts';
import { simulateCollapse } from '../../../checks/calibration-collapse.ts';
import { settlingCases, simulateSettling } from '../../../checks/calibration-settling.ts';
import { simulateFamily, simulateTwoLooks } from '../../../checks/calibration-procedures.ts';
import { simulateAbsolute, simulatePaired, type Rate } from '../../../checks/calibration-runs.ts';
import { drawPairs, Normals } from '../../../checks/calibration-draws.ts';
import { families, groupings, type World } from '../../../checks/calibration-worlds.ts';

const RUNS = 400;

const world = (
  family: keyof typeof families,
  n: number,
  grouping: keyof typeof groupings = 'alone',
): World => ({ family: families[family], grouping: groupings[grouping], pairCorrelation: 0.5, n });

const share = ({ hits, runs }: Rate): number => hits / runs;

/** Four standard errors above alpha: of 400 runs 5.6%, which a doubled alpha of 5% passes, and one of 10% never does. */
const tooOften = (rate: Rate, limit = 0.025): boolean =>
  share(rate) > limit + 4 * Math.sqrt((limit * (1 - limit)) / rate.runs);

test('promotes and blocks wrongly no more often than it says, and finds what the sample was planned for', () => {
  const worlds = [
    world('half', 200),
    world('near', 60),
    world('beta', 60),
    world('bleu', 200),
    world('losses', 60),
    world('beta', 200, 'strong'),
    world('normal', 200, 'strong'),
    // In clusters that are worth 10 even ones.
    world('half', 200, 'uneven'),
  ];
  let errors = 0;
  const wrong = worlds.flatMap((each, at) => {
    const result = simulatePaired(each, { runs: RUNS, seed: 7 + at, by: 'functions' });
    const faults = [
      tooOften(result.falsePromotion) && 'promotes',
      tooOften(result.falseBlockAtMargin) && 'blocks at the margin',
      tooOften(result.falseBlock) && 'blocks its equal',
      share(result.power!) < 0.72 && 'misses its equal',
      share(result.coverage) < 0.9 && 'covers too seldom',
    ].filter((fault) => fault !== false);
    errors += result.falsePromotion.hits + result.falseBlockAtMargin.hits;
    return faults.map((fault) => `${each.family.name}, ${each.grouping.name}, n=${each.n} ${fault}`);
  });
  expect(wrong).toEqual([]);
  // The other direction: an alpha of nothing would pass all of the above.
  expect(errors).toBeGreaterThan(20);
});

test('errs at most by alpha over all worlds together', () => {
  const worlds = [world('half', 60), world('beta', 60), world('normal', 60), world('bathtub', 60)];
  const results = worlds.map((each, at) =>
    simulatePaired(each, { runs: 500, seed: 70 + at, by: 'functions' }),
  );
  const total = (pick: (result: (typeof results)[number]) => Rate): Rate => ({
    hits: results.reduce((sum, result) => sum + pick(result).hits, 0),
    runs: results.reduce((sum, result) => sum + pick(result).runs, 0),
  });
  // Of 2,000 runs four standard errors are 1.4 points: an alpha of 5% turns red.
  expect(tooOften(total((result) => result.falsePromotion))).toBe(false);
  expect(tooOften(total((result) => result.falseBlockAtMargin))).toBe(false);
  // Two means compared err in half of the cases, whatever the sample.
  expect(share(total((result) => result.meansPromotion))).toBeGreaterThan(0.4);
  expect(share(total((result) => result.meansBlock))).toBeGreaterThan(0.4);
});

test('does not promote a model whose rare, large losses no cluster has met', () => {
  for (const [n, grouping] of [
    [12, 'alone'],
    [60, 'strong'],
    [200, 'uneven'],
  ] as const) {
    const { falsePromotion } = simulatePaired(world('losses', n, grouping), {
      runs: RUNS,
      seed: 17 + n,
      by: 'functions',
    });
    expect(tooOften(falsePromotion), `${n}, ${grouping}`).toBe(false);
  }
});

test('passes and fails a mean at its threshold no more often than it says', () => {
  const wrong = [
    world('near', 60),
    world('good', 200, 'strong'),
    world('beta', 60),
    world('bleu', 60),
  ].flatMap((each, at) => {
    const result = simulateAbsolute(each, { runs: RUNS, seed: 700 + at, by: 'functions' });
    const faults = [
      tooOften(result.falsePass) && 'passes',
      tooOften(result.falseFail) && 'fails',
      share(result.power!) < 0.72 && 'misses a better one',
      share(result.coverage) < 0.9 && 'covers too seldom',
    ].filter((fault) => fault !== false);
    return faults.map((fault) => `${each.family.name}, ${each.grouping.name}, n=${each.n} ${fault}`);
  });
  expect(wrong).toEqual([]);
});

test('does not promote a model whose rare collapses the sample may not hold, nor blocks one for rare gains', () => {
  for (const [at, [n, noise, expected]] of (
    [
      [60, 0.05, 2],
      [200, 0.02, 2],
      [200, 0.005, 4],
      [500, 0.02, 1],
    ] as const
  ).entries()) {
    const found = simulateCollapse({ n, noise, share: expected / n, runs: 300, seed: 50 + at });
    const what = `n=${n}, noise ${noise}, ${expected} expected`;
    expect(tooOften(found.promoted), what).toBe(false);
    expect(tooOften(found.blocked), what).toBe(false);
    expect(tooOften(found.passed), what).toBe(false);
  }
  // What the interval alone says of them: it covers what was seen.
  const alone = simulateCollapse({ n: 200, noise: 0.02, share: 0.01, runs: 300, seed: 60 });
  expect(tooOften(alone.promotedByInterval)).toBe(true);
});

test('asks for a number of samples that settles a gate four times in five if its estimate is the truth', () => {
  const wanted = ['corrected: ', 'p95: ', 'beta(8, 2), independent, n=60', '0/1 at 0.8, fives', 'worse: '];
  for (const [at, each] of settlingCases.entries()) {
    if (!wanted.some((start) => each.name.startsWith(start))) continue;
    const { settled } = simulateSettling(each, { runs: 60, seed: 900 + at });
    expect(settled.runs, each.name).toBeGreaterThan(10);
    expect(share(settled), `${each.name}: ${each.rule}`).toBeGreaterThan(0.6);
  }
});

test('is what the verdict decides, run by run', () => {
  const parts = [
    { each: world('half', 60), gate: { margin: 0.2 }, threshold: 0.5 },
    { each: world('beta', 60, 'uneven'), gate: { margin: 0.2 }, threshold: 0.4 },
    { each: world('losses', 60), gate: { margin: 1 }, threshold: 9.8 },
  ];
  for (const { each, gate, threshold } of parts) {
    const seen = new Set<string>();
    for (const [rule, drop] of [
      [gate, gate.margin / 2],
      [{ atLeast: threshold }, 0],
    ] as const) {
      const [judged, called] = [bench(each, rule, 'judge'), bench(each, rule, 'functions')];
      const normals = new Normals(9);
      for (let run = 0; run < 25; run++) {
        drawPairs(normals, each.family, each.grouping, 0.5, drop, judged.clusters, judged);
        called.values.set(judged.values);
        called.baseline.set(judged.baseline);
        const [verdict, result] = [judged.decide(), called.decide()];
        seen.add(verdict.outcome);
        expect(verdict.outcome).toBe(result.outcome);
        expect(verdict.value).toBeCloseTo(result.value, 10);
        if (result.low !== null) expect(verdict.low).toBeCloseTo(Math.max(result.low, verdict.low!), 10);
      }
    }
    expect(seen.size).toBeGreaterThan(1);
  }
});

test('blocks by one of several gates, and promotes at one of two looks, no more often than by one', () => {
  const gates = simulateFamily(world('normal', 60), { runs: 300, seed: 3, gates: 5, margin: 0.3 });
  expect(tooOften(gates.blocked)).toBe(false);
  expect(tooOften(gates.unadjusted)).toBe(true);
  const looks = simulateTwoLooks(world('normal', 60), {
    runs: 1500,
    seed: 4,
    first: 30,
    margin: 0.4,
    spending: 'pocock',
  });
  expect(tooOften(looks.promoted)).toBe(false);
  expect(share(looks.naive)).toBeGreaterThan(share(looks.promoted));
});
