/** The verdict in a terminal: the sentence first, one aligned table, the next command last. Where the table is wider
 *  than the terminal, each gate takes two lines; commands and paths stay whole, so that they can be copied. */
import { join } from 'node:path';
import { formatNumber } from '../../reports/app/format.js';
import { formatGate } from '../../reports/gate-numbers.ts';
import { taskOf } from '../../reports/metric-names.ts';
import { errorsByClass } from '../../reports/not-evaluated.ts';
import type { GateOutcome, GateResult, LeftOut, ReportData } from '../../reports/report-data.ts';
import { shellWord } from '../../reports/shell-command.ts';
import { byUrgency, signs } from '../../reports/signs.ts';
import type { RunResult } from '../runner/run-options.ts';
import { runFiles } from '../runs/run-folder.ts';
import { renderFitted } from './table.ts';
import { oneLine, painter, shownPath, widthOf, wrapped, type Screen, type Style } from './terminal.ts';

const PLAIN: Screen = { write: () => undefined };

const COLOURS: { readonly [Outcome in GateOutcome]: Style } = {
  fail: 'red',
  'could-not-evaluate': 'yellow',
  inconclusive: 'yellow',
  pass: 'green',
  'not-applicable': 'dim',
};

/** @param screen what it is written to; absent: a file, as wide as it needs */
export function renderVerdict(
  { dir, data }: Pick<RunResult, 'dir' | 'data'>,
  screen: Screen = PLAIN,
  failureFolder: string | null = null,
): string {
  const { verdict, run } = data;
  const columns = widthOf(screen);
  const paint = painter(screen);
  // A gate of a task that was left out has no numbers to show; it is counted where that task is named.
  const leftOut = new Set(run.leftOut.map(({ name }) => name));
  const unasked = ({ outcome, metric }: GateResult): boolean =>
    outcome === 'not-applicable' && leftOut.has(taskOf(metric));
  const gates = byUrgency(verdict.gates.filter((gate) => !unasked(gate)));
  const undecided = gates.filter(({ outcome }) => outcome !== 'pass' && outcome !== 'not-applicable');
  const errors = verdict.errors ? errorsByClass(verdict.errors) : '';
  const kept = data.samples.filter(({ cached }) => cached).length;
  const shownDir = shownPath(dir);
  return [
    paint('bold', wrapped(oneLine(verdict.sentence, null), columns)),
    '',
    gateTable(data, gates, columns, paint),
    '',
    ...undecided.map((gate) => {
      const line = wrapped(
        `${signs[gate.outcome].sign} ${gate.metric}: ${oneLine(gate.reason, null)}`,
        columns,
        2,
      );
      return paint(COLOURS[gate.outcome], line.slice(0, 1)) + line.slice(1);
    }),
    ...(undecided.length > 0 ? [''] : []),
    ...(errors === '' ? [] : [wrapped(`Errors: ${errors}; none counts as a score`, columns, 2), '']),
    ...(kept === 0 ? [] : [wrapped(keptLine(kept, data.samples.length), columns, 2), '']),
    ...leftOutLines(run.leftOut, verdict.gates.filter(unasked)).map((line) => wrapped(line, columns, 2)),
    ...(run.leftOut.length > 0 ? [''] : []),
    `Report   ${shownPath(join(dir, runFiles.html))}`,
    ...(failureFolder === null ? [] : [`Failure  ${shownPath(failureFolder)}`]),
    `Next     ${nextCommand(data, shellWord(shownDir))}`,
    '',
  ].join('\n');
}

function gateTable(
  data: ReportData,
  gates: readonly GateResult[],
  columns: number | null,
  paint: ReturnType<typeof painter>,
): string {
  const rows = gates.map((gate) => {
    const { value, interval } = formatGate(data, gate);
    const n = gate.n > 0 ? `n=${formatNumber(gate.n)}` : '';
    const { sign, word } = signs[gate.outcome];
    return [`${sign} ${word}`, gate.metric, `${value} ${interval}`.trim(), gate.rule, n];
  });
  const alignments = ['left', 'left', 'left', 'left', 'right'] as const;
  return renderFitted(rows, alignments, columns)
    .map((line, i) => {
      const { outcome } = gates[i]!;
      // In a narrow terminal, one line will do where the numbers say nothing.
      const shown = outcome === 'not-applicable' ? line.split('\n')[0]! : line;
      return paint(COLOURS[outcome], shown.slice(0, 1)) + shown.slice(1);
    })
    .join('\n');
}

function keptLine(kept: number, samples: number): string {
  const of = `${formatNumber(kept)} of ${formatNumber(samples)}`;
  return `Kept: ${of} answers are those of earlier runs of this very model; --no-cache asks anew`;
}

/** A line a reason, with the number of gates that hang on it. */
function leftOutLines(leftOut: readonly LeftOut[], unasked: readonly GateResult[]): string[] {
  const names = new Map<string, string[]>();
  for (const { name, reason } of leftOut) names.set(reason, [...(names.get(reason) ?? []), name]);
  return [...names].map(([reason, of]) => {
    const gates = unasked.filter(({ metric }) => of.includes(taskOf(metric))).length;
    const nor =
      gates === 0
        ? ''
        : `, nor ${gates === 1 ? 'the gate' : `the ${gates} gates`} on ${of.length === 1 ? 'it' : 'them'}`;
    return `– ${of.join(', ')} ${of.length === 1 ? 'was' : 'were'} not evaluated${nor}: ${reason}`;
  });
}

function nextCommand({ verdict, run }: ReportData, dir: string): string {
  if (verdict.outcome === 'pass' && run.limit === null && run.model.kind === 'engine') {
    return `npx harness promote ${shellWord(run.model.reference)} --to production --run ${dir}`;
  }
  if (verdict.outcome === 'inconclusive' && run.looks?.look === 1) return `npx harness run --extend ${dir}`;
  return `npx harness report ${dir} --open`;
}
