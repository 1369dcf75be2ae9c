/** The command line in a terminal of a given width: a pseudo-terminal of util-linux's `script`, where the machine has
 *  it, and what would stand on its screen at the end. */
import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../harness/tasks/package-root.ts';
import { shellWord } from '../../reports/shell-command.ts';

const run = promisify(execFile);

/** macOS has another `script`, Windows none. */
export function hasPseudoTerminal(): boolean {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
  } catch {
    return false;
  }
}

export interface TerminalSession {
  readonly code: number;
  /** All that was written, control sequences included. */
  readonly raw: string;
  /** What stands there at the end, line by line, without colours. */
  readonly lines: readonly string[];
}

export async function inTerminal(
  columns: number,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<TerminalSession> {
  const words = [process.execPath, join(packageRoot, 'bin/harness.js'), ...args].map(shellWord).join(' ');
  const command = `stty cols ${columns} rows 40; ${words}`;
  const { HARNESS_RUN: _, ...inherited } = process.env;
  const env = { ...inherited, TERM: 'xterm-256color', HARNESS_NO_CACHE: '1', ...options.env };
  const { stdout, code } = await run('script', ['-qec', command, '/dev/null'], {
    cwd: options.cwd,
    env,
    maxBuffer: 16 << 20,
  }).then(
    (done) => ({ stdout: done.stdout, code: 0 }),
    (failed: { readonly stdout: string; readonly code: number }) => failed,
  );
  return { code, raw: stdout, lines: stdout.split('\n').map(lastOfLine) };
}

/** A line that was drawn over several times: what was written behind the last return to its beginning. */
function lastOfLine(line: string): string {
  // oxlint-disable-next-line no-control-regex -- control sequences are what is looked for
  const plain = line.replaceAll(/\u001b\[[\d;?]*[A-Za-z]/g, '').replace(/\r$/, '');
  return plain.slice(plain.lastIndexOf('\r') + 1).trimEnd();
}
