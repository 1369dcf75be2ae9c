/** harness report, at work: reads a run folder, judges its samples again, writes its reports anew, opens one if asked.
 *  Of a training run it writes the curves.
 *  Where the folder says anything else than follows from its samples, the reports show what follows, and say so. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { renderTraining } from '../../reports/index.ts';
import { HarnessError } from '../errors.ts';
import { judgeAgain } from '../gates/judge-again.ts';
import { writeReports } from '../runner/write-reports.ts';
import { writeFileAtomic } from '../runs/atomic-write.ts';
import { readRunFolder, runFiles } from '../runs/run-folder.ts';
import { historyFromCommandLine } from './history-from-command-line.ts';
import type { ReportArguments } from './commands/report.ts';
import { reportError } from './report-error.ts';

const TRAINING_LOG = 'training-log.jsonl';

export async function reportFromCommandLine({ dir, history, open, json }: ReportArguments): Promise<void> {
  if (history) {
    const page = await historyFromCommandLine(dir, json);
    if (open) await openInBrowser(page);
    return;
  }
  if (isTrainingRun(dir)) return reportTraining(dir, { open, json });
  const run = await readRunFolder(dir);
  const { metrics, verdict, difference } = judgeAgain(run);
  const contradiction = difference === null ? {} : { contradiction: difference };
  const data = { ...run, ...(difference !== null && { metrics, verdict }), ...contradiction };
  const paths = await writeReports(run.dir, data);
  const { outcome, sentence } = data.verdict;
  process.stdout.write(
    json ? `${JSON.stringify({ outcome, sentence, ...contradiction, ...paths })}\n` : `${paths.html}\n`,
  );
  if (difference !== null) {
    process.exitCode = reportError(
      new HarnessError(
        'E_RUN_INVALID',
        `${run.dir} does not say what follows from its samples: ${difference}. The reports show what follows.`,
        { remedy: 'Someone changed its files, or another version judged it. Run the evaluation again.' },
      ),
    );
  }
  if (open) await openInBrowser(paths.html);
}

/** A folder that training wrote and no evaluation. */
function isTrainingRun(dir: string): boolean {
  return existsSync(join(dir, TRAINING_LOG)) && !existsSync(join(dir, runFiles.run));
}

async function reportTraining(dir: string, { open, json }: Pick<ReportArguments, 'open' | 'json'>) {
  // The engine is loaded only where it is needed.
  const { ExperimentTracker } = await import('../../engine/index.ts');
  const points = await new ExperimentTracker(dir).read();
  const page = join(dir, runFiles.html);
  await writeFileAtomic(page, renderTraining({ name: basename(resolve(dir)), points }));
  process.stdout.write(json ? `${JSON.stringify({ html: page })}\n` : `${page}\n`);
  if (open) await openInBrowser(page);
}

/** Hands the file to the desktop's opener; where there is none, the path on standard output has to do. */
async function openInBrowser(path: string): Promise<void> {
  const openers: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'explorer.exe' };
  const opener = openers[process.platform] ?? 'xdg-open';
  await new Promise<void>((done) => {
    const child = spawn(opener, [path], { detached: true, stdio: 'ignore' });
    child.once('error', () => {
      process.stderr.write(`${opener} cannot be started: open the file above in a browser.\n`);
      done();
    });
    child.once('spawn', () => {
      child.unref();
      done();
    });
  });
}
