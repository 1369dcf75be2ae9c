/** Runs every command of README.md and the guides, long ones too, each guide in a project of its own:
 *  `npm run check:guides`, about five minutes on two cores; `-- ci.md` one guide. */
import { mkdtemp, rm } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeProject, runGuide } from '../helpers/run-guide.ts';

const asked = process.argv.slice(2);
const guides = ['README.md', ...readdirSync('docs').map((name) => join('docs', name))].filter(
  (path) => path.endsWith('.md') && (asked.length === 0 || asked.some((each) => path.endsWith(each))),
);
let failed = 0;
for (const guide of guides) {
  const dir = await mkdtemp(join(tmpdir(), 'guide-'));
  try {
    await makeProject(dir);
    for (const { command, code, isExpected, seconds, output } of await runGuide(guide, dir, { long: true })) {
      process.stdout.write(
        `${isExpected ? '✓' : '✕'} ${guide}: ${command}: ${code}, ${seconds.toFixed(1)} s\n`,
      );
      if (isExpected) continue;
      failed++;
      process.stdout.write(`${output.slice(-2_000)}\n`);
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
process.stdout.write(failed === 0 ? 'All guides hold.\n' : `${failed} commands failed.\n`);
process.exitCode = failed === 0 ? 0 : 1;
