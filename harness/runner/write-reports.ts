/** The reports of a run folder, made from the data in it. Never judges: the verdict is the one that stands there. */
import { join } from 'node:path';
import { renderHtml, renderJunit, renderMarkdown } from '../../reports/index.ts';
import type { ReportData } from '../../reports/report-data.ts';
import { writeFileAtomic } from '../runs/atomic-write.ts';
import { runFiles } from '../runs/run-folder.ts';
import { insightsOf } from './insights.ts';

interface ReportPaths {
  readonly html: string;
  readonly markdown: string;
  readonly junit: string;
}

/** @returns where each was written */
export async function writeReports(dir: string, data: ReportData): Promise<ReportPaths> {
  const paths = {
    html: join(dir, runFiles.html),
    markdown: join(dir, runFiles.markdown),
    junit: join(dir, runFiles.junit),
  };
  await writeFileAtomic(paths.html, renderHtml({ ...data, ...insightsOf(data) }));
  await writeFileAtomic(paths.markdown, renderMarkdown(data));
  await writeFileAtomic(paths.junit, renderJunit(data));
  return paths;
}
