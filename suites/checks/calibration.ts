/** How often the verdict errs, on thousands of synthetic models with known truth; writes harness/stats/CALIBRATION.md.
 *
 *      npm run check:calibration -- [--runs 4000] [--worlds losses] [--seed 20261122] [--write]
 *
 *  `--worlds`: only those whose name holds the text. Marks with ! what lies beyond its limit by
 *  more than three standard errors; `What remains` in the table says of each why it does. One thread. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { simulateCorpus, simulateFamily, simulateTwoLooks } from './calibration-procedures.ts';
import { collapseRows } from './calibration-collapse.ts';
import { settlingCases, simulateSettling } from './calibration-settling.ts';
import { simulateAbsolute, simulatePaired } from './calibration-runs.ts';
import { absolutePlan, nameOf, worldsOf } from './calibration-grid.ts';
import {
  atLeast,
  atMost,
  beyondLimits,
  clustersInWords,
  coverageOf,
  percent,
  within,
} from './calibration-limits.ts';
import { families, groupings, type World } from './calibration-worlds.ts';

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '4000' },
    worlds: { type: 'string', default: '' },
    seed: { type: 'string', default: '20261122' },
    write: { type: 'boolean', default: false },
  },
});
const RUNS = Number(options.runs);
const SEED = Number(options.seed);
const TABLE = 'harness/stats/CALIBRATION.md';

/** Runs of large samples are fewer: the whole is to end in about twenty minutes. */
const runsOf = (n: number): number => Math.ceil(n >= 5000 ? RUNS / 8 : n >= 500 ? RUNS / 2 : RUNS);

const sections: string[] = [];

function table(
  title: string,
  text: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  if (rows.length === 0) return;
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const section = [`## ${title}`, '', text, '', line(head), line(head.map(() => '---')), ...rows.map(line)];
  sections.push(section.join('\n'));
  process.stdout.write(`${section.join('\n')}\n\n`);
}

const wanted = (name: string): boolean => name.includes(options.worlds);

function pairedRow(world: World, at: number, by: 'judge' | 'functions'): string[] | null {
  if (!wanted(nameOf(world))) return null;
  const runs = by === 'judge' ? Math.ceil(RUNS / 4) : runsOf(world.n);
  const result = simulatePaired(world, { runs, seed: SEED + at, by });
  process.stderr.write(`${nameOf(world)} n=${world.n}\n`);
  return [
    nameOf(world),
    String(world.n),
    clustersInWords(world, result.clusters),
    String(runs),
    result.margin.toPrecision(2),
    atMost(0.025, result.falsePromotion),
    atMost(0.025, result.falseBlockAtMargin),
    atMost(0.025, result.falseBlock),
    atLeast(0.8, result.power),
    `${coverageOf(world, result.coverageAtMargin)}, ${coverageOf(world, result.coverage)}`,
    percent(result.meansPromotion),
    percent(result.meansBlock),
  ];
}

const PAIRED_HEAD = [
  'world',
  'n',
  'clusters',
  'runs',
  'margin',
  'false promotion',
  'false block at margin',
  'false block at 0',
  'power',
  'coverage',
  'means: false promotion',
  'means: false block at 0',
];

const started = process.cpuUsage();
const present = <T>(rows: readonly (T | null)[]): T[] => rows.filter((row) => row !== null);

table(
  'Not worse than the baseline',
  'The margin is the one that n is enough for by our own sample size at power 0.8 (where there is none, the one of a plain t test, and no power). False promotion: truly worse by the margin, ' +
    'and passed. False block: truly at the margin, or as good as the baseline, and failed. Power: as good as the ' +
    'baseline, and passed. Coverage of the 95% interval of the difference, at the margin and at 0. Beside it what comparing two means decides: ' +
    'promotes if the mean is not lower by more than the margin; blocks if it is lower.',
  PAIRED_HEAD,
  present([...worldsOf()].map((world, at) => pairedRow(world, at, 'functions'))),
);

table(
  'The same through the whole verdict',
  'By `judge` from records and a gates file; the rows above call the functions that it calls.',
  PAIRED_HEAD,
  present(
    (['half', 'beta', 'losses'] as const).map((family, at) =>
      pairedRow(
        { family: families[family], grouping: groupings.uneven, pairCorrelation: 0.5, n: 200 },
        1000 + at,
        'judge',
      ),
    ),
  ),
);

table(
  'At least a threshold',
  'False pass and false fail: the true mean is the threshold. Power: it lies above by the distance that n is enough for. Beside it ' +
    'what comparing the mean with the threshold decides, at it.',
  [
    'world',
    'n',
    'clusters',
    'runs',
    'distance',
    'false pass',
    'false fail',
    'power',
    'coverage',
    'mean: false pass',
  ],
  present(
    absolutePlan.flatMap(([family, grouping, sizes], line) =>
      sizes.map((n, at) => {
        const world = { family: families[family], grouping: groupings[grouping], pairCorrelation: 0, n };
        if (!wanted(nameOf(world, false))) return null;
        const runs = runsOf(n);
        const result = simulateAbsolute(world, { runs, seed: SEED + 2000 + 10 * line + at, by: 'functions' });
        process.stderr.write(`${nameOf(world, false)} n=${n}\n`);
        return [
          nameOf(world, false),
          String(n),
          clustersInWords(world, result.clusters),
          String(runs),
          result.distance?.toPrecision(2) ?? '–',
          atMost(0.025, result.falsePass),
          atMost(0.025, result.falseFail),
          atLeast(0.8, result.power),
          coverageOf(world, result.coverage),
          percent(result.meanPass),
        ];
      }),
    ),
  ),
);

