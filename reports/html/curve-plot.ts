/** Numbers over steps as lines on one axis. Plain SVG, coloured by the page's style. Knows nothing of training. */
import { formatNumber, formatTick } from '../app/format.js';
import { type Html, html } from './html.ts';
import { axisOf } from './interval-plot.ts';

export interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [step: number, value: number])[];
}

const WIDTH = 560;
const HEIGHT = 192;
const LEFT = 56;
const BOTTOM = 24;
const TOP = 8;

const round = (value: number) => Math.round(value * 10) / 10;

/** @param curves the first is drawn in the accent colour; at least one has a point. What is not finite is left out. */
export function curvePlot(title: string, curves: readonly Curve[]): Html {
  const drawn = curves.map(({ name, points }) => ({
    name,
    points: points.filter(([, value]) => Number.isFinite(value)),
  }));
  const all = drawn.flatMap(({ points }) => points);
  if (all.length === 0) return html``;
  const axis = axisOf(
    all.map(([, value]) => value),
    'own',
  );
  const lastStep = Math.max(1, ...all.map(([step]) => step));
  const x = (step: number) => round(LEFT + (step / lastStep) * (WIDTH - LEFT));
  const y = (value: number) =>
    round(TOP + ((axis.to - value) / (axis.to - axis.from || 1)) * (HEIGHT - TOP - BOTTOM));
  const path = (points: Curve['points']) =>
    points.map(([step, value], index) => `${index === 0 ? 'M' : 'L'}${x(step)} ${y(value)}`).join('');
  const middle = (axis.from + axis.to) / 2;
  const described = drawn
    .filter(({ points }) => points.length > 0)
    .map(
      ({ name, points }) =>
        `${name} from ${formatNumber(points[0]![1])} to ${formatNumber(points.at(-1)![1])}`,
    );
  return html`<svg
    class="plot"
    role="img"
    aria-label="${title}: ${described.join(', ')}, over ${formatNumber(lastStep)} steps"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    width="${WIDTH}"
    height="${HEIGHT}"
  >
    ${[axis.from, middle, axis.to].map((tick) => html`<path class="axis" d="M${LEFT} ${y(tick)}H${WIDTH}" /><text x="${LEFT - 8}" y="${y(tick) + 3}" text-anchor="end">${formatTick(tick)}</text>`)}
    ${drawn.map(({ points }, index) => points.length > 0 && html`<path class="${index === 0 ? 'curve' : 'curve second'}" d="${path(points)}" />${points.length < 2 && html`<circle class="${index === 0 ? 'dot' : 'hollow'}" cx="${x(points[0]![0])}" cy="${y(points[0]![1])}" r="3" />`}`)}
    <text x="${LEFT}" y="${HEIGHT - 4}" text-anchor="start">0</text>
    <text x="${WIDTH}" y="${HEIGHT - 4}" text-anchor="end">step ${formatNumber(lastStep)}</text>
  </svg>`;
}
