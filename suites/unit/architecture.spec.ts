/** Architecture: which folder may import which.
 *
 *  The table is the architecture; the tests below only enforce it. To add a folder, add a row. A row lists what
 *  the folder may import besides itself, the `errors.ts` of its top-level folder, and npm packages. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from '@playwright/test';

const REPORT_DATA = 'reports/report-data.ts';
/** Which run a review is of, and the format of its file: what the report writes, a promotion reads. */
const REVIEW = ['reports/run-digest.ts', 'reports/app/review-file.js'];
const COMPARISON_DATA = 'reports/comparison-data.ts';
const HISTORY_DATA = 'reports/history-data.ts';

const MAY_IMPORT: Record<string, readonly string[]> = {
  'engine/tensor': [],
  'engine/config': [],
  'engine/tokenizer': [],
  'engine/grammar': [],
  'engine/onnx': ['engine/tensor'],
  'engine/nn': ['engine/tensor', 'engine/onnx'],
  'engine/device': ['engine/onnx', 'engine/nn'],
  'engine/autodiff': ['engine/tensor', 'engine/onnx'],
  'engine/checkpoint': ['engine/tensor', 'engine/nn', 'engine/tokenizer', 'engine/config'],
  'engine/inference': [
    'engine/device',
    'engine/tensor',
    'engine/onnx',
    'engine/nn',
    'engine/checkpoint',
    'engine/tokenizer',
    'engine/grammar',
    'engine/config',
    'engine/worker-entry.js',
  ],
  'engine/training': [
    'engine/device',
    'engine/tensor',
    'engine/onnx',
    'engine/nn',
    'engine/checkpoint',
    'engine/tokenizer',
    'engine/config',
    'engine/autodiff',
    'engine/worker-entry.js',
  ],
  'engine/serving': ['engine/inference', 'engine/grammar', 'engine/config'],
  engine: ['engine/'],
  reports: [],
  'harness/stats': [],
  'harness/metrics': [],
  'harness/tasks': ['engine/index.ts', REPORT_DATA],
  'harness/data': ['harness/tasks', 'harness/metrics'],
  'harness/models': ['harness/tasks', 'harness/registry', 'harness/runs', 'engine/index.ts'],
  'harness/embeddings': ['harness/metrics'],
  'harness/classifiers': ['harness/embeddings'],
  'harness/judge': ['harness/metrics', 'harness/stats', 'harness/runs', 'engine/index.ts'],
  'harness/scorers': [
    'harness/tasks',
    'harness/models',
    'harness/metrics',
    'harness/judge',
    'harness/embeddings',
    'harness/classifiers',
    'engine/index.ts',
  ],
  'harness/project': [
    'harness/data',
    'harness/tasks',
    'harness/metrics',
    'harness/score',
    'harness/catalog',
    'harness/runs',
    'engine/index.ts',
    REPORT_DATA,
  ],
  'harness/expectations': [
    'harness/gates',
    'harness/judge',
    'harness/metrics',
    'harness/models',
    'harness/runs',
    'harness/tasks',
    'reports/',
  ],
  'harness/recipes': [
    'harness/data',
    'harness/judge',
    'harness/metrics',
    'harness/models',
    'harness/runs',
    'harness/scorers',
    'harness/tasks',
    REPORT_DATA,
  ],
  'harness/runs': ['harness/tasks', 'harness/stats', REPORT_DATA],
  'harness/load': [
    'harness/data',
    'harness/models',
    'harness/runs',
    'harness/stats',
    'harness/tasks',
    'engine/index.ts',
  ],
  'harness/gates': [
    'harness/tasks',
    'harness/runs',
    'harness/stats',
    REPORT_DATA,
    COMPARISON_DATA,
    HISTORY_DATA,
  ],
  'harness/doctor': ['harness/models', 'harness/runs', 'harness/tasks', 'engine/index.ts'],
  'harness/registry': ['harness/runs', 'harness/gates', 'engine/index.ts', REPORT_DATA, ...REVIEW],
  harness: ['harness/', 'engine/index.ts', 'reports/'],
  fixtures: ['harness/index.ts', 'harness/doctor/chromium.ts', 'engine/index.ts'],
  suites: ['fixtures/', 'harness/', 'engine/', 'reports/'],
};

const FOLDERS = Object.keys(MAY_IMPORT);
const TOP_LEVEL = [...new Set(FOLDERS.map((folder) => folder.split('/')[0]!))];

const sourceFiles = TOP_LEVEL.filter((folder) => existsSync(folder)).flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
);

/** The most specific row that owns `file`. */
function folderOf(file: string): string {
  return FOLDERS.filter((folder) => file.startsWith(`${folder}/`)).sort((a, b) => b.length - a.length)[0]!;
}

/** Paths, relative to the repository root, of every relative import in `file`. */
function importsOf(file: string): string[] {
  const specifiers = readFileSync(file, 'utf8').matchAll(/(?:from|import|import\()\s*['"](\.[^'"]+)['"]/g);
  return [...specifiers].map(([, specifier]) => normalize(join(dirname(file), specifier!)));
}

test('finds source files to check', () => {
  expect(sourceFiles.length).toBeGreaterThan(50);
});

for (const folder of FOLDERS) {
  test(`${folder}/ imports only what its row allows`, () => {
    const top = folder.split('/')[0]!;
    const allowed = [`${folder}/`, `${top}/errors.ts`, ...MAY_IMPORT[folder]!];
    const violations = sourceFiles
      .filter((file) => folderOf(file) === folder)
      .flatMap((file) => importsOf(file).map((target) => ({ file, target })))
      .filter(({ target }) => !allowed.some((prefix) => target.startsWith(prefix)))
      .map(({ file, target }) => `${file} imports ${target}`);
    expect(violations).toEqual([]);
  });
}
