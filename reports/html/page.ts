/** report.html of a run: the verdict and all its evidence stand in the markup; only the samples need the script. */
import type { ReportData } from '../report-data.ts';
import { signs } from '../signs.ts';
import { gapSection } from './gap-section.ts';
import { gateSection } from './gate-section.ts';
import { html } from './html.ts';
import { pageFrame } from './page-frame.ts';
import { provenanceSection } from './provenance-section.ts';
import { sampleArchive } from './sample-archive.ts';
import { reviewSection } from './review-section.ts';
import { sampleSection } from './sample-section.ts';
import { taskSection } from './task-section.ts';
import { trainingSection } from './training-section.ts';
import { verdictSection } from './verdict-section.ts';

/** The report of a run as one HTML document. Pure: equal data give equal bytes. */
export function renderHtml(data: ReportData): string {
  const { sign } = signs[data.verdict.outcome];
  return pageFrame({
    title: `${sign} ${data.run.model.reference}: ${data.verdict.outcome}`,
    content: html`<a class="skip" href="#samples">Skip to the samples</a>
      <main>
        ${verdictSection(data)}
        <nav aria-label="Contents">
          <a href="#gates">Gates</a> <a href="#gaps">Not evaluated</a> <a href="#tasks">Tasks</a>
          <a href="#samples">Samples</a> <a href="#review">Review</a>
          <a href="#provenance">Provenance</a>
        </nav>
        ${gateSection(data)} ${gapSection(data)} ${taskSection(data)}
        ${sampleSection(data.samples, data.baselineSamples !== null)} ${reviewSection(data.samples)}
        ${trainingSection(data)} ${provenanceSection(data)}
      </main>`,
    archive: data.samples.length > 0 ? sampleArchive(data) : null,
  });
}
