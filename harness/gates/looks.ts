/** Two looks at a run's samples: which one-sided level a gate is held against at each, so that both together err as
 *  seldom as one look would (stats/sequential.ts). The plan is made before the first sample and stands in run.json. */
import { twoLooks } from '../stats/sequential.ts';
import type { Looks } from '../../reports/report-data.ts';
import { say } from './words.ts';

export interface LookLevel {
  /** One-sided level of this look. */
  readonly alpha: number;
  /** Alpha spent by the end of this look. */
  readonly spent: number;
}

/** A gate's place in the plan; null where there is one look, or the second adds nothing to the gate's samples. */
export interface GateLook {
  readonly look: 1 | 2;
  /** Share of the final sample that the first look sees, in (0, 1). */
  readonly fraction: number;
}

export function gateLook(looks: Looks | undefined, task: string, tag: string | undefined): GateLook | null {
  const part = looks?.parts.find((each) => each.task === task && each.tag === (tag ?? null));
  if (!looks || !part || part.second <= part.first) return null;
  return { look: looks.look, fraction: part.fraction };
}

/** ` (first of two looks, alpha 0.0015)`; empty where there is one. */
export function lookInWords(look: GateLook | null, alpha: number): string {
  if (look === null) return '';
  return ` (${look.look === 1 ? 'first' : 'second'} of two looks, alpha ${say(alpha, 2)})`;
}

export const SECOND_TO_COME = 'the second look, declared before the first, is still to come';

/** Earlier than this O'Brien and Fleming's function spends less than any test can tell. */
const EARLIEST = 0.2;
const EARLIEST_ALPHA = 1e-6;
/** Later than this the two looks are one in all but name; a smaller share is the more cautious. */
const LATEST = 0.98;

/** Level of a test that is to err with a chance of `alpha` over all looks. */
export function levelAt(alpha: number, look: GateLook | null): LookLevel {
  if (look === null) return { alpha, spent: alpha };
  const [first, second] = levels(alpha, look.fraction);
  return look.look === 1 ? { alpha: first, spent: first } : { alpha: second, spent: alpha };
}

const known = new Map<string, readonly [number, number]>();

function levels(alpha: number, fraction: number): readonly [number, number] {
  if (fraction < EARLIEST) {
    const first = Math.min(EARLIEST_ALPHA, alpha / 2);
    return [first, alpha - first];
  }
  const key = `${alpha} ${fraction}`;
  const found = known.get(key) ?? twoLooks(alpha, Math.min(LATEST, fraction)).alphas;
  known.set(key, found);
  return found;
}
