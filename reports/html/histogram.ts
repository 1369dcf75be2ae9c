/** How values are spread: bars of the model, an outline of the baseline on the same bins. Plain SVG, coloured by the
 *  page's style. Knows numbers; knows nothing of metrics. */
import { formatNumber, formatTick } from '../app/format.js';
import { type Html, html } from './html.ts';
import { axisOf, type AxisKind } from './interval-plot.ts';

export interface Histogram {
  readonly values: readonly number[];
  readonly baseline: readonly number[] | null;
  readonly axis: AxisKind;
  readonly unit: string | null;
}

const WIDTH = 208;
const HEIGHT = 72;
const FLOOR = 56;
const BINS = 24;

/** Null where there is nothing to spread: fewer than two different values on both sides together. */
export function histogram({ values, baseline, axis: kind, unit }: Histogram): Html | null {
  const all = [...values, ...(baseline ?? [])].filter(Number.isFinite);
  if (values.length === 0 || new Set(all).size < 2) return null;
  const axis = axisOf([reduce(all, Math.min), reduce(all, Math.max)], kind);
  const shares = binShares(values, axis);
  const before = baseline && baseline.length > 0 ? binShares(baseline, axis) : null;
  const most = Math.max(...shares, ...(before ?? []));
  const y = (share: number): number => round(FLOOR - (share / most) * (FLOOR - 4));
  const x = (bin: number): number => round((bin / BINS) * WIDTH);
  const bars = shares
    .flatMap((share, bin) =>
      share === 0 ? [] : [`M${x(bin)} ${FLOOR}V${y(share)}H${x(bin + 1) - 1}V${FLOOR}Z`],
    )
    .join('');
  const outline =
    before && `M0 ${FLOOR}${before.map((share, bin) => `V${y(share)}H${x(bin + 1)}`).join('')}V${FLOOR}`;
  return html`<svg
    class="plot spread"
    role="img"
    aria-label="${inWords(values, baseline, unit)}"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    width="${WIDTH}"
    height="${HEIGHT}"
  >
    <path class="bars" d="${bars}" />
    ${outline !== null && html`<path class="outline" d="${outline}" />`}
    <path class="axis" d="M0 ${FLOOR}H${WIDTH}" />
    <text x="0" y="70" text-anchor="start">${formatTick(axis.from)}</text>
    <text x="${WIDTH}" y="70" text-anchor="end">${formatTick(axis.to)}</text>
  </svg>`;
}

function binShares(values: readonly number[], { from, to }: { from: number; to: number }): number[] {
  const counts = Array.from({ length: BINS }, () => 0);
  for (const value of values) {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(((value - from) / (to - from)) * BINS)));
    counts[bin]! += 1 / values.length;
  }
  return counts;
}

/** Least, quarters and most: what the picture shows, for those who do not see it. */
function inWords(values: readonly number[], baseline: readonly number[] | null, unit: string | null): string {
  const said = (list: readonly number[]): string => {
    const sorted = [...list].sort((a, b) => a - b);
    const at = (share: number): string => formatNumber(sorted[Math.round(share * (sorted.length - 1))]!);
    return `${at(0)} to ${at(1)}, half between ${at(0.25)} and ${at(0.75)}, median ${at(0.5)}`;
  };
  const own = `Distribution of ${formatNumber(values.length)} values${unit ? ` in ${unit}` : ''}: ${said(values)}`;
  return baseline && baseline.length > 0 ? `${own}; baseline ${said(baseline)}` : own;
}

function reduce(values: readonly number[], pick: (a: number, b: number) => number): number {
  return values.reduce((a, b) => pick(a, b));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