if (wanted('Holm')) {
  table(
    'Several gates: Holm',
    'At least one of k independent comparisons blocks although all are exactly at their margin (beta(8, 2), n = 200).',
    ['gates', 'runs', 'with Holm', 'without'],
    [2, 5, 10].map((gates) => {
      const world = { family: families.beta, grouping: groupings.alone, pairCorrelation: 0.5, n: 200 };
      const runs = Math.ceil(RUNS / 4);
      const { blocked, unadjusted } = simulateFamily(world, {
        runs,
        seed: SEED + 3000 + gates,
        gates,
        margin: 0.03,
      });
      return [String(gates), String(runs), atMost(0.025, blocked), percent(unadjusted)];
    }),
  );
}

if (wanted('looks')) {
  table(
    'Two looks',
    'Truly worse by the margin, and promoted at the first look or the second (n = 100 of 200; `--extend`).',
    ['world', 'spending', 'runs', 'promoted', 'promoted at alpha each time'],
    (['half', 'normal', 'beta'] as const).flatMap((family, at) =>
      (['judge', 'obrien-fleming', 'pocock'] as const).map((spending) => {
        const world = { family: families[family], grouping: groupings.alone, pairCorrelation: 0.5, n: 200 };
        const margin = family === 'normal' ? 0.2 : family === 'half' ? 0.12 : 0.03;
        const runs = spending === 'judge' ? Math.ceil(RUNS / 4) : RUNS;
        const { promoted, naive } = simulateTwoLooks(world, {
          runs,
          seed: SEED + 4000 + at,
          first: 100,
          margin,
          spending,
        });
        const how = spending === 'judge' ? 'obrien-fleming, by `judge` from records' : spending;
        return [nameOf(world), how, String(runs), atMost(0.025, promoted), percent(naive)];
      }),
    ),
  );
}

if (wanted('collapse')) {
  table(
    'Rare collapses that a sample may not show',
    'Answers collapse (0.8 to 0.05), the others differ by normal noise of the standard deviation given; margin and threshold lie exactly at the ' +
      'loss that this makes. Of samples with 0.5, 1, 2, 3, 4, 5, 7 and 12 collapses in the mean the worst. False block: the mirror image, rare gains at the margin. ' +
      'Beside it what the interval of the difference alone would have promoted: it says what was seen.',
    ['n', 'noise', 'runs', 'false promotion', 'false block', 'false pass', 'interval alone: false promotion'],
    collapseRows(Math.ceil(RUNS / 4), SEED + 6000),
  );
}

if (wanted('settling')) {
  table(
    'The number of samples that would settle a gate',
    'By `judge` from records: where a gate is inconclusive, its sample is extended by the number that the reason names, in whole clusters drawn ' +
      'from the sample itself, so that its estimate is the truth, and judged again. Settled: passed or failed then; to be 80%. Times: the number over ' +
      'the sample, median; more than 40 are not tried.',
    ['gate', 'world', 'runs', 'inconclusive', 'times', 'tried', 'settled'],
    settlingCases.map((each, at) => {
      const runs = Math.ceil(RUNS / 10);
      const { settled, open, factor } = simulateSettling(each, { runs, seed: SEED + 7000 + at });
      return [
        each.rule,
        each.name,
        String(runs),
        percent(open),
        factor.toFixed(1),
        String(settled.runs),
        within(0.7, 0.95, settled),
      ];
    }),
  );
}

if (wanted('corpus')) {
  table(
    'Corpus scores by paired bootstrap',
    'A score of summed counts, as BLEU; 95% percentile interval of the difference of two systems. False promotion: its lower bound is ' +
      'above the true difference.',
    ['segments', 'runs', 'draws', 'coverage', 'false promotion', 'scores compared: false promotion'],
    [60, 200].map((n) => {
      const runs = Math.ceil(RUNS / 8);
      const draws = 300;
      const { coverage, falsePromotion, meansPromotion } = simulateCorpus({
        n,
        runs,
        seed: SEED + 5000 + n,
        draws,
      });
      return [
        String(n),
        String(runs),
        String(draws),
        atLeast(n >= 200 ? 0.94 : 0.9, coverage),
        atMost(0.025, falsePromotion),
        percent(meansPromotion),
      ];
    }),
  );
}

const seconds = Math.round((process.cpuUsage(started).user + process.cpuUsage(started).system) / 1e6);
const head = [
  '# Calibration',
  '',
  'How often the verdict errs, on synthetic pairs of models with known truth. One-sided alpha 2.5% (95% intervals), percentages of runs; ' +
    'a standard error is 0.25 points at 2.5% of 4,000 runs. `!`: beyond its limit (2.5% of errors, power 80%, coverage 94 to 96% from 200 samples in 40 ' +
    'clusters on and 90% below) by more than three standard errors. Clusters of uneven size are worth the number in brackets of even ones ' +
    '(Satterthwaite): that number counts.',
  '',
  'Scores are functions of normal variables that correlate between the two models (ρ) and within clusters (a Gaussian copula), so that ' +
    'their means are known; `lognormal losses`: the model loses much on a few samples and makes up for it on the others; `collapses`: answers ' +
    'as good as before, some of which become 0. Definitions: suites/checks/calibration-worlds.ts.',
  '',
  `\`npm run check:calibration -- --write\`, runs ${RUNS}, seed ${SEED}, ${seconds} CPU-seconds on one thread.`,
].join('\n');
if (options.write) {
  // What a reader made of the figures is written by hand, at the end, and stays.
  const notes = existsSync(TABLE)
    ? /^## What remains$[^]*/m.exec(readFileSync(TABLE, 'utf8'))?.[0].trimEnd()
    : null;
  writeFileSync(TABLE, `${[head, ...sections, ...(notes ? [notes] : [])].join('\n\n')}\n`);
}
process.stdout.write(`${beyondLimits()} beyond their limits; ${seconds} CPU-seconds\n`);
