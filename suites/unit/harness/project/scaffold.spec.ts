import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { parseGates } from '../../../../harness/gates/gates-file.ts';
import { scaffold } from '../../../../harness/project/scaffold.ts';
import { scaffoldFiles, type ScaffoldOptions } from '../../../../harness/project/scaffold-files.ts';
import { parseTaskFile } from '../../../../harness/project/task-file.ts';

const options: ScaffoldOptions = { form: 'yaml', hooks: true, name: 'mine', version: '1.2.3' };
const contentOf = (path: string, of = options): string =>
  scaffoldFiles(of).find((file) => file.path === path)!.content;

test('what is written is what is read: the task, its dataset, the gates on it, the workflow', async () => {
  const dir = test.info().outputPath();
  await scaffold(dir, scaffoldFiles(options), false);
  const path = join(dir, 'suites/assistant/capitals.task.yaml');
  const task = parseTaskFile(readFileSync(path, 'utf8'), path);
  const { samples } = await task.dataset();
  expect(samples.length).toBeGreaterThanOrEqual(10);
  expect(samples[0]).toMatchObject({ id: 'france', prompt: 'What is the capital of France?' });
  const { gates } = parseGates(contentOf('gates.yaml'), 'gates.yaml');
  const metrics = task.metrics.map(({ metric }) => `${task.suite}/${task.name}.${metric}`);
  for (const { metric } of gates) expect(metrics).toContain(metric);
  const workflow = parse(contentOf('.github/workflows/evaluate.yml')) as {
    jobs: { evaluate: { steps: { run?: string }[] } };
  };
  const runs = workflow.jobs.evaluate.steps.map(({ run }) => run ?? '').join('\n');
  expect(runs).toContain('npx harness run assistant');
  expect(statSync(join(dir, '.githooks/pre-commit')).mode & 0o111).toBe(0o111);
  expect(JSON.parse(contentOf('package.json'))).toMatchObject({
    devDependencies: { '@modelgate/harness': '1.2.3' },
  });
});

test('either form has the same questions and gates, and hooks only where asked', () => {
  const typescript = { ...options, form: 'typescript', hooks: false } as const;
  for (const path of ['gates.yaml', 'suites/assistant/capitals.jsonl']) {
    expect(contentOf(path, typescript)).toBe(contentOf(path));
  }
  const paths = scaffoldFiles(typescript).map((file) => file.path);
  expect(paths).toContain('suites/assistant/capitals.spec.ts');
  expect(paths.some((path) => path.includes('githooks'))).toBe(false);
});

test('what is there stays: all or nothing is written, and over it only by force', async () => {
  const dir = test.info().outputPath();
  const files = scaffoldFiles(options);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'gates.yaml'), 'mine\n');
  writeFileSync(join(dir, 'package.json'), '{"name":"mine"}\n');
  await expect(scaffold(dir, files, false)).rejects.toThrow(
    /Nothing was written: there is gates\.yaml already/,
  );
  expect(() => statSync(join(dir, 'suites'))).toThrow(/ENOENT/);
  const forced = await scaffold(dir, files, true);
  expect(forced.written).toContain('gates.yaml');
  expect(forced.kept.map(({ path }) => path)).toEqual(['package.json']);
  expect(readFileSync(join(dir, 'package.json'), 'utf8')).toBe('{"name":"mine"}\n');
  const again = await scaffold(dir, files, false);
  expect(again.written).toEqual([]);
  expect(again.same).toContain('gates.yaml');
});
