/** Which of ONNX Runtime's execution providers start on this machine. Each is tried in a process of its own: one
 *  without its driver may end the process that asks. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const providers = ['cpu', 'webgpu', 'cuda'] as const;

export interface ProviderState {
  readonly provider: (typeof providers)[number];
  /** Null where it is not known: it did not answer in time, as on a machine that is busy. */
  readonly works: boolean | null;
  /** Why it does not, in the runtime's words; null where it works. */
  readonly fault: string | null;
}

const TIME_LIMIT_MS = 3_000;

/** The state of each provider, in the order of the list; takes as long as the slowest, 3 s at most. */
export function probeProviders(): Promise<ProviderState[]> {
  return Promise.all(providers.map((provider) => probeProvider(provider)));
}

/** @param withinMs after which it is not known whether it works */
export async function probeProvider(
  provider: ProviderState['provider'],
  withinMs = TIME_LIMIT_MS,
): Promise<ProviderState> {
  // Within dist/ both files are JavaScript.
  const isSource = import.meta.url.endsWith('.ts');
  const entry = new URL(isSource ? './provider-probe.ts' : './provider-probe.js', import.meta.url);
  const loader = isSource ? ['--import', new URL('../../bin/typescript.js', import.meta.url).href] : [];
  const trying = promisify(execFile)(process.execPath, [...loader, fileURLToPath(entry), provider], {
    windowsHide: true,
  });
  // A process that was held up looks at its clock before it reads what has come in the meantime: the answer goes first.
  const deadline = setTimeout(() => setImmediate(() => trying.child.kill('SIGKILL')), withinMs);
  try {
    const { stdout } = await trying;
    const { fault } = JSON.parse(stdout) as { readonly fault: string | null };
    return { provider, works: fault === null, fault };
  } catch (error) {
    const { killed, signal, code } = error as { killed?: boolean; signal?: string; code?: number };
    if (killed === true) {
      return { provider, works: null, fault: `it did not answer within ${withinMs / 1000} s` };
    }
    const ended = signal ?? code ?? String(error);
    return { provider, works: false, fault: `the process that tried it ended with ${ended}` };
  } finally {
    clearTimeout(deadline);
  }
}
