/** Runs the evaluation specs in a Playwright process: there is no public way to call Playwright from code. */
import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeRunContext, type RunContext } from './run-context.ts';

export interface PlaywrightExit {
  readonly code: number | null;
  /** Last lines it printed, for when it failed. */
  readonly tail: string;
}

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const config = fileURLToPath(new URL(`../../suites/evaluation.config.${extension}`, import.meta.url));
const tailLength = 8_000;
const graceMs = 10_000;

export async function runPlaywright(context: RunContext, signal: AbortSignal): Promise<PlaywrightExit> {
  const output = await mkdtemp(join(tmpdir(), 'harness-'));
  const args = [
    'test',
    `--config=${config}`,
    `--reporter=line${context.explode ? ',junit' : ''}`,
    `--output=${output}`,
    '--pass-with-no-tests',
  ];
  // A process group of its own, so that Ctrl-C reaches it once, through us.
  const child = fork(createRequire(import.meta.url).resolve('@playwright/test/cli'), args, {
    detached: process.platform !== 'win32',
    silent: true,
    execArgv: [],
    env: {
      ...process.env,
      ...encodeRunContext(context),
      NO_COLOR: undefined, // Node 24 warns of it beside the other
      FORCE_COLOR: '0',
      ...(context.explode && { PLAYWRIGHT_JUNIT_OUTPUT_FILE: join(context.dir, 'samples.junit.xml') }),
    },
  });
  let tail = '';
  const keepTail = (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-tailLength);
  };
  child.stdout?.on('data', keepTail);
  child.stderr?.on('data', keepTail);
  let killTimer: NodeJS.Timeout | undefined;
  const stop = () => {
    child.kill('SIGINT');
    killTimer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop(); // while the model was loading: the event is over
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { code, tail };
  } finally {
    clearTimeout(killTimer);
    signal.removeEventListener('abort', stop);
    await rm(output, { recursive: true, force: true });
  }
}
