/** Completion in the real shells, where they are installed: what the shell itself would offer. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { packageRoot } from '../../harness/tasks/package-root.ts';
import { harness } from '../helpers/cli.ts';

function isInstalled(shell: string): boolean {
  return spawnSync(shell, ['-c', 'exit 0']).status === 0;
}

/** A folder with `harness` on the path and the shell's script in it. */
async function prepare(shell: 'bash' | 'zsh' | 'fish'): Promise<{ dir: string; env: NodeJS.ProcessEnv }> {
  const dir = test.info().outputPath('home');
  mkdirSync(dir, { recursive: true });
  const { stdout, code } = await harness(['completion', shell]);
  expect(code).toBe(0);
  writeFileSync(join(dir, 'script'), stdout);
  const command = join(dir, 'harness');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${packageRoot}/bin/harness.js' "$@"\n`);
  chmodSync(command, 0o755);
  writeFileSync(join(dir, 'some-file.gguf'), '');
  return { dir, env: { ...process.env, HOME: dir, PATH: `${dir}:${process.env['PATH']}`, TERM: 'dumb' } };
}

test('bash offers commands, options and the values of an option, and files where nothing is known', async () => {
  test.skip(!isInstalled('bash'), 'bash is not installed');
  const { dir, env } = await prepare('bash');
  const offered = (...words: string[]) => {
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const program = `source ./script; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _harness_completion; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const done = spawnSync('bash', ['-c', program], { cwd: dir, env, encoding: 'utf8' });
    return done.stdout.trim().split('\n');
  };
  expect(offered('harness', 're')).toEqual(['report']);
  expect(offered('harness', 'run', '--ext')).toEqual(['--extend']);
  expect(offered('harness', 'run', '--when', 'co')).toEqual(['commit']);
  expect(offered('harness', 'models', 'hi')).toEqual(['history']);
  expect(offered('harness', 'run', '--model', 'some')).toEqual(['some-file.gguf']);
});

test('fish offers commands with their descriptions', async () => {
  test.skip(!isInstalled('fish'), 'fish is not installed');
  const { dir, env } = await prepare('fish');
  const offered = (line: string) =>
    spawnSync('fish', ['-c', `source ./script; complete -C '${line}'`], { cwd: dir, env, encoding: 'utf8' })
      .stdout.trim()
      .split('\n');
  expect(offered('harness rep')).toEqual([expect.stringMatching(/^report\tRebuild /)]);
  expect(offered('harness run --ext')).toEqual([expect.stringMatching(/^--extend\tRun folder/)]);
});

test('zsh takes the script and offers what the command says', async () => {
  test.skip(!isInstalled('zsh'), 'zsh is not installed');
  const { dir, env } = await prepare('zsh');
  // The widget's own environment, with a _describe that shows what it was given.
  const program = `
    autoload -Uz compinit; compinit -u -D; source ./script
    _describe() { print -l -- "\${(@P)2}" }
    _files() { print -- FILES }
    words=(harness run --ext); CURRENT=3; _harness | grep -- '--extend:'
    words=(harness rep); CURRENT=2; _harness | grep '^report:'
    words=(harness report ''); CURRENT=3; _harness | head -1
    print -- \${_comps[harness]}`;
  const done = spawnSync('zsh', ['-f', '-c', program], { cwd: dir, env, encoding: 'utf8' });
  const [extend, report, , script] = done.stdout.trim().split('\n');
  expect(extend, done.stderr).toMatch(/^--extend:Run folder/);
  expect(report).toMatch(/^report:Rebuild/);
  expect(script).toBe('_harness');
});
