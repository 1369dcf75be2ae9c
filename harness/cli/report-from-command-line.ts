/** harness report, at work: reads a run folder, writes its reports anew, opens one if asked.
 *  The verdict is the one in the folder; a report never judges. */
import { spawn } from 'node:child_process';
import { writeReports } from '../runner/write-reports.ts';
import { readRunFolder } from '../runs/run-folder.ts';
import type { ReportArguments } from './commands/report.ts';

export async function reportFromCommandLine({ dir, open, json }: ReportArguments): Promise<void> {
  const data = await readRunFolder(dir);
  const paths = await writeReports(data.dir, data);
  const { outcome, sentence } = data.verdict;
  process.stdout.write(json ? `${JSON.stringify({ outcome, sentence, ...paths })}\n` : `${paths.html}\n`);
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
