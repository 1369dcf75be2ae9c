/** Runs the command line as a user does: a process of its own. */
import { execFile, spawn } from 'node:child_process';
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

export interface StartedHarness {
  /** The first URL it printed. */
  readonly url: string;
  /** Asks it to stop; resolves with its exit code. */
  stop(): Promise<number | null>;
}

const startTimeoutMs = 60_000;

/** Starts a command that serves; resolves when it printed its URL. */
export async function startHarness(
  args: readonly string[],
  options: CliOptions = {},
): Promise<StartedHarness> {
  const { HARNESS_RUN: _, HARNESS_API_KEY: __, ...inherited } = process.env;
  const child = spawn(process.execPath, [join(packageRoot, 'bin/harness.js'), ...args], {
    cwd: options.cwd ?? packageRoot,
    env: { ...inherited, NO_COLOR: '1', ...options.env },
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  let printed = '';
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`no URL within ${startTimeoutMs} ms:\n${printed}`));
    }, startTimeoutMs);
    const read = (chunk: Buffer) => {
      printed += chunk.toString();
      const [found] = /http:\/\/[\w.[\]:]+:\d+/.exec(printed) ?? [];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('close', (code) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${code}:\n${printed}`));
    });
  });
  return {
    url,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
