/** Runs the command line as a user does: a process of its own. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../harness/tasks/package-root.ts';

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly timeoutMs?: number;
}

/** Resolves whatever the exit code; rejects only when the process could not start or outlived its time. */
export function harness(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  // An evaluation's own environment must not reach the run under test.
  const { HARNESS_RUN: _, HARNESS_API_KEY: __, ...inherited } = process.env;
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [join(packageRoot, 'bin/harness.js'), ...args],
      {
        cwd: options.cwd ?? packageRoot,
        env: { ...inherited, NO_COLOR: '1', ...options.env },
        timeout: options.timeoutMs ?? 110_000,
        maxBuffer: 64 << 20,
      },
      (error, stdout, stderr) => {
        if (error && (error.killed || typeof error.code !== 'number')) reject(error);
        else resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
      },
    );
    child.stdin?.end(options.input ?? '');
  });
}
