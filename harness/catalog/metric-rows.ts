/** Rows of metrics in few words, for tasks that have many. */
import type { MetricSpec } from '../../reports/report-data.ts';

type Options = Pick<MetricSpec, 'tag' | 'unit' | 'range'> & { readonly score?: string };

const row =
  (aggregate: 'proportion' | 'mean') =>
  (
    metric: string,
    better: MetricSpec['better'],
    signature: string,
    { score = metric, ...rest }: Options = {},
  ): MetricSpec => ({ metric, score, aggregate, better, signature, ...rest });

/** Of scores that are 0 or 1. */
export const proportion = row('proportion');

export const mean = row('mean');
