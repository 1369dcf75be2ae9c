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
  /** As wide as the text, and twice as high; default: one of several in a row. */
  readonly wide?: boolean;
  /** Places on the x axis that mean something, with their names. */
  readonly marks?: readonly { readonly at: number; readonly name: string }[];
}

const LEFT = 40;
/** Below the axis, for its ticks. */
const FOOT = 24;
/** Room that the name of a mark takes. */
const NAME_WIDTH = 28;

/** Null where there are no two points to draw; what is not finite is left out. */
export function lineChart({
  label,
  lines,
  marks = [],
  xUnit = '',
  wide = false,
  ...axes
}: LineChart): Html | null {
  const width = wide ? 640 : 288;
  const height = wide ? 192 : 144;
  const floor = height - FOOT;
  const drawn = lines.map(({ kind, points: own }) => ({
    kind,
    own: own.filter(([px, py]) => Number.isFinite(px) && Number.isFinite(py)),
  }));
  const points = drawn.flatMap(({ own }) => own);
  if (points.length < 2) return null;
  const xs = points.map(([px]) => px);
  const ys = points.map(([, py]) => py);
  const across = axes.x ?? axisOf([least(xs), most(xs)], 'own');
  const up = axes.y ?? axisOf([least(ys), most(ys)], 'own');
  const x = (value: number): number =>
    round(LEFT + ((value - across.from) / (across.to - across.from)) * (width - LEFT));
  const y = (value: number): number => round(floor - ((value - up.from) / (up.to - up.from)) * (floor - 8));
  const placed = rowsOf(marks.map(({ at, name }) => ({ at: x(at), name })));
  return html`<svg
    class="plot lines${wide && ' wide'}"
    role="img"
    aria-label="${label}"
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    height="${height}"
  >
    <path class="axis" d="M${LEFT} 8V${floor}H${width}" />
    ${placed.map(({ at, name, row }) => html`<path class="threshold" d="M${at} 8V${floor}" /><text x="${at > width - 40 ? at - 3 : at + 3}" y="${16 + 12 * row}" text-anchor="${at > width - 40 ? 'end' : 'start'}">${name}</text>`)}
    ${drawn.map(({ own, kind }) => html`<path class="line ${kind}" d="${own.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${x(px)} ${y(py)}`).join('')}" />${own.length === 1 && html`<circle class="${kind === 'model' ? 'dot' : 'hollow'}" cx="${x(own[0]![0])}" cy="${y(own[0]![1])}" r="3" />`}`)}
    <text x="${LEFT - 4}" y="14" text-anchor="end">${formatTick(up.to)}</text>
    <text x="${LEFT - 4}" y="${floor}" text-anchor="end">${formatTick(up.from)}</text>
    <text x="${LEFT}" y="${floor + 16}" text-anchor="start">${formatTick(across.from)}</text>
    <text x="${width}" y="${floor + 16}" text-anchor="end">
      ${formatTick(across.to)}${xUnit && ` ${xUnit}`}
    </text>
  </svg>`;
}

/** Names of marks that stand too close for one line go below each other. */
function rowsOf<Mark extends { readonly at: number }>(marks: readonly Mark[]): (Mark & { row: number })[] {
  const placed: (Mark & { row: number })[] = [];
  for (const mark of [...marks].sort((a, b) => a.at - b.at)) {
    const last = placed.at(-1);
    placed.push({ ...mark, row: last && mark.at - last.at < NAME_WIDTH ? last.row + 1 : 0 });
  }
  return placed;
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
