import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { preCommitHook } from '../../../../harness/project/pre-commit-hook.ts';
import { packageRoot } from '../../../../harness/tasks/package-root.ts';

/** Stages the files in a repository of their own and asks the hook. */
function commit(name: string, files: Readonly<Record<string, string | Buffer>>, scripts = {}) {
  const dir = test.info().outputPath(name);
  mkdirSync(dir, { recursive: true });
  symlinkSync(join(packageRoot, 'node_modules'), join(dir, 'node_modules'));
  writeFileSync(join(dir, 'package.json'), `${JSON.stringify({ private: true, scripts })}\n`);
  writeFileSync(join(dir, 'hook'), preCommitHook('true'));
  chmodSync(join(dir, 'hook'), 0o755);
  execFileSync('git', ['init', '--quiet'], { cwd: dir });
  for (const [path, content] of Object.entries(files)) writeFileSync(join(dir, path), content);
  execFileSync('git', ['add', '--', ...Object.keys(files)], { cwd: dir });
  const { status, stdout, stderr } = spawnSync('sh', ['hook'], { cwd: dir, encoding: 'utf8' });
  return { status, told: `${stdout}${stderr}` };
}

test('lets a clean commit through', () => {
  const files = {
    'a file.md': 'Fine.\n',
    'x.yaml': 'a: 1\n---\nb: 2\n',
    'empty.txt': '',
    'p.png': Buffer.from([0, 1]),
  };
  expect(commit('clean', files)).toMatchObject({ status: 0 });
});

test('refuses whitespace, a missing newline, broken YAML and large files, all told at once', () => {
  const { status, told } = commit('dirty', {
    'space.txt': 'trailing \n',
    'end.txt': 'no newline',
    'bad.yml': 'a: [1\n',
    'große.txt': `${'x'.repeat(600_000)}\n`,
  });
  expect(status).toBe(1);
  for (const each of [
    'trailing whitespace',
    'end.txt: does not end',
    'bad.yml: ',
    'große.txt: 600001 bytes',
  ]) {
    expect(told).toContain(each);
  }
});

test("runs the project's format, lint and quick tests where there are any", () => {
  for (const script of ['check:format', 'check:lint', 'test:quick']) {
    expect(commit(script.replace(':', '-'), { 'a.md': 'Fine.\n' }, { [script]: 'exit 7' }).status).toBe(1);
  }
});

test("this repository's own hook is that one", () => {
  const own = readFileSync(join(packageRoot, '.githooks/pre-commit'), 'utf8');
  expect(own).toBe(preCommitHook('npm run --silent check:types'));
});
