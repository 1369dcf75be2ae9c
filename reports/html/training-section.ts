/** Where the model comes from, as its own files say: base, data, and the curves of its training. */
import type { ReportData, TrainingRecord } from '../report-data.ts';
import { type Html, html } from './html.ts';
import { lineChart } from './line-chart.ts';
import { pair } from './provenance-section.ts';

export function trainingSection({ run }: ReportData): Html | null {
  const { training } = run;
  if (!training) return null;
  const pairs = lineagePairs(training);
  return html`<section aria-labelledby="training">
    <h2 id="training">Training</h2>
    <p>As the model’s own files tell it; nobody has checked it.</p>
    <div class="figures">
      ${training.curves.map(
        ({ name, points }) =>
          html`<figure>
            ${lineChart({ label: `${name} over ${points.length} logged steps, from ${points[0]?.[1].toPrecision(3)} to ${points.at(-1)?.[1].toPrecision(3)}`, lines: [{ points, kind: 'model' }], xUnit: 'steps' })}
            <figcaption>${name}</figcaption>
          </figure> `,
      )}
    </div>
    ${pairs.length > 0 && html`<dl class="pairs">${pairs}</dl>`}
  </section>`;
}

function lineagePairs({ base, data, licence }: TrainingRecord): Html[] {
  return [
    ...base.map(({ name, from, digest }) => pair('Base model', `${name} (${from})`, digest ?? undefined)),
    ...data.map(({ name, from, digest }) => pair('Training data', `${name} (${from})`, digest ?? undefined)),
    ...(licence === null ? [] : [pair('Licence', licence)]),
  ];
}
