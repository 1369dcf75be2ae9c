/** Two runs as one page: what changed in words, each metric with the interval of its difference, both verdicts, in
 *  what else the runs differ, and the samples side by side. */
import { countOf, formatMeasure, formatNumber } from '../app/format.js';
import { formatHash } from '../app/sample-query.js';
import type { ComparedRun, ComparisonData, Conclusion, MetricComparison } from '../comparison-data.ts';
import { conclusionSigns, outcomeSigns } from '../comparison-signs.ts';
import { shellCommand } from '../shell-command.ts';
import { signs } from '../signs.ts';
import { type Html, breakable, html } from './html.ts';
import { intervalPlot } from './interval-plot.ts';
import { pageFrame } from './page-frame.ts';
import { modelPairs, pair } from './provenance-section.ts';
import { sampleArchive } from './sample-archive.ts';
import { reviewSection } from './review-section.ts';
import { sampleSection } from './sample-section.ts';
import { tableHead } from './table-head.ts';

/** The comparison as one HTML document. Pure: equal data give equal bytes. */
export function renderComparison(data: ComparisonData): string {
  const { model, baseline } = data;
  return pageFrame({
    title: `${outcomeSigns[data.outcome].sign} ${model.run.model.reference} against ${baseline.run.model.reference}`,
    content: html`<a class="skip" href="#samples">Skip to the samples</a>
      <main>
        ${headSection(data)}
        <nav aria-label="Contents">
          <a href="#metrics">Metrics</a> <a href="#setup">What else differs</a> <a href="#samples">Samples</a>
          ${data.samples.length > 0 && html`<a href="#review">Review</a>`}
          <a href="#provenance">Provenance</a>
        </nav>
        ${metricSection(data)} ${setupSection(data)} ${sampleSection(data.samples, true)}
        ${reviewSection(data.samples)} ${runsSection(data)}
      </main>`,
    archive: data.samples.length > 0 ? sampleArchive({ ...data, run: model.run }) : null,
  });
}

function headSection(data: ComparisonData): Html {
  const { sign } = outcomeSigns[data.outcome];
  return html`<header>
    <p class="subject">
      <b>${data.model.run.model.reference}</b> against <b>${data.baseline.run.model.reference}</b>
    </p>
    <h1 id="verdict" class="${data.outcome}">
      <span class="sign" aria-hidden="true">${sign}</span> <span>${data.sentence}</span>
    </h1>
    <p class="counts">
      ${byUrgency(data).map(([conclusion, count]) => html`<span class="${conclusion}"><span class="sign" aria-hidden="true">${conclusionSigns[conclusion].sign}</span> ${count} ${conclusionSigns[conclusion].word}</span> `)}
    </p>
    ${[data.model, data.baseline].map((side) => side.contradiction !== null && html`<p class="warning"><b>Changed after it was judged.</b> The files of ${side.run.id} do not say what follows from its samples: ${side.contradiction}. Shown is what follows.</p>`)}
    ${data.setup.length > 0 && html`<p class="warning"><b>More than the model differs.</b> The runs were made with other settings: <a href="#setup">${countOf(data.setup.length, 'difference')}</a>.</p>`}
    ${data.unpaired > 0 && html`<p class="warning"><b>Not all samples have a partner.</b> ${countOf(data.unpaired, 'record')} of one run were not asked in the other, or not in the same words; they count for neither.</p>`}
    <p class="facts">
      ${countOf(data.samples.length, 'sample')} · ${countOf(data.baselineSamples.length, 'baseline sample')} ·
      differences are of pairs, 95% intervals; a difference counts where p, adjusted by Holm, is 0.05 or less
    </p>
  </header>`;
}

function byUrgency({ counts }: ComparisonData): [Conclusion, number][] {
  const order = Object.keys(conclusionSigns) as Conclusion[];
  return order
    .filter((conclusion) => counts[conclusion] > 0)
    .map((conclusion) => [conclusion, counts[conclusion]]);
}

const HEADERS = [
  'Conclusion',
  'Metric',
  'Baseline → model',
  'Difference [95%]',
  'On its axis',
  'Pairs',
  'Evidence',
];
const NUMBERS: ReadonlySet<string> = new Set(['Baseline → model', 'Difference [95%]', 'Pairs']);

