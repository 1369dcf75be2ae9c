/** Plans of power in a terminal: one aligned table. */
import { formatNumber } from '../../reports/app/format.js';
import type { PlannedGate } from '../gates/power-plan.ts';
import { count, say } from '../gates/words.ts';
import type { RunPlan } from '../runner/run-options.ts';
import { renderTable } from './table.ts';

export function renderPower(gates: readonly PlannedGate[], spread: string, power: number): string {
  const rows = gates.map((gate) => [
    gate.metric,
    gate.rule,
    `n=${formatNumber(gate.n)}`,
    gate.clusters < gate.n ? `in ${formatNumber(gate.clusters)}` : '',
    deviationOf(gate),
    gate.detects === null ? '–' : say(gate.detects, 2),
    gate.needed === null ? '–' : count(gate.needed),
    gate.note,
  ]);
  const table = renderTable(
    [['Metric', 'Rule', 'n', 'clusters', 'sd', 'Detects', 'Needs', ''], ...rows],
    ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'left'],
  );
  return [
    table,
    '',
    `Detects: the distance from threshold or margin that is found with power ${say(power)}. Needs: samples for that power.`,
    `sd: ${spread}; ~ is assumed.`,
    '',
  ].join('\n');
}

/** Before a run spends: one line for each gate that estimates, and what its spread is from; without thresholds of
 *  which nothing can be told. Empty where none does. */
export function renderRunPlan({ gates, from, power }: RunPlan): string {
  const telling = gates.filter(({ kind, detects }) => kind === 'notWorseThan' || detects !== null);
  if (telling.length === 0) return '';
  const spread = from === null ? 'as assumed' : `as in run ${from}`;
  const rows = telling.map((gate) => [gate.metric, gate.rule, detectsInWords(gate), gate.note]);
  return [
    `Will detect with power ${say(power)} (sd: ${spread}; ~ is assumed):`,
    renderTable(rows, ['left', 'left', 'left', 'left']).replaceAll(/^/gm, '  '),
    '',
  ].join('\n');
}

function detectsInWords(gate: PlannedGate): string {
  if (gate.detects === null) return '';
  return `${isAssumed(gate) ? '~ ' : ''}${say(gate.detects, 2)} away`;
}

function deviationOf(gate: PlannedGate): string {
  return gate.deviation === null ? '' : `${isAssumed(gate) ? '~' : ''}${say(gate.deviation, 2)}`;
}

function isAssumed({ source }: PlannedGate): boolean {
  return source === 'assumed';
}
