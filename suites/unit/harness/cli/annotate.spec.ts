import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { annotations } from '../../../../harness/cli/annotate.ts';
import { sampleReport } from '../../reports/sample-report.ts';

const GATES = `version: 1
gates:
  - metric: "quality/facts.exactMatch" # in a style of its own
    atLeast: 0.85
  - {metric: quality/consistency.identical, always: true}
`;

const ON_GITHUB = (workspace: string): NodeJS.ProcessEnv => ({
  GITHUB_ACTIONS: 'true',
  GITHUB_WORKSPACE: workspace,
});

/** The lines for a run whose facts come from the user's own file. */
function annotated(dataset: string): string {
  const workspace = test.info().outputPath('workspace');
  mkdirSync(join(workspace, 'suites'), { recursive: true });
  writeFileSync(join(workspace, 'gates.yaml'), GATES);
  const path = join(workspace, 'suites/facts.jsonl');
  writeFileSync(path, dataset);
  const data = sampleReport({ facts: 40 });
  const tasks = data.run.tasks.map((task) =>
    task.task === 'facts' ? { ...task, dataset: { ...task.dataset, path } } : task,
  );
  const run = { ...data.run, tasks, gates: { ...data.run.gates, path: join(workspace, 'gates.yaml') } };
  return annotations({ ...data, run }, ON_GITHUB(workspace));
}

test('marks a gate on its line, in whichever style the file is written', () => {
  const text = annotated('');
  expect(text).toMatch(/file=gates.yaml,line=3,title=✕ quality\/facts.exactMatch/);
  expect(text).toMatch(/file=gates.yaml,line=5,title=✕ quality\/consistency.identical/);
});

test('marks a gate that its task brings along on its line of the task file', () => {
  const workspace = test.info().outputPath('workspace');
  mkdirSync(join(workspace, 'suites'), { recursive: true });
  writeFileSync(join(workspace, 'gates.yaml'), 'version: 1\ngates: []\n');
  writeFileSync(join(workspace, 'suites/broken.task.yaml'), 'suite: [');
  writeFileSync(
    join(workspace, 'suites/facts.task.yaml'),
    `version: 1
suite: quality
samples: [{ id: a, prompt: What is it?, references: [It.] }]
scorers: [exactMatch]
gates:
  - { metric: exactMatch, notWorseThan: baseline, margin: 0.02 }
  - { metric: exactMatch, atLeast: 0.85 }
`,
  );
  const data = sampleReport({ facts: 40 });
  const run = { ...data.run, gates: { ...data.run.gates, path: join(workspace, 'gates.yaml') } };
  const text = annotations({ ...data, run }, ON_GITHUB(workspace), workspace);
  expect(text).toMatch(/file=suites\/facts.task.yaml,line=7,title=✕ quality\/facts.exactMatch/);
  expect(text).toMatch(/^::error title=✕ quality\/consistency.identical/m);
});

test("marks a sample on its line of the user's own dataset", () => {
  const ids = sampleReport({ facts: 40 }).samples.filter(({ task }) => task === 'facts');
  const text = annotated(ids.map(({ sampleId }) => `\n{"id": ${JSON.stringify(sampleId)}}`).join(''));
  const marked = [...text.matchAll(/file=suites\/facts.jsonl,line=(\d+),title=quality\/facts.exactMatch/g)];
  expect(marked).toHaveLength(2);
  for (const [, line] of marked) expect(ids[Number(line) - 2]!.scores['exactMatch']).toBe(0);
});

test('says nothing outside of GitHub Actions', () => {
  expect(annotations(sampleReport({ facts: 3 }), {})).toBe('');
});
