/** `harness power --aa`: the error rates of a run's gates, measured on the model against itself. */
import { compareWithItself, type Rate, type SelfComparison } from '../gates/self-comparison.ts';
import { parseGates } from '../gates/gates-file.ts';
import { count, say } from '../gates/words.ts';
import { readRunFolder } from '../runs/run-folder.ts';
import type { PowerArguments } from './commands/power.ts';
import { startProgress } from './progress.ts';
import { renderTable } from './table.ts';
import { wholeNumber } from './whole-number.ts';

type Asked = Pick<PowerArguments, 'resamples' | 'seed' | 'json'> & { readonly aa: string };

/** Exit code 1 where a rate is above what is stated, beyond what chance explains. */
export async function selfComparisonFromCommandLine(asked: Asked): Promise<void> {
  const resamples = wholeNumber('resamples', asked.resamples, 1);
  const seed = wholeNumber('seed', asked.seed, 0);
  const { run, samples, gatesText } = await readRunFolder(asked.aa);
  const gates = parseGates(gatesText, run.gates.path);
  const progress = startProgress(process.stderr);
  progress.phase('judging the model against itself');
  const found = compareWithItself(gates, run.tasks, samples, {
    resamples,
    seed,
    onProgress: (done) => progress.update({ done, planned: resamples }),
  });
  progress.stop();
  process.stdout.write(asked.json ? `${JSON.stringify(found)}\n` : renderSelfComparison(found));
  process.exitCode = found.exceedsAlpha ? 1 : 0;
}

function renderSelfComparison(found: SelfComparison): string {
  const shown = (rate: Rate | null): string =>
    rate === null
      ? '–'
      : `${say(rate.value * 100, 2)}% [${say(rate.low * 100, 2)}, ${say(rate.high * 100, 2)}]`;
  const rows = found.gates.map((gate) => [
    gate.metric,
    gate.rule,
    `n=${count(gate.n)}`,
    shown(gate.falseAlarm),
    shown(gate.falsePass),
    shown(gate.passesItself),
    gate.note,
  ]);
  const any = found.anyFalseAlarm
    ? [`Any comparison raises a false alarm in ${shown(found.anyFalseAlarm)}.`]
    : [];
  return [
    `${found.exceedsAlpha ? 'Above' : 'Within'} the stated ${say(found.alpha * 100)}% for each gate and side, in ${count(found.resamples)} judgements of the model against itself.`,
    '',
    renderTable(
      [['Metric', 'Rule', 'n', 'False alarm', 'False pass', 'Passes itself', ''], ...rows],
      ['left', 'left', 'right', 'right', 'right', 'right', 'left'],
    ),
    '',
    ...any,
    'It shows whether the rates hold for scores such as these; not whether the samples are like the questions to come.',
    '',
  ].join('\n');
}
