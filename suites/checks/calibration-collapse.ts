/** Models some of whose answers collapse while the others differ a little, exactly at the margin and at the threshold that this
 *  makes: what a small sample may not show at all. */
import { meanInterval } from '../../harness/stats/mean.ts';
import { pairedDifference } from '../../harness/stats/paired.ts';
import { pWithUnseen } from '../../harness/stats/unseen.ts';
import { ALPHA } from './calibration-bench.ts';
import { Normals } from './calibration-draws.ts';
import { atMost, percent } from './calibration-limits.ts';
import type { Rate } from './calibration-runs.ts';

/** Samples, and the standard deviation of what ordinary answers differ by. */
const SIZES = [30, 60, 200, 500, 1000];
const NOISES = [0, 0.005, 0.02, 0.05, 0.1];
/** Collapses that a sample has in the mean. */
const EXPECTED = [0.5, 1, 2, 3, 4, 5, 7, 12];

interface Collapse {
  readonly n: number;
  readonly runs: number;
  readonly seed: number;
  /** Share of the model's answers whose score falls from 0.8 to 0.05. */
  readonly share: number;
  readonly noise: number;
}

/** How often such a model passes, and its mirror image is blocked; beside it what the interval alone would have promoted. */
export function simulateCollapse({ n, runs, seed, share, noise }: Collapse): {
  readonly promoted: Rate;
  readonly promotedByInterval: Rate;
  readonly blocked: Rate;
  readonly passed: Rate;
} {
  const [score, loss] = [0.8, 0.75];
  const baseline = Array<number>(n).fill(score);
  const options = { margin: share * loss, scale: 1, skewCorrection: true };
  const normals = new Normals(seed);
  const hits = { promoted: 0, promotedByInterval: 0, blocked: 0, passed: 0 };
  for (let run = 0; run < runs; run++) {
    const values = baseline.map(() => {
      const collapsed = normals.random.random() < share;
      // As much is cut off above as below: the mean stays.
      const other = Math.min(0.2, Math.max(-0.2, noise === 0 ? 0 : noise * normals.next()));
      return collapsed ? score - loss : score + other;
    });
    const found = pairedDifference(values, baseline, options)!;
    if (found.pNotWorse <= ALPHA) hits.promoted++;
    if (found.low > -options.margin) hits.promotedByInterval++;
    // The mirror image: rare gains on a model that is worse by the margin on the others.
    const turned = values.map((value) => 1 - value);
    const risen = pairedDifference(
      turned.map((value) => value - 2 * options.margin),
      baseline.map((value) => 1 - value),
      options,
    )!;
    if (risen.pWorse <= ALPHA) hits.blocked++;
    const threshold = score - share * loss;
    const p = pWithUnseen(
      values.map((value) => [value]),
      { side: 1, tested: threshold, worst: 0 },
    );
    if (meanInterval(values, { range: [0, 1], skewCorrection: true })!.low >= threshold && p <= ALPHA)
      hits.passed++;
  }
  const rate = (of: number): Rate => ({ hits: of, runs });
  return {
    promoted: rate(hits.promoted),
    promotedByInterval: rate(hits.promotedByInterval),
    blocked: rate(hits.blocked),
    passed: rate(hits.passed),
  };
}

/** The worst of `EXPECTED` for each size and noise. */
export function collapseRows(runs: number, seed: number): string[][] {
  return SIZES.flatMap((n, at) =>
    NOISES.map((noise, j) => {
      const results = EXPECTED.filter((expected) => expected / n <= 0.3).map((expected, k) =>
        simulateCollapse({
          n,
          runs: Math.ceil(n >= 500 ? runs / 2 : runs),
          seed: seed + 1000 * at + 100 * j + k,
          share: expected / n,
          noise,
        }),
      );
      const worst = (pick: (result: (typeof results)[number]) => Rate): Rate =>
        results.map(pick).reduce((a, b) => (b.hits > a.hits ? b : a));
      return [
        String(n),
        String(noise),
        String(worst(({ promoted }) => promoted).runs),
        atMost(
          ALPHA,
          worst(({ promoted }) => promoted),
        ),
        atMost(
          ALPHA,
          worst(({ blocked }) => blocked),
        ),
        atMost(
          ALPHA,
          worst(({ passed }) => passed),
        ),
        percent(worst(({ promotedByInterval }) => promotedByInterval)),
      ];
    }),
  );
}
