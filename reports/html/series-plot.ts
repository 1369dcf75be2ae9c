/** A metric over runs: a dot with whiskers each, the levels between changes as lines, a change as a dashed line. Plain
 *  SVG, coloured by the page's style. */
import { countOf, formatNumber, formatTick } from '../app/format.js';
import type { HistoryRun, HistorySeries } from '../history-data.ts';
import { type Html, html } from './html.ts';
import { axisOf } from './interval-plot.ts';

const WIDTH = 640;
const HEIGHT = 128;
const LEFT = 48;
const FLOOR = 104;

/** @param runs of the history: when the first and the last point were measured stands below the axis */
export function seriesPlot({ points, changes, name }: HistorySeries, runs: readonly HistoryRun[]): Html {
  const numbers = points
    .flatMap(({ value, low, high }) => [value, low, high])
    .filter((each) => each !== null);
  const axis = axisOf(numbers, 'near');
  const x = (i: number): number => round(LEFT + ((i + 0.5) / points.length) * (WIDTH - LEFT));
  const y = (value: number): number =>
    round(FLOOR - ((value - axis.from) / (axis.to - axis.from)) * (FLOOR - 8));
  const bounds = [0, ...changes.map(({ at }) => at), points.length];
  const levels = changes.length === 0 ? [] : [changes[0]!.before, ...changes.map(({ after }) => after)];
  const whiskers = points
    .map(({ low, high }, i) => (low === null || high === null ? '' : `M${x(i)} ${y(low)}V${y(high)}`))
    .join('');
  const words = `${name} over ${countOf(points.length, 'run')}, from ${formatNumber(points[0]!.value)} to ${formatNumber(points.at(-1)!.value)}; ${changes.length === 0 ? 'no change' : countOf(changes.length, 'change')} of level`;
  const dayOf = (point: number): string => runs[points[point]!.run]!.startedAt.slice(0, 10);
  return html`<svg
    class="plot wide"
    role="img"
    aria-label="${words}"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    width="${WIDTH}"
    height="${HEIGHT}"
  >
    <path class="axis" d="M${LEFT} 8V${FLOOR}H${WIDTH}" />
    ${changes.map(({ at }) => html`<path class="threshold" d="M${round((x(at) + x(at - 1)) / 2)} 8V${FLOOR}" />`)}
    ${levels.map((level, i) => html`<path class="line baseline" d="M${x(bounds[i]!)} ${y(level)}H${x(bounds[i + 1]! - 1)}" />`)}
    <path class="whisker" d="${whiskers}" />
    ${points.map(({ value }, i) => html`<circle class="dot" cx="${x(i)}" cy="${y(value)}" r="3" />`)}
    <text x="${LEFT - 4}" y="14" text-anchor="end">${formatTick(axis.to)}</text>
    <text x="${LEFT - 4}" y="${FLOOR}" text-anchor="end">${formatTick(axis.from)}</text>
    <text x="${LEFT}" y="${FLOOR + 16}" text-anchor="start">${dayOf(0)}</text>
    ${points.length > 1 && html`<text x="${WIDTH}" y="${FLOOR + 16}" text-anchor="end">${dayOf(points.length - 1)}</text>`}
  </svg>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
