/** The table in suites/README.md: every case of the source document has a test or a task that is there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { catalog } from '../../harness/index.ts';

const rows = readFileSync('suites/README.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---') && !line.startsWith('| source'))
  .map((line) => line.split('|')[3]!.trim());

test('every case is a test with that very title, or a task of the catalog', () => {
  expect(rows.length).toBeGreaterThan(45);
  const tasks = new Set(catalog.map(({ suite, name }) => `${suite}/${name}`));
  const missing = rows.filter((row) => {
    if (row.startsWith('task ')) {
      return !row
        .slice('task '.length)
        .split(', ')
        .every((name) => tasks.has(name));
    }
    const [path, title] = [row.slice(0, row.indexOf(': ')), row.slice(row.indexOf(': ') + 2)];
    const file = join('suites', path);
    const source = existsSync(file) ? readFileSync(file, 'utf8') : '';
    return !["'", '"', '`'].some((quote) => source.includes(`test(${quote}${title}`));
  });
  expect(missing).toEqual([]);
});
