/** An objective for requests, such as ttft=500ms,e2el=2s: a request meets it when it succeeded and every time named
 *  is within its limit. Names as in vLLM's `bench serve --goodput`. */
import { HarnessError } from '../errors.ts';
import { parseDurationMs, sayDuration } from './duration.ts';
import type { LoadRecord } from './load-record.ts';

/** ms of one request, null where it has no such time: what was intended is where the clock starts. */
export const requestTimes = {
  ttft: ({ firstTokenMs, intendedMs }: LoadRecord) =>
    firstTokenMs === null ? null : firstTokenMs - intendedMs,
  tpot: timePerOutputToken,
  /** The longest gap of the request. */
  itl: ({ itlMs }: LoadRecord) => (itlMs.length === 0 ? null : itlMs.reduce((a, b) => Math.max(a, b))),
  e2el: ({ endMs, intendedMs }: LoadRecord) => endMs - intendedMs,
} as const;

export type TimeName = keyof typeof requestTimes;

/** Limits in ms. */
export type Objective = { readonly [Name in TimeName]?: number };

const ALIASES: ReadonlyMap<string, TimeName> = new Map([['e2e', 'e2el']]);
const NAMES = Object.keys(requestTimes) as TimeName[];
/** Those that only a streamed answer has. */
const STREAMED: ReadonlySet<TimeName> = new Set(['ttft', 'tpot', 'itl']);

/** From the first text to the end, for each token after the first; null for fewer than two tokens. */
function timePerOutputToken({ firstTokenMs, endMs, completionTokens }: LoadRecord): number | null {
  if (firstTokenMs === null || completionTokens === null || completionTokens < 2) return null;
  return (endMs - firstTokenMs) / (completionTokens - 1);
}

/** @throws HarnessError E_USAGE */
export function parseObjective(text: string, streamed: boolean): Objective {
  const objective: Partial<Record<TimeName, number>> = {};
  for (const part of text.split(',')) {
    const [given = '', limit = ''] = part.split('=').map((side) => side.trim());
    const name = NAMES.find((each) => each === given) ?? ALIASES.get(given);
    const ms = parseDurationMs(limit);
    if (name === undefined || ms === null || ms <= 0) {
      throw new HarnessError('E_USAGE', `--objective ${JSON.stringify(part)} is no name=time.`, {
        remedy: `Give for instance ttft=500ms,e2el=2s; names are ${NAMES.join(', ')}.`,
      });
    }
    if (name in objective) throw new HarnessError('E_USAGE', `--objective names ${name} twice.`);
    if (!streamed && STREAMED.has(name)) {
      throw new HarnessError(
        'E_USAGE',
        `--objective ${name} needs streamed answers, which are not asked for.`,
      );
    }
    objective[name] = ms;
  }
  return objective;
}

/** A time that the request does not have (no second token, no gap) breaks no limit. */
export function meetsObjective(record: LoadRecord, objective: Objective): boolean {
  if (record.failure !== null) return false;
  return NAMES.every((name) => {
    const limit = objective[name];
    const time = requestTimes[name](record);
    return limit === undefined || time === null || time <= limit;
  });
}

/** `ttft ≤ 500 ms and e2el ≤ 2 s`. */
export function sayObjective(objective: Objective): string {
  return NAMES.filter((name) => objective[name] !== undefined)
    .map((name) => `${name} ≤ ${sayDuration(objective[name]!)}`)
    .join(' and ');
}
