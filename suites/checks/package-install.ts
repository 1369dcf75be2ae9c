/** The package installed as a project installs it: packed, `npm install` of the tarball into an empty folder, set up,
 *  extended by a task and a matcher, run, reported, and once more with `npm ci`. Needs a registry; takes minutes.
 *
 *      npm run check:package
 *
 *  Tells sizes, and whether installation needs `--ignore-scripts` here. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../harness/tasks/package-root.ts';
import { writeOwnSuite } from '../helpers/own-suite.ts';

const execute = promisify(execFile);
const project = mkdtempSync(join(tmpdir(), 'harness-install-'));
const { HARNESS_HOME: _, HARNESS_RUN: __, ...env } = process.env;

/** Runs a command of the project; a failure is told, and thrown unless it may fail. */
async function step(
  what: string,
  command: readonly string[],
  mayFail = false,
  cwd = project,
): Promise<boolean> {
  const [file, ...args] = command;
  const started = performance.now();
  let outcome = 'done';
  let tail = '';
  try {
    const { stdout } = await execute(file!, args, { cwd, env, maxBuffer: 64 << 20 });
    tail = stdout.trim().split('\n')[0] ?? '';
  } catch (error) {
    outcome = 'FAILED';
    tail = (error as { stderr?: string }).stderr?.trim().slice(-400) ?? String(error);
  }
  console.log(
    `${outcome.padEnd(6)} ${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${what}: ${tail}`,
  );
  if (outcome === 'FAILED' && !mayFail) throw new Error(what);
  return outcome === 'done';
}

const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
const harness = (...args: string[]): string[] => [
  process.execPath,
  join(project, 'node_modules/@modelgate/harness/bin/harness.js'),
  ...args,
];

try {
  await step('build', ['npm', 'run', '--silent', 'build'], false, packageRoot);
  await step('pack', ['npm', 'pack', '--silent', '--pack-destination', project], false, packageRoot);
  const tarball = readdirSync(project).find((name) => name.endsWith('.tgz'))!;
  console.log(`tarball ${(statSync(join(project, tarball)).size / 1e6).toFixed(1)} MB`);
  await step('init -y', ['npm', 'init', '-y']);
  const install = ['npm', 'install', ...quiet, `./${tarball}`];
  if (!(await step('install, scripts and all', install, true))) {
    rmSync(join(project, 'node_modules'), { recursive: true, force: true });
    await step('install --ignore-scripts', [...install, '--ignore-scripts']);
  }
  await step('harness init', harness('init'));
  await writeOwnSuite(project, 0.2);
  await step('harness run, with a task of its own', harness('run', 'assistant', '--out', 'run'));
  const playwright = join(project, 'node_modules/@playwright/test/cli.js');
  await step('its own test and matcher', [process.execPath, playwright, 'test', '--reporter=line']);
  await step('harness report', harness('report', 'run'));
  rmSync(join(project, 'node_modules'), { recursive: true, force: true });
  await step('npm ci, by the .npmrc that init wrote', ['npm', 'ci', ...quiet]);
  await step('harness run again', harness('run', 'assistant', '--out', 'again'));
} finally {
  rmSync(project, { recursive: true, force: true });
}
