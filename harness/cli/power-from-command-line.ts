/** Runs `harness power`: plans a gates file, or one comparison, or measures the gates on a model against itself. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { HarnessError } from '../errors.ts';
import { defaultGatesPath, parseGates } from '../gates/gates-file.ts';
import { withTaskGates } from '../gates/task-gates.ts';
import { say } from '../gates/words.ts';
import { projectCatalog } from '../project/own-tasks.ts';
import { requireKnownSuites } from '../runner/plan.ts';
import { planPower, readEarlierRun } from '../runner/plan-power.ts';
import {
  minimumDetectableEffectOfPairs,
  sampleSizeOfPairs,
  type PairedDesign,
} from '../stats/power-pairs.ts';
import type { PowerArguments } from './commands/power.ts';
import { renderPower } from './render-power.ts';
import { wholeNumber } from './whole-number.ts';

export async function powerFromCommandLine(argv: PowerArguments): Promise<void> {
  if (argv.aa !== undefined) {
    const { selfComparisonFromCommandLine } = await import('./self-comparison-from-command-line.ts');
    return selfComparisonFromCommandLine({ ...argv, aa: argv.aa });
  }
  if (argv.margin !== undefined) return planOneComparison(argv, argv.margin);
  for (const option of ['n', 'clusterSize'] as const) {
    if (argv[option] !== undefined && !(option === 'clusterSize' && argv.clusterSize === 1)) {
      throw new HarnessError('E_USAGE', `--${option === 'n' ? 'n' : 'cluster-size'} goes with --margin`);
    }
  }
  const catalog = await projectCatalog(process.cwd());
  requireKnownSuites(catalog, argv.suites ?? []);
  const path = argv.gates ?? (existsSync('gates.yaml') ? 'gates.yaml' : defaultGatesPath);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new HarnessError('E_GATES_INVALID', `Gates file ${path} cannot be read`, { cause });
  });
  const gates = parseGates(withTaskGates(text, catalog), path);
  const settings = {
    confidence: argv.confidence ?? gates.confidence,
    power: argv.power,
    icc: argv.icc ?? null,
    deviation: argv.sd ?? null,
  };
  const earlier = argv.from === undefined ? null : await readEarlierRun(argv.from);
  const options = {
    suites: argv.suites ?? [],
    limit: argv.limit === undefined ? null : wholeNumber('limit', argv.limit, 1),
    seed: wholeNumber('seed', argv.seed, 0),
    repeats: wholeNumber('repeats', argv.repeats, 1),
    datasets: argv.datasets ?? null,
  };
  const planned = await planPower(catalog, gates, options, earlier, settings);
  if (planned.length === 0) {
    throw new HarnessError(
      'E_USAGE',
      `No gate of ${path} is on a task of these suites; there is nothing to plan`,
    );
  }
  const { confidence, power } = settings;
  const spread = earlier === null ? 'as assumed' : `as in run ${earlier.info.id}`;
  process.stdout.write(
    argv.json
      ? `${JSON.stringify({ confidence, power, from: earlier?.info.id ?? null, gates: planned })}\n`
      : renderPower(planned, spread, power),
  );
}

/** What a spread of 0/1 differences is when one pair in ten differs. */
const ASSUMED_DEVIATION = Math.sqrt(0.1);

function planOneComparison(argv: PowerArguments, margin: number): void {
  const { confidence = 0.95, power, clusterSize, icc = clusterSize > 1 ? 0.5 : 0 } = argv;
  if (!(margin > 0)) throw new HarnessError('E_USAGE', `--margin is ${margin}, expected a number above 0`);
  const design: PairedDesign = {
    margin,
    deviation: argv.sd ?? ASSUMED_DEVIATION,
    confidence,
    power,
    clusterSize,
    icc,
    ...(argv.sd === undefined ? {} : { differenceSize: null }),
  };
  const size = sampleSizeOfPairs(design);
  const n = argv.n === undefined ? null : wholeNumber('n', argv.n, 2);
  const detects = n === null ? null : minimumDetectableEffectOfPairs(n, design);
  const { deviation } = design;
  if (argv.json) {
    const plan = { confidence, power, margin, sd: deviation, icc, clusterSize, needed: size, n, detects };
    process.stdout.write(`${JSON.stringify(plan)}\n`);
    return;
  }
  const clusters = size && size.clusters < size.n ? ` in ${say(size.clusters, 8)} clusters` : '';
  const needs = size ? `needs ${say(size.n, 8)} pairs${clusters}` : 'needs more pairs than anybody has';
  const lines = [
    `To pass a model as good as its baseline, a margin of ${say(margin)} ${needs} (power ${say(power)}, confidence ${say(confidence)}, sd ${say(deviation)}${argv.sd === undefined ? ' assumed: one pair in ten differs' : ''}${clusterSize > 1 ? `, icc ${say(icc)}` : ''}).`,
    ...(detects === null ? [] : [`${say(n!, 8)} pairs find what lies ${say(detects)} from the margin.`]),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
