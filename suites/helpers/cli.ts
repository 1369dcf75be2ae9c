/** Runs the command line as a user does: a process of its own. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
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

const bin = join(packageRoot, 'bin/harness.js');

/** Without an evaluation's own environment, which must not reach the command under test. */
function environment(own: CliOptions['env']): NodeJS.ProcessEnv {
  const { HARNESS_RUN: _, HARNESS_API_KEY: __, FORCE_COLOR: ___, ...inherited } = process.env;
  // A test asks the model itself, unless it is about kept answers.
  return { ...inherited, NO_COLOR: '1', HARNESS_NO_CACHE: '1', ...own };
}

/** Resolves whatever the exit code; rejects only when the process could not start or outlived its time. */
export function harness(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [bin, ...args],
      {
        cwd: options.cwd ?? packageRoot,
        env: environment(options.env),
        timeout: options.timeoutMs ?? 280_000,
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

interface SpawnedHarness {
  readonly process: ChildProcess;
  readonly ended: Promise<Omit<CliResult, 'code'> & { readonly code: number | null }>;
}

/** Starts a command and lets it run; the caller ends it. */
export function spawnHarness(args: readonly string[], options: CliOptions = {}): SpawnedHarness {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: options.cwd ?? packageRoot,
    env: environment(options.env),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { process: child, ended };
}

interface StartedHarness {
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
  const { process: child, ended } = spawnHarness(args, options);
  const url = await new Promise<string>((resolve, reject) => {
    let printed = '';
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
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('close', (code) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${code}:\n${printed}`));
    });
  });
  const stop = async () => {
    child.kill('SIGTERM');
    return (await ended).code;
  };
  return { url, stop };
}
