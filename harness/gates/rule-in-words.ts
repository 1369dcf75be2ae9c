/** A gate's rule as people read it. */
import type { Gate } from './gates-file.ts';
import { say } from './words.ts';

/** `at least 0.2`, `always`, `not worse than baseline by 0.02`. */
export function ruleInWords(gate: Gate): string {
  if (gate.kind === 'always') return 'always';
  if (gate.kind === 'notWorseThan') return `not worse than baseline by ${say(gate.margin, 8)}`;
  return `${gate.kind === 'atLeast' ? 'at least' : 'at most'} ${say(gate.threshold, 8)}`;
}
