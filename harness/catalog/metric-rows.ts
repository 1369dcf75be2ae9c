/** Rows of metrics in few words, for tasks that have many. */
import { correctedRefusalSignature, refusalCalibration } from '../metrics/refusal.ts';
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

/** The rate of refusals that people would find, by what the detector finds and how often it errs.
 *  @param how the answers came about, for the signature */
export function correctedRefusals(
  metric: string,
  better: MetricSpec['better'],
  how: string,
  options: Options = {},
): MetricSpec {
  const { sensitivity, specificity } = refusalCalibration;
  const signature = `${correctedRefusalSignature()}|${how}`;
  return {
    ...proportion(metric, better, signature, { score: 'refused', ...options }),
    detector: { sensitivity, specificity },
  };
}
