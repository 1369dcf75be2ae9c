/** harness compare, at work: reads two run folders, compares them pair by pair, prints what changed, writes the page. */
import { join, resolve } from 'node:path';
import { renderComparison } from '../../reports/index.ts';
import type { ComparisonData } from '../../reports/comparison-data.ts';
import { HarnessError, type ErrorExit } from '../errors.ts';
import { compareRuns } from '../gates/compare-runs.ts';
import { writeFileAtomic } from '../runs/atomic-write.ts';
import { readRunFolder } from '../runs/run-folder.ts';
import type { CompareArguments } from './commands/compare.ts';
import { renderComparisonText } from './render-comparison.ts';
import { reportError } from './report-error.ts';

const EXIT: { readonly [Outcome in ComparisonData['outcome']]: 0 | ErrorExit } = {
  worse: 1,
  mixed: 1,
  better: 0,
  'no-difference': 0,
  'not-compared': 3,
};

export async function compareFromCommandLine({
  baseline,
  model,
  out,
  json,
}: CompareArguments): Promise<void> {
  const data = compareRuns(await readRunFolder(baseline), await readRunFolder(model));
  const page = resolve(out ?? join(model, 'comparison.html'));
  await writeFileAtomic(page, renderComparison(data));
  if (json) {
    const { samples: _, baselineSamples: __, ...told } = data;
    process.stdout.write(`${JSON.stringify({ ...told, html: page })}\n`);
  } else process.stdout.write(renderComparisonText(data, page, process.stdout));
  process.exitCode = EXIT[data.outcome];
  for (const { dir, contradiction } of [data.baseline, data.model]) {
    if (contradiction === null) continue;
    process.exitCode = reportError(
      new HarnessError(
        'E_RUN_INVALID',
        `${dir} does not say what follows from its samples: ${contradiction}. Shown is what follows.`,
        { remedy: 'Someone changed its files, or another version judged it. Run the evaluation again.' },
      ),
    );
  }
}
