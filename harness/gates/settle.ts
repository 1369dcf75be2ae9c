/** How many more samples would settle a gate that holds a metric against a number. */
import { addedError } from '../stats/cluster.ts';
import { groupByCluster } from '../stats/interval.ts';
import { effectiveSampleSize, gateInterval, wilsonInterval } from '../stats/proportion.ts';
import { observationsForBound } from '../stats/quantile.ts';
import { roganGladen } from '../stats/rogan-gladen.ts';
import { CLUSTERS_THAT_SHOW_IT_IN_NOISE, meanTailStretch, narrowing } from '../stats/tail.ts';
import { quantileOf, type Summary } from './aggregate.ts';
import { growthToSettle, WITH_POWER } from './growth.ts';
import { unseenTest } from './unseen-scores.ts';
import { counted, roughly, say, tailInWords } from './words.ts';

export interface OpenGate {
  readonly kind: 'atLeast' | 'atMost';
  readonly threshold: number;
  readonly confidence: number;
}

/** What would settle it, for a summary with a value. */
export function remedy(summary: Summary, gate: OpenGate): string {
  const { kind, threshold, confidence } = gate;
  const proportion = summary.effectiveN !== null;
  if (proportion && ((kind === 'atLeast' && threshold >= 1) || (kind === 'atMost' && threshold <= 0))) {
    return `no number of samples shows a rate of exactly ${say(threshold)}: use always: true, or a bound short of it`;
  }
  const q = quantileOf(summary.spec);
  const missingSide = q === null ? null : openSide(summary, kind);
  if (q !== null && missingSide !== null) {
    return `at least ${counted(observationsForBound(q, missingSide, confidence), 'independent sample')} are needed`;
  }
  if (summary.low === null || summary.high === null) {
    if (summary.clusters > 1) return 'name the range of the score in its metric';
    return summary.scores.length > 1 ? 'take samples of several clusters' : 'take more samples';
  }
  const n = summary.scores.length;
  const factor = summary.value === threshold ? null : growthToSettle(settling(summary, gate));
  if (factor === null)
    return 'the value lies so close to it that no practical number of samples settles this';
  const more = Math.max(1, Math.ceil(n * factor) - n);
  const tail = tailInWords(summary, CLUSTERS_THAT_SHOW_IT_IN_NOISE);
  return `${tail}about ${counted(roughly(more), 'more sample')} would settle it ${WITH_POWER} if this is the true value`;
}

/** The side on which a bound that could pass the gate is missing. */
function openSide(summary: Summary, kind: 'atLeast' | 'atMost'): 'low' | 'high' | null {
  if (kind === 'atLeast' && summary.low === null) return 'low';
  if (kind === 'atMost' && summary.high === null) return 'high';
  return null;
}

type Settling = (times: number, unlucky: number) => boolean;

function settling(summary: Summary, gate: OpenGate): Settling {
  const { spec, effectiveN, scores } = summary;
  const q = quantileOf(spec);
  if (q !== null) return settlingQuantile(summary, q, gate);
  if (effectiveN === null) return settlingMean(summary, gate);
  const apparent = scores.reduce((a, b) => a + b, 0) / scores.length;
  return settlingRate(apparent, effectiveN, (rate, trials, times) => {
    const { low, high } = rateInterval(summary, rate, trials, times, gate.confidence);
    return summary.value! > gate.threshold ? low >= gate.threshold : high < gate.threshold;
  });
}

/** Of a rate counted in `trials`: whether it settles at the rate that an unlucky sample has.
 *  @param settles a rate out of so many trials */
function settlingRate(
  rate: number,
  trials: number,
  settles: (rate: number, trials: number, times: number) => boolean,
): Settling {
  const error = Math.sqrt((rate * (1 - rate)) / trials);
  return (times, unlucky) => {
    const shift = unlucky * addedError(error, times);
    const [lower, higher] = [Math.max(0, rate - shift), Math.min(1, rate + shift)];
    return settles(lower, trials * times, times) && settles(higher, trials * times, times);
  };
}

/** The interval that so many trials of the rate would give, as aggregate.ts makes it. */
function rateInterval(
  { spec, clusters, scores }: Summary,
  rate: number,
  trials: number,
  times: number,
  confidence: number,
): { low: number; high: number } {
  const successes = Math.min(trials, rate * trials);
  if (spec.detector) {
    const { sensitivity, specificity } = spec.detector;
    const corrected = roganGladen({ successes, trials }, sensitivity, specificity, { confidence });
    return 'reason' in corrected ? { low: 0, high: 1 } : corrected;
  }
  const { low, high } = gateInterval(successes, trials, { confidence });
  if (clusters === scores.length) return { low, high };
  const unseen = wilsonInterval(0, clusters * times, { confidence }).high;
  return { low: Math.min(low, 1 - unseen), high: Math.max(high, unseen) };
}

/** A quantile lies below the threshold where more than its share of the scores do: a test of that share. */
function settlingQuantile(
  { scored, scores, value }: Summary,
  q: number,
  { threshold, confidence }: OpenGate,
): Settling {
  const below = groupByCluster(
    scores.map((score) => (score <= threshold ? 1 : 0)),
    scored.map(({ cluster }) => cluster),
  );
  const share = below.flat().reduce((a, b) => a + b, 0) / scores.length;
  return settlingRate(share, effectiveSampleSize(below, confidence), (rate, trials) => {
    const { low, high } = gateInterval(rate * trials, trials, { confidence });
    return value! > threshold ? high < q : low > q;
  });
}

function settlingMean(summary: Summary, { threshold, confidence }: OpenGate): Settling {
  const { standardError, degreesOfFreedom, tailStretch } = summary;
  const value = summary.value!;
  const side = value > threshold ? 1 : -1;
  const half = side === 1 ? value - summary.low! : summary.high! - value;
  const unseen = unseenTest(summary, { side, threshold });
  const alpha = (1 - confidence) / 2;
  return (times, unlucky) => {
    const shift = unlucky * addedError(standardError ?? 0, times);
    // A mean of equal scores has an interval that shrinks with 1/n, any other with 1/√n.
    const narrower =
      standardError === 0 || degreesOfFreedom === null
        ? times
        : narrowing(times, { confidence, degreesOfFreedom }, tailStretch === 1 ? () => 1 : meanTailStretch);
    if (half / narrower + shift > side * (value - threshold)) return false;
    return unseen(times, -side * shift) <= alpha;
  };
}