function metricSection({ metrics }: ComparisonData): Html {
  const order = Object.keys(conclusionSigns);
  const sorted = [...metrics].sort((a, b) => order.indexOf(a.conclusion) - order.indexOf(b.conclusion));
  return html`<section aria-labelledby="metrics">
    <h2 id="metrics">Metrics</h2>
    ${
      sorted.length === 0
        ? html`<p>Neither run has a metric.</p>`
        : html`<table class="gates compared" role="table">
              ${tableHead(HEADERS, NUMBERS)}
              <tbody role="rowgroup">
                ${sorted.map(metricRow)}
              </tbody>
            </table>
            <p class="legend">
              <span class="key-dot"></span> difference and its 95% interval <span class="key-line"></span> no
              difference
            </p>`
    }
  </section>`;
}

function metricRow(row: MetricComparison): Html {
  const { sign, word } = conclusionSigns[row.conclusion];
  const { difference } = row;
  const shown = formatMeasure({ value: null, ...difference, threshold: 0 });
  const values = bothValues(row);
  return html`<tr role="row" class="${row.conclusion}">
    <td role="cell" class="outcome"><span class="sign" aria-hidden="true">${sign}</span> ${word}</td>
    <th role="rowheader" scope="row" class="metric">
      ${metricLink(row)}
      <small
        >${[row.better !== 'neither' && `${row.better} is better`, row.unit].filter(Boolean).join(', ')}</small
      >
    </th>
    <td role="cell" class="number both">${values.baseline} → ${values.value}</td>
    <td role="cell" class="number value">
      ${difference === null ? '–' : signed(shown.value, difference.value)}
      <span class="interval">${shown.interval}</span>
    </td>
    <td role="cell" class="picture">
      ${difference !== null && intervalPlot({ ...difference, line: { at: 0, name: 'no difference' }, baseline: null, axis: 'centred' })}
    </td>
    <td role="cell" class="number n">
      ${formatNumber(row.pairs)}${row.clusters > 0 && row.clusters !== row.pairs && html`<small>in ${countOf(row.clusters, 'cluster')}</small>`}
    </td>
    <td role="cell" class="reason">${row.reason}</td>
  </tr> `;
}

/** With as many digits as the model's interval says. */
function bothValues({ model, baseline }: MetricComparison): { value: string; baseline: string } {
  if (model === null) return { value: '–', baseline: formatNumber(baseline?.value ?? null) };
  return formatMeasure({ ...model, baseline: baseline?.value ?? null });
}

function signed(shown: string, value: number): string {
  return value > 0 ? `+${shown}` : shown;
}

/** To its samples, the most regressed first. */
function metricLink({ suite, task, metric, tag, score, model }: MetricComparison): Html {
  const name = `${suite}/${task}.${metric}`;
  if (model === null) return breakable(name);
  const hash = formatHash({ scope: `${suite}/${task}`, tag: tag ?? '', sort: `${score}.change` });
  return html`<a href="${hash}" title="Show its samples">${breakable(name)}</a>`;
}

function setupSection({ setup }: ComparisonData): Html {
  return html`<section aria-labelledby="setup">
    <h2 id="setup">What else differs</h2>
    ${
      setup.length === 0
        ? html`<p>Nothing: the same samples, seed, gates, device and versions.</p>`
        : html`<dl class="pairs">
            ${setup.map(({ what, baseline, model }) => pair(what, `${baseline} → ${model}`))}
          </dl>`
    }
  </section>`;
}

function runsSection({ model, baseline }: ComparisonData): Html {
  return html`<section aria-labelledby="provenance">
    <h2 id="provenance">Provenance</h2>
    <p>To compare them again:</p>
    <pre class="command">${shellCommand(['harness', 'compare', baseline.dir, model.dir])}</pre>
    <dl class="pairs">${runPairs('Model', model)} ${runPairs('Baseline', baseline)}</dl>
  </section>`;
}

function runPairs(title: string, { run, verdict }: ComparedRun): Html[] {
  return [
    ...modelPairs(title, run.model),
    pair(`${title}, verdict`, `${signs[verdict.outcome].sign} ${verdict.sentence.replace(/^[✓✕?–]\s+/, '')}`),
    pair(`${title}, run`, `${run.id}, ${run.status}, ${run.startedAt}`),
    pair(`${title}, gates`, run.gates.path, run.gates.digest),
    pair(`${title}, command`, shellCommand(run.command)),
  ];
}
