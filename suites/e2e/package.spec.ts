/** The package as a project has it: packed, unpacked outside of this repository, set up, extended and run as built
 *  JavaScript. The dependencies are this checkout's; `npm run check:package` installs them as npm does. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { packageRoot } from '../../harness/tasks/package-root.ts';
import type { RunInfo, Verdict } from '../../reports/report-data.ts';
import { writeOwnSuite } from '../helpers/own-suite.ts';

test.setTimeout(600_000);

const execute = promisify(execFile);

interface Done {
  readonly code: number;
  readonly output: string;
}

let project: string;
let installed: string;
test.beforeAll(async () => {
  test.setTimeout(600_000);
  project = await mkdtemp(join(tmpdir(), 'harness-project-'));
  installed = join(project, 'node_modules/@modelgate/harness');
  mkdirSync(installed, { recursive: true });
  await execute(process.execPath, [join(packageRoot, 'bin/build.js')], { cwd: packageRoot });
  await execute('npm', ['pack', '--silent', '--pack-destination', project], { cwd: packageRoot });
  const tarball = readdirSync(project).find((name) => name.endsWith('.tgz'));
  await execute('tar', ['xzf', join(project, tarball!), '-C', installed, '--strip-components', '1']);
  const modules = join(packageRoot, 'node_modules');
  for (const name of readdirSync(modules)) {
    if (name !== '@modelgate') symlinkSync(join(modules, name), join(project, 'node_modules', name));
  }
});
test.afterAll(() => rm(project, { recursive: true, force: true }));

async function node(script: string, args: readonly string[]): Promise<Done> {
  const { HARNESS_RUN: _, HARNESS_HOME: __, ...inherited } = process.env;
  const env = { ...inherited, NO_COLOR: '1', FORCE_COLOR: '0' };
  try {
    const { stdout, stderr } = await execute(process.execPath, [script, ...args], { cwd: project, env });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}
const harness = (...args: string[]): Promise<Done> => node(join(installed, 'bin/harness.js'), args);

test('the tarball carries built JavaScript, types, datasets and weights, and neither sources nor golden vectors', () => {
  for (const path of [
    'dist/harness/cli/main.js',
    'dist/fixtures/index.js',
    'dist/fixtures/index.d.ts',
    'dist/harness/gates/gates.yaml',
    'dist/harness/project/task.schema.json',
    'dist/reports/app/main.js',
    'dist/suites/own/own.eval.js',
    'datasets/facts/data.jsonl',
    'fixtures/models/tiny-chat/model.safetensors',
    'LICENSE',
  ]) {
    expect(existsSync(join(installed, path)), path).toBe(true);
  }
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
  expect(files.filter((path) => /golden|\.spec\.|\.tgz$/.test(path))).toEqual([]);
  expect(files.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))).toEqual([]);
});

test('tells its own version, also by the link in a project that has another', async () => {
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'mine', version: '7.7.7' }));
  const link = join(project, 'harness-link');
  symlinkSync(join(installed, 'bin/harness.js'), link);
  const { version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    version: string;
  };
  expect((await node(link, ['--version'])).output.trim()).toBe(version);
});

test('a project is set up, gets a task and a matcher of its own, is run and reported', async () => {
  const init = await harness('init', '--form', 'typescript');
  expect(init, init.output).toMatchObject({ code: 0 });
  await writeOwnSuite(project, 0.99);

  const run = await harness('run', 'assistant', '--out', 'run');
  expect(run.output).toContain('Pass: 2 of 2 gates hold on tiny-chat (18 samples)');
  expect(run.code).toBe(0);
  const verdict = JSON.parse(await readFile(join(project, 'run/verdict.json'), 'utf8')) as Verdict;
  expect(verdict.gates.map(({ metric, outcome }) => [metric, outcome])).toEqual([
    ['assistant/capitals.keywordCoverage', 'pass'],
    ['assistant/manners.polite', 'pass'],
  ]);
  const info = JSON.parse(await readFile(join(project, 'run/run.json'), 'utf8')) as RunInfo;
  expect(info.tasks.map(({ task }) => task).toSorted()).toEqual(['capitals', 'manners']);
  await rm(join(project, 'run/report.html'));
  const report = await harness('report', 'run');
  expect(report, report.output).toMatchObject({ code: 0 });
  expect(readFileSync(join(project, 'run/report.html'), 'utf8')).toContain('assistant');
});

test("the project's own tests run by Playwright: what holds is green, what samples cannot show is red and says so", async () => {
  const cli = join(project, 'node_modules/@playwright/test/cli.js');
  const { code, output } = await node(cli, ['test', '--reporter=line']);
  expect(code, output).toBe(1);
  expect(output).toContain('2 passed');
  expect(output).toContain('1 failed');
  expect(output).toMatch(/toScoreAtLeast[^]*assistant\/manners\.polite inconclusive: at least 0\.99/);
  expect(output).toContain('The worst 3 samples of 6 by polite:');
  expect(output).not.toContain('[object Object]');
});
