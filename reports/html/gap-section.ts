/** What was not evaluated, and why. */
import { countOf } from '../app/format.js';
import { notEvaluated } from '../not-evaluated.ts';
import type { ReportData } from '../report-data.ts';
import { type Html, breakable, html } from './html.ts';

/** Things with one reason that are named at once; more are counted, and folded. */
const SHOWN = 4;

export function gapSection(data: ReportData): Html {
  const gaps = notEvaluated(data);
  return html`<section aria-labelledby="gaps">
    <h2 id="gaps">Not evaluated</h2>
    ${
      gaps.length === 0
        ? html`<p>
            Nothing: every planned sample of ${countOf(data.run.tasks.length, 'task')} left its record and its
            scores.
          </p>`
        : html`<dl class="pairs gaps">
            ${gaps.map(
              ({ what, why }) =>
                html`<div>
                  ${
                    what.length > SHOWN
                      ? html`<dt>
                          <details>
                            <summary>${breakable(what[0]!)} and ${what.length - 1} more</summary>
                            <ul>
                              ${what.slice(1).map((name) => html`<li>${breakable(name)}</li>`)}
                            </ul>
                          </details>
                        </dt>`
                      : what.map((name) => html`<dt>${breakable(name)}</dt>`)
                  }
                  <dd>${why}</dd>
                </div>`,
            )}
          </dl>`
    }
  </section>`;
}
