/** What a metric of one text returns: a number, or null with the reason why there is none.
 *  An undefined value is never a number: the mean of no words is not 0. */

export type MetricValue = number | { readonly value: null; readonly reason: string };

export function undefinedBecause(reason: string): MetricValue {
  return { value: null, reason };
}
