/** One number as a picture: a dot with whiskers on an axis, what it is held against a line, its baseline a hollow dot.
 *  Plain SVG, coloured by the page's style. Knows nothing of gates. */
import { formatMeasure, formatNumber, formatTick } from '../app/format.js';
import { type Html, html } from './html.ts';

export interface IntervalPlot {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  /** What the number is held against: a threshold, no difference, the value over all samples. */
  readonly line: { readonly at: number; readonly name: string } | null;
  readonly baseline: number | null;
  /** `unit`: scores in [0, 1] share one axis, so that rows compare · `centred`: zero in the middle, for differences ·
   *  `own`: what the numbers need, from zero · `near`: from close below the numbers, for changes over time. */
  readonly axis: AxisKind;
}

export type AxisKind = 'unit' | 'centred' | 'own' | 'near';

export interface Axis {
  readonly from: number;
  readonly to: number;
}

const WIDTH = 208;
const HEIGHT = 32;
const MARGIN = 0;
const MIDDLE = 11;

/** The axis for these numbers: [0, 1] where that is their scale; else from zero to a round number; away from zero
 *  only where they lie so close together that their differences would not show. */
export function axisOf(numbers: readonly number[], kind: AxisKind): Axis {
  const least = Math.min(...numbers);
  const most = Math.max(...numbers);
  if (kind === 'unit' && least >= 0 && most <= 1) return { from: 0, to: 1 };
  if (kind === 'centred') {
    const farthest = Math.max(-least, most) || 1;
    const step = niceStep(farthest);
    const to = Math.ceil(farthest / step) * step;
    return { from: -to, to };
  }
  const spread = most - least;
  const reach = Math.max(Math.abs(least), Math.abs(most));
  if (spread > 0 && (kind === 'near' || spread < reach / 50)) {
    const step = niceStep(spread);
    return { from: Math.floor(least / step) * step, to: Math.ceil(most / step) * step };
  }
  const step = niceStep(Math.max(most, 0) - Math.min(least, 0) || 1);
  // BLEU of a text with itself is 100.00000000000004, and no reason for an axis to 150.
  const slack = 1e-9;
  return {
    from: least < 0 ? Math.floor(least / step + slack) * step : 0,
    to: most > 0 || least >= 0 ? Math.ceil(Math.max(most, step) / step - slack) * step : 0,
  };
}

/** 1, 2 or 5 times a power of ten, so that `spread` is two to five steps. */
function niceStep(spread: number): number {
  const power = 10 ** Math.floor(Math.log10(spread / 2));
  const factor = [5, 2, 1].find((candidate) => candidate * power * 2 <= spread) ?? 1;
  return factor * power;
}

export function intervalPlot(plot: IntervalPlot): Html {
  const { value, low, high, line, baseline } = plot;
  const numbers = [value, low, high, line?.at ?? null, baseline].filter((number) => number !== null);
  if (!numbers.every((number) => Number.isFinite(number))) return html``;
  const axis = axisOf(numbers, plot.axis);
  const x = (number: number) =>
    Math.round((MARGIN + ((number - axis.from) / (axis.to - axis.from)) * (WIDTH - 2 * MARGIN)) * 10) / 10;
  const whisker =
    low === null || high === null
      ? null
      : html`<path
          class="whisker"
          d="M${x(low)} ${MIDDLE}H${x(high)}M${x(low)} ${MIDDLE - 4}v8M${x(high)} ${MIDDLE - 4}v8"
        />`;
  return html`<svg
    class="plot"
    role="img"
    aria-label="${description(plot, axis)}"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    width="${WIDTH}"
    height="${HEIGHT}"
  >
    <path class="axis" d="M${MARGIN} ${MIDDLE}H${WIDTH - MARGIN}" />
    ${line !== null && html`<path class="threshold" d="M${x(line.at)} 1v${2 * MIDDLE - 2}" />`}${whisker}${baseline !== null && html`<circle class="hollow" cx="${x(baseline)}" cy="${MIDDLE}" r="5" />`}
    <circle class="dot" cx="${x(value)}" cy="${MIDDLE}" r="3.5" />
    <text x="${MARGIN}" y="31" text-anchor="start">${formatTick(axis.from)}</text>
    <text x="${WIDTH - MARGIN}" y="31" text-anchor="end">${formatTick(axis.to)}</text>
  </svg>`;
}

function description({ value, low, high, line, baseline }: IntervalPlot, axis: Axis): string {
  const shown = formatMeasure({ value, low, high, threshold: line?.at ?? null });
  const parts = [
    shown.value,
    shown.interval && `interval ${shown.interval}`,
    line !== null && `${line.name} ${formatNumber(line.at)}`,
    baseline !== null && `baseline ${formatNumber(baseline)}`,
    `axis from ${formatTick(axis.from)} to ${formatTick(axis.to)}`,
  ];
  return parts.filter(Boolean).join(', ');
}
