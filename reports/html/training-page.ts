/** A training run as one page: its curves, and the numbers they are drawn from. */
import { countOf, formatNumber } from '../app/format.js';
import type { TrainingPoint, TrainingReportData } from '../training-data.ts';
import { type Html, html } from './html.ts';
import { lineChart } from './line-chart.ts';
import { pageFrame } from './page-frame.ts';

interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [step: number, value: number])[];
}

type Quantity = Exclude<keyof TrainingPoint, 'step'>;

const names: { readonly [Name in Quantity]: string } = {
  loss: 'training loss',
  evalLoss: 'validation loss',
  learningRate: 'learning rate',
  gradNorm: 'gradient norm',
  tokensPerSecond: 'tokens per second',
};

const charts: readonly { readonly title: string; readonly quantities: readonly Quantity[] }[] = [
  { title: 'Loss', quantities: ['loss', 'evalLoss'] },
  { title: 'Learning rate', quantities: ['learningRate'] },
  { title: 'Gradient norm', quantities: ['gradNorm'] },
  { title: 'Tokens per second', quantities: ['tokensPerSecond'] },
];

/** Pure: equal data give equal bytes. */
export function renderTraining({ name, points }: TrainingReportData): string {
  return pageFrame({
    title: `Training of ${name}`,
    content: html`<main>
      <header>
        <p class="subject">Training run <b>${name}</b></p>
        <h1>${sentence(points)}</h1>
        ${faults(points).map((fault) => html`<p class="warning">${fault}</p>`)}
      </header>
      ${charts.map(({ title, quantities }) => chart(title, quantities, points))} ${logSection(points)}
    </main>`,
    archive: null,
  });
}

function curveOf(quantity: Quantity, points: readonly TrainingPoint[]): Curve {
  return {
    name: names[quantity],
    points: points.flatMap((point) => {
      const value = point[quantity];
      return isNumber(value) ? [[point.step, value] as const] : [];
    }),
  };
}

function sentence(points: readonly TrainingPoint[]): string {
  const told = (['loss', 'evalLoss'] as const)
    .map((quantity) => curveOf(quantity, points))
    .filter((curve) => curve.points.length > 0)
    .map(inWords);
  return told.length === 0
    ? 'Nothing was logged.'
    : `${countOf(lastStep(points), 'step')}: ${told.join(', ')}.`;
}

function isNumber(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** What the curves leave out. */
function faults(points: readonly TrainingPoint[]): string[] {
  return (Object.keys(names) as Quantity[]).flatMap((quantity) => {
    const steps = points
      .filter((point) => point[quantity] !== undefined && !isNumber(point[quantity]))
      .map(({ step }) => step);
    if (steps.length === 0) return [];
    const more = steps.length === 1 ? '' : `, and ${countOf(steps.length - 1, 'time')} after it`;
    return [`The ${names[quantity]} was not a number at step ${formatNumber(steps[0]!)}${more}.`];
  });
}

function lastStep(points: readonly TrainingPoint[]): number {
  return points.reduce((most, { step }) => Math.max(most, step), 0);
}

/** @param curve of one point at least */
function inWords({ name, points }: Curve): string {
  return `${name} from ${formatNumber(points[0]![1])} to ${formatNumber(points.at(-1)![1])}`;
}

function chart(title: string, quantities: readonly Quantity[], points: readonly TrainingPoint[]): Html {
  const curves = quantities
    .map((quantity) => curveOf(quantity, points))
    .filter((curve) => curve.points.length > 0);
  if (curves.length === 0) return html``;
  const legend = html`<p class="legend">
    ${curves.map((curve, index) => html`<span class="${index === 0 ? 'key-curve' : 'key-curve second'}"></span> ${curve.name} `)}
  </p>`;
  return html`<section>
    <h2>${title}</h2>
    ${lineChart({
      label: `${title}: ${curves.map(inWords).join(', ')}, over ${countOf(lastStep(points), 'step')}`,
      lines: curves.map(({ points: own }, i) => ({ points: own, kind: i === 0 ? 'model' : 'baseline' })),
      x: { from: 0, to: Math.max(1, lastStep(points)) },
      xUnit: 'steps',
      wide: true,
    })}
    ${curves.length > 1 && legend}
  </section>`;
}

function logSection(points: readonly TrainingPoint[]): Html {
  const shown = (Object.keys(names) as Quantity[]).filter((quantity) =>
    points.some((point) => point[quantity] !== undefined),
  );
  if (shown.length === 0) return html``;
  return html`<section>
    <h2>Log</h2>
    <table class="log">
      <thead>
        <tr>
          <th scope="col" class="number">step</th>
          ${shown.map((quantity) => html`<th scope="col" class="number">${names[quantity]}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${bySteps(points).map(
          (point) =>
            html`<tr>
              <th scope="row" class="number">${formatNumber(point.step)}</th>
              ${shown.map((quantity) => html`<td class="number">${numberOf(point[quantity])}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

/** What was logged of one step at two times, as loss and validation loss are, in one row. */
function bySteps(points: readonly TrainingPoint[]): TrainingPoint[] {
  const rows: TrainingPoint[] = [];
  for (const point of points) {
    const last = rows.at(-1);
    const isMore =
      last?.step === point.step && !Object.keys(point).some((key) => key !== 'step' && key in last);
    if (isMore) rows[rows.length - 1] = { ...last, ...point };
    else rows.push(point);
  }
  return rows;
}

/** Rates are small: four digits of whatever size. */
function numberOf(value: number | null | undefined): string {
  if (value === undefined) return '';
  if (!isNumber(value)) return 'not a number';
  if (value !== 0 && Math.abs(value) < 1e-3) return value.toExponential(2);
  return formatNumber(value);
}
