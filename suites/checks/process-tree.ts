/** CPU time and peak memory of a command and of all that it starts. Linux: read from /proc. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface TreeCost {
  readonly code: number | null;
  /** User and system time of all processes, in ms. */
  readonly cpuMs: number;
  readonly wallMs: number;
  /** Peak resident memory of each process, added up: at least what all had together at any time. */
  readonly peakMb: number;
  readonly output: string;
}

const POLL_MS = 50;

function childrenOf(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It has ended.
    }
  }
  return children;
}

function peakMbOf(id: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Runs a command to its end. Its CPU time is the shell's account of what it waited for. */
export async function costOfCommand(
  command: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<TreeCost> {
  const started = performance.now();
  const child = spawn('bash', ['-c', 'TIMEFORMAT="cpu %U %S"; time "$@"', 'bash', ...command], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const peaks = new Map<number, number>();
  const timer = setInterval(() => {
    const children = childrenOf();
    const tree = [...(children.get(child.pid!) ?? [])];
    for (let id = tree.pop(); id !== undefined; id = tree.pop()) {
      peaks.set(id, Math.max(peaks.get(id) ?? 0, peakMbOf(id)));
      tree.push(...(children.get(id) ?? []));
    }
  }, POLL_MS);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(timer);
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)\s*$/.exec(output) ?? [];
  return {
    code,
    cpuMs: (Number(user) + Number(system)) * 1000,
    wallMs: performance.now() - started,
    peakMb: [...peaks.values()].reduce((a, b) => a + b, 0),
    output,
  };
}
