/** Resident memory of a process on this machine, by its id: Node tells only its own. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Bytes; null where the process is gone or the platform does not tell. */
export async function residentBytes(pid: number): Promise<number | null> {
  if (pid === process.pid) return process.memoryUsage.rss();
  try {
    const kib = await (process.platform === 'linux' ? fromProc(pid) : fromTool(pid));
    return Number.isFinite(kib) && kib > 0 ? kib * 1024 : null;
  } catch {
    return null;
  }
}

async function fromProc(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
}

async function fromTool(pid: number): Promise<number> {
  const run = promisify(execFile);
  if (process.platform !== 'win32')
    return Number((await run('ps', ['-o', 'rss=', '-p', String(pid)])).stdout);
  // The last column, such as "12,345 K"; the separator is the language's.
  const { stdout } = await run('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']);
  return Number(/"([^"]*)"\s*$/.exec(stdout)?.[1]?.replaceAll(/\D/g, '') || NaN);
}
