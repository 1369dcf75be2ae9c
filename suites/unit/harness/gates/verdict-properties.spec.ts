/** What must hold of every verdict, on many random runs. */
import { expect, test } from '@playwright/test';
import { uniform } from '../../../../engine/training/random.ts';
import { judge, type JudgeInput } from '../../../../harness/gates/judge.ts';
import type { MetricSpec, RunOutcome, SampleRecord } from '../../../../reports/report-data.ts';
import { failed, gates, record, spec, task } from './records.ts';

type Random = () => number;

interface Case {
  readonly input: JudgeInput;
  /** Of a comparison. */
  readonly margin: number;
}

const kinds = ['rate', 'lowRate', 'mean', 'clustered', 'compared', 'comparedLow'] as const;

/** A run of one gate whose outcome is as likely one as another. */
function randomRun(random: Random, kind: (typeof kinds)[number], margin = 0.02 + 0.1 * random()): Case {
  const n = 40 + Math.floor(random() * 160);
  const better = kind === 'lowRate' || kind === 'comparedLow' ? 'lower' : 'higher';
  const metric: MetricSpec = spec('x', kind === 'mean' ? 'mean' : 'proportion', {
    better,
    ...(kind === 'mean' ? { range: [0, 10] as const } : {}),
  });
  const rate = 0.2 + 0.6 * random();
  const draw = (): number =>
    kind === 'mean' ? 10 * random() ** (1 / (0.5 + rate)) : random() < rate ? 1 : 0;
  const values = Array.from({ length: n }, draw);
  const samples = values.map((x, i) =>
    record(i, { scores: { x }, cluster: kind === 'clustered' ? `c${Math.floor(i / 3)}` : `c${i}` }),
  );
  const changed = 0.5 * random();
  const changedToOne = random();
  const baselineSamples = samples.map((each, i) => ({
    ...each,
    scores: { x: random() < changed ? (random() < changedToOne ? 1 : 0) : values[i]! },
  }));
  const compares = kind === 'compared' || kind === 'comparedLow';
  const scale = kind === 'mean' ? 10 : 1;
  const threshold = (rate + (random() - 0.5) * 0.3) * scale;
  const rule = compares
    ? `notWorseThan: baseline, margin: ${margin}`
    : `${better === 'lower' ? 'atMost' : 'atLeast'}: ${threshold}`;
  return {
    margin,
    input: {
      gates: gates(`quality/facts.x, ${rule}`),
      tasks: [task(n, [metric])],
      samples,
      baselineSamples: compares ? baselineSamples : null,
      baselineRequested: compares,
      limit: null,
    },
  };
}

function outcomeOf(input: JudgeInput): RunOutcome {
  return judge(input).verdict.outcome;
}

function shuffled<T>(values: readonly T[], random: Random): T[] {
  const keyed = values.map((value) => ({ value, key: random() }));
  return keyed.toSorted((a, b) => a.key - b.key).map(({ value }) => value);
}

const RUNS = 24;

for (const kind of kinds) {
  test(`a verdict on a ${kind} does not depend on the order of the samples`, () => {
    const random = uniform(1);
    for (let i = 0; i < RUNS; i++) {
      const { input } = randomRun(random, kind);
      const other: JudgeInput = {
        ...input,
        samples: shuffled(input.samples, random),
        baselineSamples: input.baselineSamples && shuffled(input.baselineSamples, random),
      };
      expect(judge(other)).toEqual(judge(input));
    }
  });

  test(`no errors and no undefined scores turn a fail of a ${kind} into a pass, whichever answers they replace`, () => {
    const random = uniform(2);
    let fails = 0;
    for (let i = 0; fails < RUNS && i < 100 * RUNS; i++) {
      const { input: strict } = randomRun(random, kind);
      const input = { ...strict, gates: { ...strict.gates, maxErrorShare: 0.3, maxUndefinedShare: 0.3 } };
      if (outcomeOf(input) !== 'fail') continue;
      fails++;
      // The answers that speak most against the model go first: what an outage, or a scorer, could do at its kindest.
      const { better } = input.tasks[0]!.metrics[0]!;
      const badness = ({ scores }: SampleRecord, j: number): number =>
        (better === 'higher' ? -1 : 1) * (scores['x']! - (input.baselineSamples?.[j]?.scores['x'] ?? 0));
      const order = input.samples
        .map((each, j) => ({ j, bad: badness(each, j) }))
        .toSorted((a, b) => b.bad - a.bad);
      for (const share of [0.01, 0.03, 0.05, 0.2]) {
        const lost = new Set(order.slice(0, Math.floor(share * order.length)).map(({ j }) => j));
        for (const missing of [failed(0), record(0, { scores: { x: null } })]) {
          const { error, scores } = missing;
          const samples = input.samples.map((each, j) => (lost.has(j) ? { ...each, error, scores } : each));
          const what = `${share} of ${order.length} ${error === null ? 'undefined' : 'errors'}`;
          expect(outcomeOf({ ...input, samples }), what).not.toBe('pass');
        }
      }
    }
    expect(fails).toBeGreaterThan(5);
  });
}

test('names the same counter-examples and the same first error, whatever the order', () => {
  const random = uniform(4);
  const coded = (i: number) => ({ ...failed(i), error: { code: `E_${i}`, message: 'gone' } });
  const scored = (i: number) => record(i, { scores: { x: i % 3 } });
  for (const [rule, one] of [
    ['always: true', scored],
    ['atLeast: 0.5', coded],
  ] as const) {
    const samples = Array.from({ length: 50 }, (_, i) => one(i));
    const base = { gates: gates(`quality/facts.x, ${rule}`), tasks: [task(50, [spec('x', 'mean')])] };
    const input = { ...base, samples, baselineSamples: null, baselineRequested: false, limit: null };
    expect(judge({ ...input, samples: shuffled(samples, random) })).toEqual(judge(input));
  }
});

test('a tighter margin never turns a fail into a pass, nor an open verdict', () => {
  for (let seed = 0; seed < RUNS; seed++) {
    const rank = { pass: 0, inconclusive: 1, fail: 2, 'could-not-evaluate': 3 };
    const margins = [0.3, 0.2, 0.12, 0.08, 0.05, 0.03, 0.01];
    const outcomes = margins.map(
      (margin) => rank[outcomeOf(randomRun(uniform(seed), 'compared', margin).input)],
    );
    expect(outcomes, `seed ${seed}`).toEqual(outcomes.toSorted((a, b) => a - b));
  }
});

test('what is missing never passes', () => {
  const random = uniform(3);
  for (let i = 0; i < RUNS; i++) {
    const { input } = randomRun(random, kinds[i % kinds.length]!);
    const [only] = input.tasks;
    const broken: Record<string, Partial<JudgeInput>> = {
      'no records': { samples: [] },
      'an empty dataset': {
        tasks: [{ ...only!, planned: 0, dataset: { ...only!.dataset, size: 0 } }],
        samples: [],
      },
      'another metric': { tasks: [{ ...only!, metrics: [spec('y', 'proportion')] }] },
      'a record too few': { samples: input.samples.slice(1) },
      'too many errors': { samples: input.samples.map((each, j) => (j % 10 === 0 ? failed(j) : each)) },
      'too many undefined scores': {
        samples: input.samples.map((each, j) => (j % 10 === 0 ? { ...each, scores: { x: null } } : each)),
      },
    };
    for (const [what, part] of Object.entries(broken)) {
      expect(outcomeOf({ ...input, ...part }), what).toBe('could-not-evaluate');
    }
  }
});
