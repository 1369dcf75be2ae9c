/** The verdict in a terminal: the sentence first, one aligned table, the next command last. */
import { join, relative } from 'node:path';
import { formatNumber } from '../../reports/app/format.js';
import { formatGate } from '../../reports/gate-numbers.ts';
import { errorsByClass } from '../../reports/not-evaluated.ts';
import type { ReportData } from '../../reports/report-data.ts';
import { shellWord } from '../../reports/shell-command.ts';
import { byUrgency, signs } from '../../reports/signs.ts';
import type { RunResult } from '../runner/run.ts';
import { runFiles } from '../runs/run-folder.ts';
import { renderTable } from './table.ts';

export function renderVerdict({ dir, data }: Pick<RunResult, 'dir' | 'data'>): string {
  const { verdict, run } = data;
  const gates = byUrgency(verdict.gates);
  const rows = gates.map((gate) => {
    const { value, interval } = formatGate(data, gate);
    const n = gate.n > 0 ? `n=${formatNumber(gate.n)}` : '';
    const { sign, word } = signs[gate.outcome];
    return [`${sign} ${word}`, gate.metric, `${value} ${interval}`.trim(), gate.rule, n];
  });
  const undecided = gates.filter(({ outcome }) => outcome !== 'pass' && outcome !== 'not-applicable');
  const errors = verdict.errors ? errorsByClass(verdict.errors) : '';
  const shown = (path: string) => relative(process.cwd(), path) || path;
  return [
    verdict.sentence,
    '',
    renderTable(rows, ['left', 'left', 'left', 'left', 'right']),
    '',
    ...undecided.map((gate) => `${signs[gate.outcome].sign} ${gate.metric}: ${gate.reason}`),
    ...(undecided.length > 0 ? [''] : []),
    ...(errors === '' ? [] : [`Errors: ${errors}; none counts as a score`, '']),
    ...run.leftOut.map(({ name, reason }) => `– ${name} was not evaluated: ${reason}`),
    ...(run.leftOut.length > 0 ? [''] : []),
    `Report   ${shown(join(dir, runFiles.html))}`,
    `Next     ${nextCommand(data, shellWord(shown(dir)))}`,
    '',
  ].join('\n');
}

function nextCommand({ verdict, run }: ReportData, dir: string): string {
  if (verdict.outcome === 'pass' && run.limit === null && run.model.kind === 'engine') {
    return `npx harness promote ${shellWord(run.model.reference)} --to production --run ${dir}`;
  }
  if (verdict.outcome === 'inconclusive' && run.looks?.look === 1) return `npx harness run --extend ${dir}`;
  return `npx harness report ${dir} --open`;
}
