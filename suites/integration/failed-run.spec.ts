/** What a run that does not pass leaves behind: marks for the code host, and a folder to look into. */
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { packageRoot } from '../../harness/tasks/package-root.ts';
import { harness } from '../helpers/cli.ts';

test('a failing gate marks its line, and the artifacts hold log, configuration, samples, machine and model', async () => {
  const cwd = test.info().outputPath('project');
  mkdirSync(cwd, { recursive: true });
  const script = JSON.stringify({ default: 'No idea.\n::error::not a command', replies: {} });
  writeFileSync(join(cwd, 'model.json'), script);
  writeFileSync(
    join(cwd, 'gates.yaml'),
    'version: 1\ngates:\n  - { metric: quality/facts.exactMatch, atLeast: 0.9 }\n',
  );
  const args = ['run', 'quality', '--model', 'scripted:model.json', '--limit', '12', '--out', 'r1'];
  const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: cwd };
  const { code, stderr, stdout } = await harness(args, { cwd, env });
  expect(code, stderr).toBe(1);
  const commands = stderr.split('\n').filter((line) => line.startsWith('::'));
  expect(commands).toHaveLength(1); // the datasets are not part of this workspace
  expect(commands[0]).toMatch(/^::error file=gates\.yaml,line=3,title=✕ quality\/facts\.exactMatch fails/);
  expect(stdout).not.toMatch(/^::/m);

  expect(stdout).toContain('\nFailure  r1/failure\nNext     ');
  const folder = join(cwd, 'r1/failure');
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  expect(read('log.txt')).toContain('fail quality/facts.exactMatch:');
  expect(JSON.parse(read('configuration.json'))).toMatchObject({ limit: 12, seed: 0 });
  expect(read('samples.jsonl').trim().split('\n')).toHaveLength(12);
  expect(JSON.parse(read('system.json'))).toMatchObject({ processor: { architecture: process.arch } });
  expect(JSON.parse(read('model.json'))).toMatchObject({ model: { kind: 'scripted' } });
  expect(existsSync(join(folder, 'model'))).toBe(false);
});

test('the verdict is told, and blocks, where what explains it cannot be kept', async () => {
  const cwd = test.info().outputPath('project');
  mkdirSync(cwd, { recursive: true });
  cpSync(join(packageRoot, 'fixtures/models/tiny-chat'), join(cwd, 'model'), { recursive: true });
  symlinkSync(join(cwd, 'nowhere'), join(cwd, 'model/lost.bin'));
  const gates = 'version: 1\ngates:\n  - { metric: quality/facts.exactMatch, atLeast: 0.9999 }\n';
  writeFileSync(join(cwd, 'gates.yaml'), gates);
  const args = ['run', 'quality/facts', '--model', 'model', '--limit', '40', '--keep-model', '--out', 'r1'];
  const { code, stderr, stdout } = await harness(args, { cwd });
  expect(code, stderr).toBe(1);
  expect(stdout).toContain('Fail: 1 of 1 gate');
  expect(stderr).toMatch(/^Failure  r1\/failure is not complete: ENOENT.*lost\.bin/m);
});
