/** GitLab's and Jenkins' parts of docs/ci.md in a project that has this package installed: a run that passes, one that
 *  fails and one that cannot tell.
 *
 *      npm run check:other-ci
 *
 *  GitLab's YAML is run as it stands by gitlab-ci-local, which npm brings into a temporary folder. Jenkins' language
 *  needs a server: its shell steps are held to be GitLab's, and its code and path of what is left. Needs
 *  a registry, git and rsync; about ten minutes. */
import { spawnSync } from 'node:child_process';
import { copyFile, cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../../harness/tasks/package-root.ts';

const RUNNER = 'gitlab-ci-local@4.60.1';
const METRIC = 'quality/facts.rougeL';

const temp = await mkdtemp(join(tmpdir(), 'other-ci-'));
const project = join(temp, 'project');
const { HARNESS_HOME: _, HARNESS_RUN: __, ...env } = process.env;
let failed = 0;

function tell(isRight: boolean, what: string): void {
  process.stdout.write(`${isRight ? '✓' : '✕'} ${what}\n`);
  if (!isRight) failed++;
}

function run(command: string, args: readonly string[], cwd: string): { code: number; output: string } {
  const done = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    env: { ...env, NO_COLOR: '1', npm_config_ignore_scripts: 'true' },
  });
  return { code: done.status ?? -1, output: `${done.stdout}${done.stderr}` };
}

function mustRun(command: string, args: readonly string[], cwd: string): void {
  const { code, output } = run(command, args, cwd);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${output.slice(-2_000)}`);
}

/** The fenced block under a heading. */
function blockUnder(text: string, heading: string): string {
  const [, block] = new RegExp(`## ${heading}\n+\`\`\`\\w+\n([\\s\\S]*?)\`\`\``).exec(text) ?? [];
  if (block === undefined) throw new Error(`docs/ci.md has no block under ${heading}`);
  return block;
}

interface GitLabFile {
  readonly judge: {
    readonly script: readonly string[];
    readonly artifacts: { readonly reports: { readonly junit: string } };
  };
}

try {
  const guide = await readFile(join(packageRoot, 'docs/ci.md'), 'utf8');
  const gitlab = blockUnder(guide, 'GitLab');
  const { judge } = parse(gitlab) as GitLabFile;
  await makeProject(gitlab);
  const runner = join(temp, 'runner');
  const quiet = ['--silent', '--no-audit', '--no-fund', '--ignore-scripts=false'];
  mustRun('npm', ['install', ...quiet, '--prefix', runner, '--no-save', RUNNER], temp);

  const { value, outcome: usual } = await judgeWith(null);
  tell(usual === 'pass', `GitLab, the gates that come along: ${usual}`);
  // A threshold where the estimate lies: neither bound of the interval is beyond it.
  for (const [what, bound, expected] of [
    ['a bound beyond reach', 0.9999, 'fail'],
    ['a bound that the sample cannot tell from the value', value, 'inconclusive'],
  ] as const) {
    const { outcome } = await judgeWith(bound);
    tell(outcome === expected, `GitLab, ${what}: ${outcome}`);
  }

  const jenkins = blockUnder(guide, 'Jenkins');
  const shell = [...jenkins.matchAll(/(?:sh|script:) '([^']+)'/g)].map(([, line]) => line!);
  tell(shell.join('\n') === judge.script.join('\n'), `Jenkins runs what GitLab runs: ${shell.join('; ')}`);
  tell(
    /status == 4\) unstable/.test(jenkins),
    'Jenkins takes the code of a run that cannot tell for unstable',
  );
  tell(jenkins.includes(`junit '${judge.artifacts.reports.junit}'`), 'Jenkins reads the same junit.xml');

  /** Runs GitLab's file. */
  async function judgeWith(bound: number | null): Promise<{ outcome: string; value: number }> {
    const gates = join(project, 'gates.yaml');
    await rm(gates, { force: true });
    if (bound !== null) {
      await writeFile(gates, `version: 1\ngates:\n  - { metric: ${METRIC}, atLeast: ${bound} }\n`);
    }
    mustRun('git', ['add', '-A'], project);
    mustRun('git', ['commit', '-qm', 'gates', '--allow-empty'], project);
    await rm(join(project, '.gitlab-ci-local'), { recursive: true, force: true });
    const command = join(runner, 'node_modules/.bin/gitlab-ci-local');
    const { output } = run(command, ['--force-shell-executor', '--shell-isolation'], project);
    // Its own exit code says nothing of the job.
    const [, ended = 'nothing'] = /^ *(PASS|WARN|FAIL) +judge/m.exec(output) ?? [];
    const stored = join(project, '.gitlab-ci-local/artifacts/judge');
    if (!existsSync(join(stored, 'harness-run')))
      throw new Error(`nothing was kept:\n${output.slice(-3_000)}`);
    const read = async <Kind>(name: string) =>
      JSON.parse(await readFile(join(stored, 'harness-run', name), 'utf8')) as Kind;
    const { outcome } = await read<{ outcome: string }>('verdict.json');
    const { metrics } = await read<{ metrics: readonly Record<'task' | 'metric' | 'value', unknown>[] }>(
      'metrics.json',
    );
    const [task, metric] = METRIC.split('/')[1]!.split('.');
    const junit = await readFile(join(stored, judge.artifacts.reports.junit), 'utf8');
    tell(junit.startsWith('<?xml') && junit.trimEnd().endsWith('</testsuites>'), 'junit.xml is kept');
    const expected = { pass: 'PASS', inconclusive: 'WARN' }[outcome] ?? 'FAIL';
    tell(ended === expected, `the job is marked ${ended} where the verdict is ${outcome}`);
    if (ended !== expected) process.stdout.write(`${output.slice(-2_000)}\n`);
    const found = metrics.find((each) => each.task === task && each.metric === metric)!;
    return { outcome, value: Number(found.value) };
  }
} finally {
  await rm(temp, { recursive: true, force: true });
}
process.stdout.write(failed === 0 ? 'All hold.\n' : `${failed} failed.\n`);
process.exitCode = failed === 0 ? 0 : 1;

/** A repository with a model, the pipeline, and the packed package as its dependency. */
async function makeProject(pipeline: string): Promise<void> {
  await cp(join(packageRoot, 'fixtures/models/tiny-chat'), join(project, 'model'), { recursive: true });
  mustRun('npm', ['run', '--silent', 'build'], packageRoot);
  mustRun('npm', ['pack', '--silent', '--pack-destination', project], packageRoot);
  const tarball = (await readdir(project)).find((name) => name.endsWith('.tgz'))!;
  await copyFile(join(project, tarball), join(project, 'harness.tgz'));
  await rm(join(project, tarball));
  await writeFile(join(project, 'package.json'), '{"name": "project", "private": true, "type": "module"}\n');
  await writeFile(join(project, '.gitignore'), 'node_modules\nharness-run\n.gitlab-ci-local\n');
  await writeFile(join(project, '.gitlab-ci.yml'), pipeline);
  mustRun('npm', ['install', '--silent', '--no-audit', '--no-fund', './harness.tgz'], project);
  if (!existsSync(join(project, 'package-lock.json'))) throw new Error('npm wrote no lock file');
  mustRun('git', ['init', '-q', '-b', 'main'], project);
  mustRun('git', ['config', 'user.email', 'project@example.com'], project);
  mustRun('git', ['config', 'user.name', 'Project'], project);
  mustRun('git', ['remote', 'add', 'origin', 'git@gitlab.example.com:group/project.git'], project);
}
