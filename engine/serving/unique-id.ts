/** Names for requests and answers: none comes twice, here or in another process. Not secret; whoever knows one may
 *  guess the next. */
import { randomBytes } from 'node:crypto';

/** Of this process. */
const prefix = randomBytes(9).toString('hex');
let count = 0;

/** Letters, digits and a hyphen. */
export function uniqueId(): string {
  return `${prefix}-${(++count).toString(36)}`;
}
