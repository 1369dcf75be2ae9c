/** The second look of a run, declared before its first sample: how much it asks, and which share of that the first
 *  look has seen. New samples of the dataset come first; where a run takes all of them already, each is asked more
 *  often. That is as valid, but only narrows what differs from answer to answer, not from sample to sample. */
import { HarnessError } from '../errors.ts';
import type { Looks, LookSize, MetricSpec } from '../../reports/report-data.ts';
import type { Sample } from '../tasks/task.ts';
import { selectSamples } from './select-samples.ts';

/** The size of a second look as `400` (samples a task in all), `2x` (times the first) or `all`.
 *  @throws HarnessError E_USAGE for what is none of these, or is no more than the first look */
export function secondLookSize(asked: string, first: LookSize): LookSize {
  const fault = (why: string): HarnessError =>
    new HarnessError('E_USAGE', `A second look of ${asked}: ${why}`, {
      remedy: 'Give the samples a task in all (400), a factor (2x) or all.',
    });
  const [, number, times] = /^(\d{1,9})(x?)$/.exec(asked) ?? [];
  if (asked !== 'all' && number === undefined) throw fault('that is no size');
  if (asked === 'all') {
    if (first.limit === null) throw fault('without --limit the first look takes all samples already');
    return { limit: null, repeats: first.repeats };
  }
  const value = Number(number);
  if (times === 'x') {
    if (value < 2) throw fault('that is no more than the first');
    return first.limit === null
      ? { limit: null, repeats: first.repeats * value }
      : { limit: first.limit * value, repeats: first.repeats };
  }
  if (first.limit === null) throw fault('without --limit the first look takes all samples already');
  if (value <= first.limit) throw fault(`the first takes ${first.limit} already`);
  return { limit: value, repeats: first.repeats };
}

type Parts = Looks['parts'];

/** Records that both looks plan of one task, whole and by each tag that a metric is of. */
export function lookParts(
  task: string,
  metrics: readonly MetricSpec[],
  samples: readonly Sample[],
  looks: Pick<Looks, 'first' | 'second'>,
  seed: number,
): Parts {
  const selected = [looks.first, looks.second].map(({ limit }) => selectSamples(samples, limit, seed));
  const tags = [...new Set(metrics.map(({ tag }) => tag ?? null))];
  return tags.map((tag) => {
    const [first, second] = selected.map((all) =>
      tag === null ? all : all.filter((sample) => sample.tags?.includes(tag)),
    ) as [readonly Sample[], readonly Sample[]];
    const records = [first.length * looks.first.repeats, second.length * looks.second.repeats] as const;
    const clusters = [countClusters(first), countClusters(second)] as const;
    return {
      task,
      tag,
      first: records[0],
      second: records[1],
      // The smaller share takes the two looks for less alike than they are, and errs on the side of caution.
      fraction: Math.min(share(records), share(clusters)),
    };
  });
}

function share([first, second]: readonly [number, number]): number {
  return second === 0 ? 1 : first / second;
}

function countClusters(samples: readonly Sample[]): number {
  return new Set(samples.map(({ id, cluster }) => cluster ?? id)).size;
}
