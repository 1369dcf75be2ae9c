/** A string that stands in every evaluation set and nowhere else: a model that completes it, or a training file that
 *  holds it, has seen the set. After BIG-bench's (Srivastava et al. 2022, arXiv:2206.04615). */
import { createHash } from 'node:crypto';

/** Before the identifier, in every set: one search finds them all. */
const CANARY_PREFIX = 'EVALUATION DATA, NEVER FOR TRAINING: canary';

/** The same for a set each time it is made. */
export function canaryOf(set: string): string {
  const hex = createHash('sha256').update(`${CANARY_PREFIX} ${set}`).digest('hex');
  const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)];
  return `${CANARY_PREFIX} ${id.join('-')}`;
}
