/** How much a sample has to grow until a gate is likely to be settled. */
import { normalQuantile } from '../stats/distributions.ts';

/** Largest growth worth telling. */
const MAX_GROWTH = 10_000;

const POWER = 0.8;
export const WITH_POWER = `with power ${POWER}`;

/** The smallest factor at which an extended sample settles a gate with power 0.8, if what was estimated is the truth; null
 *  beyond 10,000. The first part of the extended sample is the one that is there, so that only the added one varies.
 *  @param settles whether a sample so many times as large does whose mean lies so many standard errors of that variation on
 *  the unlucky side */
export function growthToSettle(settles: (times: number, unlucky: number) => boolean): number | null {
  const unlucky = normalQuantile(POWER);
  if (!settles(MAX_GROWTH, unlucky)) return null;
  let [no, yes] = [1, MAX_GROWTH];
  for (let step = 0; step < 40; step++) {
    const middle = Math.sqrt(no * yes);
    if (settles(middle, unlucky)) yes = middle;
    else no = middle;
  }
  return yes;
}
