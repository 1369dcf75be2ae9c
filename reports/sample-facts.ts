/** What a reviewer filters and sorts samples by: how each came out, and how far it moved from its baseline.
 *  Knows scores and which direction of them is better; judges no gate. */
import type { MetricSpec, ReportData, RunTask, SampleRecord } from './report-data.ts';

/** error: no answer · fails, passes: by the scores that are yes or no · undefined: a score is missing · scored: the rest. */
export type SampleOutcome = 'error' | 'fails' | 'passes' | 'undefined' | 'scored';

export interface SampleFacts {
  readonly outcome: SampleOutcome;
  /** In units of each score's scale: the largest loss where there is one, else the largest gain; null without a pair. */
  readonly change: number | null;
  /** The answer is not the baseline's; null without a pair. */
  readonly differs: boolean | null;
}

type Specs = readonly MetricSpec[];

/** @param baselines the record that the baseline left for the same sample, asked the same; null where there is none */
export function sampleFacts(
  data: Pick<ReportData, 'run' | 'samples'>,
  baselineOf: (sample: SampleRecord) => SampleRecord | null,
): (sample: SampleRecord) => SampleFacts {
  const specs = new Map(data.run.tasks.map((task) => [nameOf(task), task.metrics]));
  const scales = scoreScales(data.samples, baselineOf);
  return (sample) => {
    const relevant = (specs.get(nameOf(sample)) ?? []).filter(
      ({ tag }) => tag === undefined || sample.tags.includes(tag),
    );
    const found = baselineOf(sample);
    const baseline = found && found.inputDigest === sample.inputDigest ? found : null;
    const scaleOf = (spec: MetricSpec): number =>
      spec.range ? spec.range[1] - spec.range[0] : (scales.get(`${nameOf(sample)}.${spec.score}`) ?? 1);
    return {
      outcome: outcomeOf(sample, relevant),
      change: baseline && changeOf(sample, baseline, relevant, scaleOf),
      differs: baseline && baseline.output !== sample.output,
    };
  };
}

function nameOf({ suite, task }: Pick<RunTask | SampleRecord, 'suite' | 'task'>): string {
  return `${suite}/${task}`;
}

function outcomeOf(sample: SampleRecord, specs: Specs): SampleOutcome {
  if (sample.error) return 'error';
  const judged = specs.filter(
    ({ aggregate, better, score }) =>
      aggregate === 'proportion' && better !== 'neither' && typeof sample.scores[score] === 'number',
  );
  if (judged.some(({ better, score }) => sample.scores[score] === (better === 'higher' ? 0 : 1)))
    return 'fails';
  if (judged.length > 0) return 'passes';
  return specs.some(({ score }) => sample.scores[score] === null) ? 'undefined' : 'scored';
}

function changeOf(
  sample: SampleRecord,
  baseline: SampleRecord,
  specs: Specs,
  scaleOf: (spec: MetricSpec) => number,
): number | null {
  const changes = specs.flatMap((spec) => {
    const [value, before] = [sample.scores[spec.score], baseline.scores[spec.score]];
    if (spec.better === 'neither' || typeof value !== 'number' || typeof before !== 'number') return [];
    const gain = spec.better === 'higher' ? value - before : before - value;
    return gain === 0 ? [0] : [gain / scaleOf(spec)];
  });
  if (changes.length === 0) return null;
  const worst = Math.min(...changes);
  return worst < 0 ? worst : Math.max(...changes);
}

/** Of scores in [0, 1], 1; of others, how far apart they lie in this run and its baseline. */
function scoreScales(
  samples: readonly SampleRecord[],
  baselineOf: (sample: SampleRecord) => SampleRecord | null,
): ReadonlyMap<string, number> {
  const ends = new Map<string, { low: number; high: number }>();
  for (const sample of samples) {
    for (const scores of [sample.scores, baselineOf(sample)?.scores ?? {}]) {
      for (const [score, value] of Object.entries(scores)) {
        if (value === null) continue;
        const name = `${nameOf(sample)}.${score}`;
        const end = ends.get(name);
        ends.set(name, {
          low: Math.min(end?.low ?? value, value),
          high: Math.max(end?.high ?? value, value),
        });
      }
    }
  }
  return new Map(
    [...ends].map(([name, { low, high }]) => [name, low >= 0 && high <= 1 ? 1 : high - low || 1]),
  );
}
