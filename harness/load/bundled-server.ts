/** `harness serve` in a process of its own, so that server and load generator do not take each other's time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { HarnessError } from '../errors.ts';
import { packageRoot } from '../tasks/package-root.ts';

export interface BundledServer {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly model: string;
  readonly pid: number;
  close(this: void): Promise<void>;
}

const START_MS = 120_000;
const GRACE_MS = 15_000;
const TAIL = 4_000;

/** @throws HarnessError E_ENDPOINT with what the server said, when it does not start */
export async function startBundledServer(reference: string, signal: AbortSignal): Promise<BundledServer> {
  const child = spawn(
    process.execPath,
    [
      join(packageRoot, 'bin/harness.js'),
      'serve',
      '--model',
      reference,
      '--host',
      '127.0.0.1',
      '--port',
      '0',
      '--json',
    ],
    { env: serverEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = once(child, 'close');
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-TAIL);
  });
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    await ended;
    clearTimeout(timer);
  };
  try {
    const { url, model } = await new Promise<{ url: string; model: string }>((resolve, reject) => {
      const fail = (what: string): void =>
        reject(new HarnessError('E_ENDPOINT', `The server for ${reference} ${what}:\n${said.trim()}`));
      const timer = setTimeout(() => fail(`did not start within ${START_MS / 1000} s`), START_MS);
      const onAbort = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', onAbort, { once: true });
      let printed = '';
      child.stdout.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
        if (printed.includes('\n')) resolve(JSON.parse(printed) as { url: string; model: string });
      });
      child.once('error', reject);
      child.once('close', (code) => fail(`ended with ${code}`));
      child.stdout.once('data', () => clearTimeout(timer));
      child.once('close', () => clearTimeout(timer));
    });
    return { url, model, pid: child.pid!, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What configures a user's own server must not configure this one: a key would lock us out. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(SERVING_|MODEL_|HARNESS_API_KEY$|HARNESS_RUN$)/.test(name),
    ),
  );
}
