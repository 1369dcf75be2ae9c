/** From the samples of a run folder to all that follows from them. */
import { join } from 'node:path';
import type { Gates } from '../gates/gates-file.ts';
import { withContamination } from '../gates/contamination.ts';
import { judgeRun } from '../gates/judge-again.ts';
import { writeJsonAtomic } from '../runs/atomic-write.ts';
import { runFiles } from '../runs/run-folder.ts';
import { readSampleLog } from '../runs/sample-log.ts';
import type { ReportData, RunInfo } from '../../reports/report-data.ts';
import { writeReports } from './write-reports.ts';

/** Judges the samples of a folder and writes what follows from them; run.json last: it says the run is complete. */
export async function judgeFolder(dir: string, info: RunInfo, gates: Gates): Promise<ReportData> {
  const samples = readSampleLog(join(dir, runFiles.samples)).records;
  const baselineSamples = info.baseline ? readSampleLog(join(dir, runFiles.baselineSamples)).records : null;
  const { metrics, verdict } = judgeRun(info, gates, samples, baselineSamples);
  const data: ReportData = {
    run: info,
    metrics,
    verdict,
    samples: withContamination(samples, info.trainingOverlap),
    baselineSamples,
  };
  await writeJsonAtomic(join(dir, runFiles.metrics), metrics);
  await writeJsonAtomic(join(dir, runFiles.verdict), verdict);
  await writeReports(dir, data);
  await writeJsonAtomic(join(dir, runFiles.run), info);
  return data;
}
