/** Lines over a shared axis: what falls or rises with steps, milliseconds or runs. Plain SVG, coloured by the page's
 *  style; a second line is told from the first by its dashes. Knows points; knows nothing of what they mean. */
import { formatTick } from '../app/format.js';
import { type Html, html } from './html.ts';
import { axisOf } from './interval-plot.ts';

export interface LineChart {
  /** What it shows, in words, for those who do not see it. */
  readonly label: string;
  readonly lines: readonly {
    readonly points: readonly (readonly [number, number])[];
    readonly kind: 'model' | 'baseline';
  }[];
  /** Ends of the axes; by the points where absent. */
  readonly x?: { readonly from: number; readonly to: number };
  readonly y?: { readonly from: number; readonly to: number };
  readonly xUnit?: string;
  /** Places on the x axis that mean something, with their names. */
  readonly marks?: readonly { readonly at: number; readonly name: string }[];
}

const WIDTH = 288;
const HEIGHT = 144;
const LEFT = 40;
const FLOOR = 120;

export function lineChart({ label, lines, marks = [], xUnit = '', ...axes }: LineChart): Html | null {
  const points = lines
    .flatMap((line) => line.points)
    .filter(([px, py]) => Number.isFinite(px) && Number.isFinite(py));
  if (points.length < 2) return null;
  const xs = points.map(([px]) => px);
  const ys = points.map(([, py]) => py);
  const across = axes.x ?? axisOf([least(xs), most(xs)], 'own');
  const up = axes.y ?? axisOf([least(ys), most(ys)], 'own');
  const x = (value: number): number =>
    round(LEFT + ((value - across.from) / (across.to - across.from)) * (WIDTH - LEFT));
  const y = (value: number): number => round(FLOOR - ((value - up.from) / (up.to - up.from)) * (FLOOR - 8));
  return html`<svg
    class="plot lines"
    role="img"
    aria-label="${label}"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    width="${WIDTH}"
    height="${HEIGHT}"
  >
    <path class="axis" d="M${LEFT} 8V${FLOOR}H${WIDTH}" />
    ${marks.map(({ at, name }) => html`<path class="threshold" d="M${x(at)} 8V${FLOOR}" /><text x="${x(at) > WIDTH - 40 ? x(at) - 3 : x(at) + 3}" y="16" text-anchor="${x(at) > WIDTH - 40 ? 'end' : 'start'}">${name}</text>`)}
    ${lines.map(({ points: own, kind }) => html`<path class="line ${kind}" d="${own.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${x(px)} ${y(py)}`).join('')}" />`)}
    <text x="${LEFT - 4}" y="14" text-anchor="end">${formatTick(up.to)}</text>
    <text x="${LEFT - 4}" y="${FLOOR}" text-anchor="end">${formatTick(up.from)}</text>
    <text x="${LEFT}" y="${FLOOR + 16}" text-anchor="start">${formatTick(across.from)}</text>
    <text x="${WIDTH}" y="${FLOOR + 16}" text-anchor="end">
      ${formatTick(across.to)}${xUnit && ` ${xUnit}`}
    </text>
  </svg>`;
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b));
}

function most(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
