/** The verdict in a terminal: the sentence first, one aligned table, the next command last. */
import { join, relative } from 'node:path';
import type { RunResult } from '../runner/run.ts';
import { runFiles } from '../runs/run-folder.ts';
import type { GateOutcome, GateResult, ReportData } from '../../reports/report-data.ts';
import { renderTable } from './table.ts';

const signs: { readonly [Outcome in GateOutcome]: string } = {
  pass: '✓',
  fail: '✕',
  inconclusive: '?',
  'could-not-evaluate': '!',
  'not-applicable': '–',
};

/** Worst first: what a reader has to act on stands at the top. */
const order: readonly GateOutcome[] = [
  'fail',
  'could-not-evaluate',
  'inconclusive',
  'pass',
  'not-applicable',
];

export function renderVerdict({ dir, data }: RunResult): string {
  const { verdict, run } = data;
  const gates = verdict.gates.toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
  const rows = gates.map((gate) => [signs[gate.outcome], gate.metric, valueOf(gate), gate.rule, nOf(gate)]);
  const undecided = gates.filter(({ outcome }) => outcome !== 'pass' && outcome !== 'not-applicable');
  const shown = (path: string) => relative(process.cwd(), path) || path;
  return [
    verdict.sentence,
    '',
    renderTable(rows, ['left', 'left', 'left', 'left', 'right']),
    '',
    ...undecided.map((gate) => `${signs[gate.outcome]} ${gate.metric}: ${gate.reason}`),
    ...(undecided.length > 0 ? [''] : []),
    ...run.leftOut.map(({ name, reason }) => `– ${name} was not evaluated: ${reason}`),
    ...(run.leftOut.length > 0 ? [''] : []),
    `Report   ${shown(join(dir, runFiles.html))}`,
    `Next     ${nextCommand(data, shown(dir))}`,
    '',
  ].join('\n');
}

function valueOf({ value, low, high }: GateResult): string {
  if (value === null) return '–';
  const interval = low === null || high === null ? '' : ` [${number(low)}, ${number(high)}]`;
  return number(value) + interval;
}

function nOf({ n }: GateResult): string {
  return n > 0 ? `n=${n.toLocaleString('en')}` : '';
}

/** Three significant digits after the point at most; thousands grouped. */
function number(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 3;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function nextCommand({ verdict, run }: ReportData, dir: string): string {
  if (verdict.outcome === 'pass' && run.limit === null && run.model.kind === 'engine') {
    return `harness promote ${run.model.reference} --to production --run ${dir}`;
  }
  return `harness report ${dir} --open`;
}
