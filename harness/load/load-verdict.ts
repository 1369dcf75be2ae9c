/** What a load level showed: the objective met, missed, undecided, or nothing that could be judged. */
import type { GeneratorHealth } from './generator-health.ts';
import type { LoadRecord } from './load-record.ts';
import { type Estimate, type LoadReport, reportOf } from './load-report.ts';
import { type Objective, sayObjective } from './objective.ts';

/** measured: there was no objective to judge by. */
export type LoadOutcome = 'met' | 'missed' | 'inconclusive' | 'measured' | 'could-not-evaluate' | 'invalid';

export interface LoadStep {
  /** Of an open loop. */
  readonly ratePerS: number | null;
  readonly outcome: LoadOutcome;
  /** One sentence with the figures. */
  readonly sentence: string;
  /** The server fell behind the schedule. */
  readonly saturated: boolean;
  readonly report: LoadReport;
  readonly generator: GeneratorHealth;
}

/** 0 met or measured · 1 missed · 3 invalid or nothing answered · 4 inconclusive. */
export const loadExitCodes: Readonly<Record<LoadOutcome, number>> = {
  met: 0,
  measured: 0,
  missed: 1,
  'could-not-evaluate': 3,
  invalid: 3,
  inconclusive: 4,
};

export interface JudgeOptions {
  readonly ratePerS: number | null;
  readonly openLoop: boolean;
  readonly objective: Objective | null;
  readonly attainment: number;
}

export function judgeStep(
  records: readonly LoadRecord[],
  generator: GeneratorHealth,
  { ratePerS, openLoop, objective, attainment }: JudgeOptions,
): LoadStep {
  const report = reportOf(records, { objective, openLoop });
  const outcome = outcomeOf(report, generator, attainment);
  const sentence = sentenceOf(outcome, report, generator, objective, attainment, records);
  return { ratePerS, outcome, sentence, saturated: openLoop && isSaturated(records), report, generator };
}

function outcomeOf(
  { requests, goodput }: LoadReport,
  generator: GeneratorHealth,
  attainment: number,
): LoadOutcome {
  if (requests.succeeded === 0) return 'could-not-evaluate';
  if (generator.faults.length > 0) return 'invalid';
  if (goodput === null) return 'measured';
  const { low, high } = goodput.share;
  if (low! >= attainment) return 'met';
  return high! < attainment ? 'missed' : 'inconclusive';
}

function sentenceOf(
  outcome: LoadOutcome,
  report: LoadReport,
  generator: GeneratorHealth,
  objective: Objective | null,
  attainment: number,
  records: readonly LoadRecord[],
): string {
  const { requests, requestsPerSecond, goodput, e2elMs } = report;
  const answered = `${requests.succeeded} of ${requests.total} requests answered`;
  if (outcome === 'could-not-evaluate') {
    const first = records.find(({ failure }) => failure !== null)?.failure;
    return `Could not evaluate: none of ${requests.total} requests was answered (first: ${first?.detail}).`;
  }
  if (outcome === 'invalid') {
    return `Invalid: the load generator did not keep up, ${generator.faults.join('; ')}.`;
  }
  const rate = `${say(requestsPerSecond.value)} requests/s`;
  if (objective === null || goodput === null) {
    return `Measured: ${answered}, ${rate}, e2el p95 ${say(e2elMs!.p95.value)} ms.`;
  }
  const share = `${percent(goodput.share)} of ${requests.total} requests had ${sayObjective(objective)}`;
  const asked = `${sayShare(attainment)} asked`;
  const rates = `${rate}, of them good ${say(goodput.requestsPerSecond.value)}`;
  if (outcome === 'met') return `Met: ${share}, ${asked}; ${rates}.`;
  if (outcome === 'missed') return `Missed: ${share}, ${asked}; ${rates}.`;
  return `Inconclusive: ${share}, which could lie on either side of the ${asked}; take more requests.`;
}

const SATURATED_SHARE = 0.9;

/** In the second half of the schedule clearly fewer requests were answered than became due: a queue grows that a
 *  longer test would show longer. Chance is given two standard deviations. */
function isSaturated(records: readonly LoadRecord[]): boolean {
  const repeats = new Set(records.map(({ repeat }) => repeat));
  let due = 0;
  let answered = 0;
  for (const repeat of repeats) {
    const all = records.filter((record) => record.repeat === repeat);
    const lastMs = Math.max(...all.map(({ intendedMs }) => intendedMs));
    const inHalf = (ms: number): boolean => ms > lastMs / 2 && ms <= lastMs;
    due += all.filter(({ intendedMs }) => inHalf(intendedMs)).length;
    answered += all.filter(({ failure, endMs }) => failure === null && inHalf(endMs)).length;
  }
  return answered < due * SATURATED_SHARE && due - answered > 2 * Math.sqrt(due);
}

/** Three digits, which is more than a load test knows. */
export function say(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}

const sayShare = (share: number): string => `${Number((share * 100).toFixed(1))}%`;

function percent({ value, low, high }: Estimate): string {
  return `${sayShare(value)} [${sayShare(low!)}, ${sayShare(high!)}]`;
}
