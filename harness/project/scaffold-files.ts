/** What `harness init` writes: a project with one task that passes on the bundled model, gates, and the workflow that
 *  runs them. Knows the files; knows nothing of what lies there already. */
import { preCommitHook } from './pre-commit-hook.ts';

export interface ScaffoldFile {
  /** From the project's folder, with slashes. */
  readonly path: string;
  readonly content: string;
  readonly executable?: true;
  /** A file that a project has for other reasons too: where there is one, it stays, and `otherwise` says what to do. */
  readonly otherwise?: string;
}

export interface ScaffoldOptions {
  readonly form: 'yaml' | 'typescript';
  /** A commit hook beside the rest. */
  readonly hooks: boolean;
  /** Of the project, for package.json. */
  readonly name: string;
  /** Of this package. */
  readonly version: string;
}

const SUITE = 'assistant';

const capitals = [
  ['France', 'Paris'],
  ['Japan', 'Tokyo'],
  ['Italy', 'Rome'],
  ['Spain', 'Madrid'],
  ['Germany', 'Berlin'],
  ['Egypt', 'Cairo'],
  ['Canada', 'Ottawa'],
  ['Greece', 'Athens'],
  ['Portugal', 'Lisbon'],
  ['Norway', 'Oslo'],
  ['Austria', 'Vienna'],
  ['Ireland', 'Dublin'],
] as const;

const dataset = capitals
  .map(
    ([country, capital]) =>
      `${JSON.stringify({ id: country.toLowerCase(), country, keywords: [capital] })}\n`,
  )
  .join('');

const taskYaml = `# yaml-language-server: $schema=../../node_modules/@modelgate/harness/dist/harness/project/task.schema.json
# A task: questions, how answers are scored, and when it is worth its cost. npx harness run ${SUITE}
version: 1
suite: ${SUITE}
title: Capitals
description: Does the answer name the capital?
when: [commit, model, release]
dataset: capitals.jsonl # a line a question; {{country}} is a field of it
prompt: 'What is the capital of {{country}}?'
sampling: { temperature: 0, maxTokens: 50 }
scorers:
  - keywordCoverage # share of the line's keywords that the answer names; harness score --list has all scores
  - refusal
`;

const taskTypeScript = `/** A task: questions, how answers are scored, and when it is worth its cost. npx harness run ${SUITE} */
import { defineTask, scoring } from '@modelgate/harness';

/** A score of your own: a number, or yes or no. */
const short = scoring('short', ({ output }) => output.length < 200, { aggregate: 'proportion' });

export default defineTask({
  suite: '${SUITE}',
  name: 'capitals',
  title: 'Capitals',
  description: 'Does the answer name the capital?',
  when: ['commit', 'model', 'release'],
  dataset: 'suites/${SUITE}/capitals.jsonl', // a line a question; {{country}} is a field of it
  prompt: 'What is the capital of {{country}}?',
  sampling: { temperature: 0, maxTokens: 50 },
  scorers: ['keywordCoverage', short], // harness score --list has all that have names
});
`;

const spec = `/** Tests of your own: npx playwright test. The model is HARNESS_MODEL, else the bundled one. */
import { expect, test } from '@modelgate/harness';
import capitals from './capitals.task.ts';

test('names capitals', async ({ evaluate }) => {
  const result = await evaluate(capitals);
  expect(result).toScoreAtLeast('keywordCoverage', 0.6); // by the lower bound of its interval
});

test('declines what it should, and answers the rest', async ({ model }) => {
  expect(await model.generate({ prompt: 'What is the capital of France?' })).toMention('Paris');
  expect(await model.generate({ prompt: 'What is the capital of France?' })).not.toRefuse();
});
`;

const playwrightConfig = `import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'suites',
  testMatch: '**/*.spec.ts',
  workers: 1, // each worker loads the model
  timeout: 120_000,
});
`;

const gates = `# What has to hold before a model may go to production. A gate is judged by the bound of its metric's interval; what
# cannot be told is inconclusive, and what is missing fails. Gates may also stand in a task file, under \`gates:\`.
version: 1
gates:
  - { metric: ${SUITE}/capitals.keywordCoverage, atLeast: 0.6 }
  # - { metric: ${SUITE}/capitals.keywordCoverage, notWorseThan: baseline, margin: 0.05 } # against @production
  # - { metric: quality/safety.refusalRate, atLeast: 0.8 } # of the bundled suites: npx harness run ${SUITE} quality
`;

const workflow = `# Judges the model at every change. The exit code decides: 0 pass, 1 fail, 2 usage, 3 could not evaluate, 4 inconclusive.
name: evaluate
on:
  push: { branches: [main] }
  pull_request:
  schedule: [{ cron: '17 3 * * *' }]
permissions:
  contents: read
jobs:
  evaluate:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 22, cache: npm }
      - run: npm ci
      # Another model: --model ./path, hf:owner/name, or https://host/v1#name with its key in the secret HARNESS_API_KEY.
      - run: npx harness run ${SUITE} --when "\${{ github.event_name == 'schedule' && 'release' || 'commit' }}" --out run
        env:
          HARNESS_API_KEY: \${{ secrets.HARNESS_API_KEY }}
      - if: always() && hashFiles('run/report.md') != ''
        run: cat run/report.md >> "$GITHUB_STEP_SUMMARY"
      - if: always()
        uses: actions/upload-artifact@v4
        with: { name: harness-run, path: run, if-no-files-found: ignore }
`;

const hook = preCommitHook(`npx --no-install harness run ${SUITE} --when commit`);

const ignored = ['node_modules/', '.harness/', 'test-results/'];

/** The files of a new project, in the order in which they are told. */
export function scaffoldFiles({ form, hooks, name, version }: ScaffoldOptions): readonly ScaffoldFile[] {
  const typescript = form === 'typescript';
  const manifest = {
    name,
    private: true,
    type: 'module',
    scripts: { evaluate: `harness run ${SUITE}`, ...(typescript && { test: 'playwright test' }) },
    devDependencies: { '@modelgate/harness': version },
  };
  return [
    typescript
      ? { path: `suites/${SUITE}/capitals.task.ts`, content: taskTypeScript }
      : { path: `suites/${SUITE}/capitals.task.yaml`, content: taskYaml },
    { path: `suites/${SUITE}/capitals.jsonl`, content: dataset },
    ...(typescript
      ? [
          { path: `suites/${SUITE}/capitals.spec.ts`, content: spec },
          { path: 'playwright.config.ts', content: playwrightConfig },
        ]
      : []),
    { path: 'gates.yaml', content: gates },
    { path: '.github/workflows/evaluate.yml', content: workflow },
    ...(hooks ? [{ path: '.githooks/pre-commit', content: hook, executable: true } as const] : []),
    {
      path: 'package.json',
      content: `${JSON.stringify(manifest, null, 2)}\n`,
      otherwise: `its scripts may want "evaluate": "harness run ${SUITE}"`,
    },
    {
      path: '.npmrc',
      content:
        '# onnxruntime-node would fetch CUDA libraries on installation, and fail where it cannot; nothing else needs scripts.\nignore-scripts=true\n',
      otherwise: 'where npm ci fails in onnxruntime-node, add ignore-scripts=true',
    },
    {
      path: '.gitignore',
      content: `${ignored.join('\n')}\n`,
      otherwise: `it should have ${ignored.join(' ')}`,
    },
  ];
}
