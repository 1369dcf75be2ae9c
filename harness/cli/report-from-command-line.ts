/** harness report, at work: reads a run folder, judges its samples again, writes its reports anew, opens one if asked.
 *  Where the folder says anything else than follows from its samples, the reports show what follows, and say so. */
import { spawn } from 'node:child_process';
import { HarnessError } from '../errors.ts';
import { judgeAgain } from '../gates/judge-again.ts';
import { writeReports } from '../runner/write-reports.ts';
import { readRunFolder } from '../runs/run-folder.ts';
import type { ReportArguments } from './commands/report.ts';
import { reportError } from './report-error.ts';

export async function reportFromCommandLine({ dir, open, json }: ReportArguments): Promise<void> {
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

/** Hands the file to the desktop's opener; where there is none, the path on standard output has to do. */
async function openInBrowser(path: string): Promise<void> {
  const openers: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'explorer.exe' };
  const opener = openers[process.platform] ?? 'xdg-open';
  await new Promise<void>((resolve) => {
    const child = spawn(opener, [path], { detached: true, stdio: 'ignore' });
    child.once('error', () => {
      process.stderr.write(`${opener} cannot be started: open the file above in a browser.\n`);
      resolve();
    });
    child.once('spawn', () => {
      child.unref();
      resolve();
    });
  });
}
