/** One operation on a registry in a process of its own, for specs that run several at once or kill them.
 *  Takes an `Operation` as JSON; prints what the operation gives, as JSON.
 *
 *  Killed after a step that the operation names, or before its n-th call that changes the file system: then whatever
 *  lies between two system calls is tried, whether the operation thinks of it as a step or not. */
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { collectGarbage, promote, rollback } from '../../harness/registry/index.ts';
import type { Operation } from './registry-operations.ts';

const CHANGING = [
  'chmod',
  'copyFile',
  'link',
  'mkdir',
  'open',
  'rename',
  'rm',
  'utimes',
  'writeFile',
] as const;

const operation = JSON.parse(process.argv[2]!) as Operation;
const { home, alias, kill } = operation;

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

let calls = 0;
for (const name of CHANGING) {
  const original = fs[name] as (...args: readonly unknown[]) => Promise<unknown>;
  Object.assign(fs, {
    [name]: (...args: readonly unknown[]) => {
      if (kill !== undefined && 'call' in kill && calls === kill.call) die();
      calls++;
      return original(...args);
    },
  });
}
syncBuiltinESMExports();

const onStep = (step: string): void => {
  if (kill !== undefined && 'step' in kill && step === kill.step) die();
};

const runs: { readonly [Kind in Operation['kind']]: () => Promise<object> } = {
  promote: () => promote({ ...promotionOf(operation), alias, home, onStep }),
  rollback: () => rollback({ alias, home, onStep }),
  gc: () => collectGarbage({ home, keepDays: 0, minAgeMs: 0, confirmed: true, onStep }),
};

function promotionOf(given: Operation): { readonly model: string; readonly runDir: string } {
  if (given.kind !== 'promote') throw new Error(`${given.kind} promotes nothing`);
  return given;
}

// Whoever kills it at a random time counts from here.
process.stderr.write('ready\n');
const started = performance.now();
const result = await runs[operation.kind]();
process.stdout.write(JSON.stringify({ result, calls, ms: performance.now() - started }));
