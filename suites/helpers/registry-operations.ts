/** Operations on a registry as processes that may be killed, and what has to hold after any of them. */
import { spawn } from 'node:child_process';
import {
  listModels,
  resolveRegistryReference,
  verifyRegistry,
  type AliasMove,
} from '../../harness/registry/index.ts';
import { packageRoot } from '../../harness/tasks/package-root.ts';

export type Operation = {
  readonly home: string;
  readonly alias: string;
  /** After a step that the operation names, or before its n-th call, from 0, that changes the file system. */
  readonly kill?: { readonly step: string } | { readonly call: number };
} & (
  | { readonly kind: 'promote'; readonly model: string; readonly runDir: string }
  | { readonly kind: 'rollback' | 'gc' }
);

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param killAfterMs SIGKILL so long after the operation itself began */
export function runOperation(operation: Operation, killAfterMs: number | null = null): Promise<Ended> {
  const child = spawn(
    process.execPath,
    ['--import', './bin/typescript.js', 'suites/helpers/registry-process.ts', JSON.stringify(operation)],
    { cwd: packageRoot },
  );
  let stdout = '';
  let stderr = '';
  let timer: NodeJS.Timeout | null = null;
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    if (killAfterMs !== null && timer === null && stderr.includes('ready\n')) {
      timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    }
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (timer !== null) clearTimeout(timer);
      resolve({ code, signal, stdout, stderr: stderr.replace('ready\n', '') });
    });
  });
}

export interface RegistryState {
  readonly history: readonly AliasMove[];
  /** In words; empty where all is well. */
  readonly faults: readonly string[];
}

/** What is wrong with a registry after something happened to it: every digest is computed again, the alias has to
 *  resolve to a complete version, and the history has to go on from the one that was seen before. */
export async function inspectRegistry(
  home: string,
  alias: string,
  before: readonly AliasMove[] = [],
): Promise<RegistryState> {
  const { faults } = await verifyRegistry(home);
  const { aliases } = await listModels(home);
  const history = aliases.find((each) => each.alias === alias)?.history ?? [];
  const found = [...faults];
  if (JSON.stringify(history.slice(0, before.length)) !== JSON.stringify(before)) {
    found.push(`the history of @${alias} lost or changed a move`);
  }
  try {
    const { release } = await resolveRegistryReference(`@${alias}`, home);
    if (release.move !== history.length) found.push(`@${alias} does not point at its last move`);
  } catch (error) {
    found.push(`@${alias} cannot be resolved: ${String(error)}`);
  }
  return { history, faults: found };
}
