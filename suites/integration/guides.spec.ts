/** Commands of README and guides, run in a project as a reader would. The runs of a minute and more are left to
 *  `npm run check:guides`; that every command is one that the command line takes is checked in unit/harness/cli/help. */
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { packageRoot } from '../../harness/tasks/package-root.ts';
import { makeProject, runGuide } from '../helpers/run-guide.ts';

const LONG = /harness (run|train|load|serve|compare|promote|report|bench)\b|--model http/;

for (const guide of [
  'README.md',
  'docs/add-a-metric.md',
  'docs/author-a-suite.md',
  'docs/fine-tune-and-gate.md',
]) {
  test(`the quick commands of ${guide} do what it says`, async () => {
    const dir = test.info().outputPath('project');
    await makeProject(dir);
    const quick = (command: string) => (LONG.test(command) ? null : command);
    const results = await runGuide(join(packageRoot, guide), dir, { replace: quick });
    expect(results.length).toBeGreaterThan(0);
    for (const { command, isExpected, output } of results)
      expect(isExpected, `${command}\n${output}`).toBe(true);
  });
}
