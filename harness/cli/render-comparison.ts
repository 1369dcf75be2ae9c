/** Two runs side by side in a terminal: the sentence first, what changed before what did not, the page last. */
import { formatMeasure, formatNumber } from '../../reports/app/format.js';
import type { ComparisonData, Conclusion, MetricComparison } from '../../reports/comparison-data.ts';
import { conclusionSigns } from '../../reports/comparison-signs.ts';
import { fullName } from '../../reports/metric-names.ts';
import { renderFitted } from './table.ts';
import { painter, shownPath, widthOf, wrapped, type Screen, type Style } from './terminal.ts';

const COLOURS: { readonly [Name in Conclusion]: Style } = {
  worse: 'red',
  different: 'yellow',
  better: 'green',
  'no-difference': 'dim',
  'not-compared': 'dim',
};

const ORDER = Object.keys(conclusionSigns) as Conclusion[];

/** @param page path of the HTML page */
export function renderComparisonText(data: ComparisonData, page: string, screen: Screen): string {
  const columns = widthOf(screen);
  const paint = painter(screen);
  const compared = ORDER.filter((conclusion) => conclusion !== 'not-compared').flatMap((conclusion) =>
    data.metrics.filter((metric) => metric.conclusion === conclusion),
  );
  const rows = renderFitted(
    compared.map(cellsOf),
    ['left', 'left', 'right', 'left', 'right', 'right'],
    columns,
  );
  const table = compared.flatMap(({ conclusion }, i) =>
    compared[i - 1]?.conclusion === conclusion
      ? [rows[i]!]
      : [...(i > 0 ? [''] : []), paint(COLOURS[conclusion], headOf(conclusion, data)), rows[i]!],
  );
  const warnings = [
    ...data.setup.map(
      ({ what, baseline, model }) =>
        `! ${what} differs: ${short(baseline)} in the baseline, ${short(model)} here`,
    ),
    ...(data.unpaired > 0
      ? [`! ${formatNumber(data.unpaired)} records have no partner in the other run and count for neither`]
      : []),
  ];
  return [
    paint('bold', wrapped(data.sentence, columns)),
    '',
    ...table,
    ...(table.length > 0 ? [''] : []),
    ...notCompared(data.metrics).map((line) => wrapped(line, columns, 2)),
    ...warnings.map((line) => wrapped(line, columns, 2)),
    ...(warnings.length > 0 || data.counts['not-compared'] > 0 ? [''] : []),
    `Page     ${shownPath(page)}`,
    '',
  ].join('\n');
}

function headOf(conclusion: Conclusion, { counts }: ComparisonData): string {
  const { sign, word } = conclusionSigns[conclusion];
  return `${sign} ${word}: ${counts[conclusion]}`;
}

/** Baseline and model, then the difference with its 95% interval, then p over all metrics that were tested. */
function cellsOf(metric: MetricComparison): string[] {
  const unit = metric.unit === null ? '' : ` ${metric.unit}`;
  const shown = metric.difference && formatMeasure({ ...metric.difference, threshold: 0 });
  const difference = shown
    ? `${signed(metric.difference?.value ?? 0, shown.value)} ${shown.interval}`.trim()
    : '–';
  return [
    '',
    fullName(metric),
    `${formatNumber(metric.baseline?.value ?? null)} → ${formatNumber(metric.model?.value ?? null)}${unit}`,
    difference,
    metric.pAdjusted === null
      ? ''
      : metric.pAdjusted < 0.001
        ? 'p < 0.001'
        : `p = ${metric.pAdjusted.toFixed(3)}`,
    `n=${formatNumber(metric.pairs)}`,
  ];
}

function signed(value: number, text: string): string {
  return value > 0 ? `+${text}` : text;
}

/** A line a reason. */
function notCompared(metrics: readonly MetricComparison[]): string[] {
  const names = new Map<string, string[]>();
  for (const metric of metrics) {
    if (metric.conclusion !== 'not-compared') continue;
    names.set(metric.reason, [...(names.get(metric.reason) ?? []), fullName(metric)]);
  }
  return [...names].map(
    ([reason, of]) => `– ${of.join(', ')} ${of.length === 1 ? 'was' : 'were'} not compared: ${reason}`,
  );
}

/** A digest as far as it tells it from another. */
function short(value: string): string {
  return value.replace(/^(sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1…');
}
