/** harness report --history, at work: reads all run folders in a folder, writes one page of their metrics over time. */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { renderHistory } from '../../reports/index.ts';
import type { ReportData } from '../../reports/report-data.ts';
import { HarnessError } from '../errors.ts';
import { historyOf } from '../gates/history.ts';
import { judgeAgain } from '../gates/judge-again.ts';
import { writeFileAtomic } from '../runs/atomic-write.ts';
import { readRunFolder } from '../runs/run-folder.ts';

/** @returns the page's path
 *  @throws HarnessError E_RUN_INVALID for a folder without a complete run in it */
export async function historyFromCommandLine(folder: string, json: boolean): Promise<string> {
  const dir = resolve(folder);
  const entries = await readdir(dir, { withFileTypes: true }).catch((cause: unknown) => {
    throw new HarnessError('E_RUN_INVALID', `${dir} cannot be read`, { cause });
  });
  const runs: Pick<ReportData, 'run' | 'metrics' | 'verdict'>[] = [];
  const passedOver: { name: string; reason: string }[] = [];
  for (const entry of entries.filter((each) => each.isDirectory())) {
    try {
      const folderRead = await readRunFolder(join(dir, entry.name));
      const { metrics, verdict } = judgeAgain(folderRead);
      if (folderRead.run.status === 'complete') runs.push({ run: folderRead.run, metrics, verdict });
      else passedOver.push({ name: entry.name, reason: `it is ${folderRead.run.status}` });
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      passedOver.push({ name: entry.name, reason: error.message });
    }
  }
  if (runs.length === 0) {
    throw new HarnessError('E_RUN_INVALID', `${dir} holds no complete run`, {
      remedy: 'Name the folder that holds the run folders, such as .harness/runs.',
    });
  }
  const data = historyOf(folder, runs, passedOver);
  const page = join(dir, 'history.html');
  await writeFileAtomic(page, renderHistory(data));
  process.stdout.write(json ? `${JSON.stringify({ ...data, html: page })}\n` : `${page}\n`);
  return page;
}
