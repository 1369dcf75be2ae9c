/** The result of a load test in a terminal: the verdict first, one aligned table, the next command last. */
import { join, relative } from 'node:path';
import type { GeneratorHealth } from '../load/generator-health.ts';
import { type LoadFile, loadFiles } from '../load/load-folder.ts';
import { type LoadOutcome, type LoadStep, say } from '../load/load-verdict.ts';
import type { Distribution, Estimate, LoadReport } from '../load/load-report.ts';
import { renderTable } from './table.ts';

const signs: Readonly<Record<LoadOutcome, string>> = {
  met: '✓',
  missed: '✕',
  inconclusive: '?',
  measured: '–',
  'could-not-evaluate': '–',
  invalid: '–',
};

const times = [
  ['ttftMs', 'time to first token'],
  ['itlMs', 'inter-token latency'],
  ['tpotMs', 'time per output token'],
  ['e2elMs', 'end to end'],
  ['e2elFromSendMs', 'end to end, from the send'],
] as const;

export function renderLoad(file: LoadFile, dir: string): string {
  const { outcome, sentence, steps } = file;
  const shown = relative(process.cwd(), dir) || dir;
  const last = steps.at(-1)!;
  return [
    `${signs[outcome]} ${sentence}`,
    '',
    ...(file.sweep === null ? oneLevel(last) : [sweepTable(steps)]),
    '',
    generatorLine(last.generator),
    `Result     ${join(shown, loadFiles.load)}`,
    `Requests   ${join(shown, loadFiles.requests)}`,
    '',
  ].join('\n');
}

function oneLevel({ report, saturated }: LoadStep): string[] {
  const head = ['ms, from the intended start', 'p50', 'p90', 'p95', 'p99', 'n'];
  const rows = times.flatMap(([key, name]) => {
    const found = report[key];
    return found === null ? [] : [distributionRow(name, found)];
  });
  return [
    renderTable([head, ...rows], ['left', 'left', 'left', 'left', 'left', 'right']),
    '',
    renderTable(totals(report), ['left', 'left']),
    ...(saturated ? ['', 'The server fell behind the schedule: a longer test would show longer times.'] : []),
    ...(report.repeats === 1
      ? []
      : [`Intervals are over ${report.repeats} repeats of ${say(report.durationS)} s.`]),
  ];
}

function distributionRow(name: string, { p50, p90, p95, p99, n }: Distribution): string[] {
  return [name, withInterval(p50), withInterval(p90), withInterval(p95), withInterval(p99), say(n)];
}

function totals(report: LoadReport): string[][] {
  const { requests, goodput, offeredPerSecond } = report;
  const counted = report.tokensToldByServer ? '' : ' (pieces of text: the server told no tokens)';
  const failures = Object.entries(requests.byClass).map(([name, count]) => `${count} ${name}`);
  return [
    [
      'requests/s',
      withInterval(report.requestsPerSecond) +
        (offeredPerSecond === null ? '' : ` of ${say(offeredPerSecond)} offered`),
    ],
    ...(goodput === null ? [] : [['good requests/s', withInterval(goodput.requestsPerSecond)]]),
    ['output tokens/s', withInterval(report.outputTokensPerSecond) + counted],
    ['in flight', say(report.meanInFlight)],
    [
      'failed',
      requests.failed === 0 ? '0' : `${requests.failed} of ${requests.total}: ${failures.join(', ')}`,
    ],
  ];
}

function sweepTable(steps: readonly LoadStep[]): string {
  const head = ['rate/s', 'verdict', 'good', 'answered/s', 'e2el p50', 'e2el p95', 'ttft p95', ''];
  const rows = steps.map(({ ratePerS, outcome, saturated, report }) => [
    say(ratePerS!),
    `${signs[outcome]} ${outcome}`,
    report.goodput === null ? '' : `${say(report.goodput.share.value * 100)}%`,
    say(report.requestsPerSecond.value),
    report.e2elMs === null ? '–' : `${say(report.e2elMs.p50.value)} ms`,
    report.e2elMs === null ? '–' : `${say(report.e2elMs.p95.value)} ms`,
    report.ttftMs === null ? '–' : `${say(report.ttftMs.p95.value)} ms`,
    saturated ? 'saturated' : '',
  ]);
  return renderTable([head, ...rows], ['right', 'left', 'right', 'right', 'right', 'right', 'right', 'left']);
}

function withInterval({ value, low, high }: Estimate): string {
  if (low === null && high === null) return say(value);
  const side = (bound: number | null): string => (bound === null ? '?' : say(bound));
  return `${say(value)} [${side(low)}, ${side(high)}]`;
}

function generatorLine({ sendLagMs, eventLoopDelayMs, cpuShare, faults }: GeneratorHealth): string {
  const state = faults.length === 0 ? 'kept up' : 'did not keep up';
  return (
    `Generator  ${state}: send lag p99 ${say(sendLagMs.p99)} ms, event loop delay p99 ` +
    `${say(eventLoopDelayMs.p99)} ms, CPU ${Math.round(cpuShare * 100)}% of a core`
  );
}
