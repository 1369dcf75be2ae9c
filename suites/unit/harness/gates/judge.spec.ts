import { expect, test } from '@playwright/test';
import { isSameModel, judge, type JudgeInput } from '../../../../harness/gates/judge.ts';
import { parseGates } from '../../../../harness/gates/gates-file.ts';
import { exitCodeOf } from '../../../../harness/gates/verdict.ts';
import { Pcg64 } from '../../../../harness/stats/pcg64.ts';
import type { GateResult, MetricSpec, RunModel, SampleRecord } from '../../../../reports/report-data.ts';
import { binary, failed, gates, record, records, run, spec, task } from './records.ts';

function gateOf(input: JudgeInput): GateResult {
  return judge(input).verdict.gates[0]!;
}

const rate = spec('x', 'proportion');
const lowRate = spec('x', 'proportion', { better: 'lower' });

test('judges a threshold by the bound of the interval, in words with the numbers', () => {
  const cases: [JudgeInput, GateResult['outcome'], string][] = [
    [
      run(binary(40, 200), ['quality/facts.x, atLeast: 0.7'], { metric: rate }),
      'pass',
      '0.833 [0.781, 0.878] n=240 is at least 0.7',
    ],
    [
      run(binary(40, 200), ['quality/facts.x, atLeast: 0.9'], { metric: rate }),
      'fail',
      '0.833 [0.781, 0.878] n=240 is below 0.9, and so is its whole interval',
    ],
    [
      run(binary(40, 200), ['quality/facts.x, atLeast: 0.8'], { metric: rate }),
      'inconclusive',
      '0.833 [0.781, 0.878] n=240: the interval holds 0.8; about 770 more samples would settle it with power 0.8 if this is the true value',
    ],
    [
      run(binary(40, 200), ['quality/facts.x, atMost: 0.9'], { metric: lowRate }),
      'pass',
      '0.833 [0.781, 0.878] n=240 is at most 0.9',
    ],
    [
      run(binary(40, 200), ['quality/facts.x, atLeast: 0.7'], { metric: rate, clusterSize: 4 }),
      'pass',
      '0.833 [0.717, 0.919] n=240 in 60 clusters is at least 0.7',
    ],
    [
      run([3, 9, 4], ['quality/facts.x, atMost: 9'], { metric: spec('x', 'max') }),
      'pass',
      '9 n=3 is at most 9 (compared directly: a max has no interval)',
    ],
    [
      run([3, 9, 4], ['quality/facts.x, atMost: 15'], { metric: spec('x', 'sum') }),
      'fail',
      '16 n=3 is above 15 (compared directly: a sum has no interval)',
    ],
  ];
  for (const [input, outcome, reason] of cases) {
    expect(gateOf(input)).toMatchObject({ outcome, reason });
  }
});

test('says what a sample too small for a verdict needs', () => {
  const cases: [JudgeInput, string][] = [
    [run([0.9], ['quality/facts.x, atLeast: 0.2']), '0.9 n=1: one sample has no interval; take more samples'],
    [
      run([1, 1, 1], ['quality/facts.x, atLeast: 0.9'], { metric: rate }),
      '1 [0.439, 1] n=3: the interval holds 0.9; about 32 more samples would settle it with power 0.8 if this is the true value',
    ],
    [
      run([1, 1, 1], ['quality/facts.x, atLeast: 1'], { metric: rate }),
      '1 [0.439, 1] n=3: the interval holds 1; no number of samples shows a rate of exactly 1: use always: true, or a bound short of it',
    ],
    [
      run([12, 12, 12], ['quality/facts.x, atMost: 50']),
      '12 n=3: all 3 scores are equal, and on a scale without known bounds that gives no interval; name the range of the score in its metric',
    ],
    [
      run([5, 7, 9], ['quality/facts.x, atMost: 50'], { clusterSize: 3 }),
      '7 n=3 in 1 cluster: all 3 samples are of one cluster: no interval; take samples of several clusters',
    ],
    [
      run([1, 2, 3, 4, 5, 6], ['quality/facts.x, atMost: 50'], { metric: spec('x', 'p95') }),
      '5.75 [4, ?] n=6: 6 samples are too few for the upper bound of a p95; at least 72 independent samples are needed',
    ],
  ];
  for (const [input, reason] of cases)
    expect(gateOf(input)).toMatchObject({ outcome: 'inconclusive', reason });
});

test('refuses a bound from below on what should be low', () => {
  const base = against(0, 0, 50, 0.1);
  const lower = { ...base, tasks: [task(50, [spec('x', 'proportion', { better: 'lower' })])] };
  expect(gateOf({ ...lower, gates: gates('quality/facts.x, atLeast: 0.5') })).toMatchObject({
    outcome: 'could-not-evaluate',
    reason: expect.stringContaining('use atMost'),
  });
  expect(gateOf({ ...lower, gates: gates('quality/facts.x, atMost: 1') }).outcome).toBe('pass');
});

test('says why few samples without bounds are not enough, and what is', () => {
  const waits = (n: number) => Array.from({ length: n }, (_, i) => 100 + 10 * (i % 5));
  const judged = (n: number, range?: [number, number]) =>
    gateOf({
      gates: gates('quality/facts.x, atMost: 130'),
      tasks: [task(n, [spec('x', 'mean', range ? { range } : {})])],
      samples: waits(n).map((x, i) => record(i, { scores: { x } })),
      baselineSamples: null,
      baselineRequested: false,
      limit: null,
    });
  expect(judged(12)).toMatchObject({
    outcome: 'inconclusive',
    reason: expect.stringMatching(
      /12 independent clusters cannot show how long the tail .* 2\.4 times as wide \(from 120 on it is not\): name the metric's range .*; about [123]? ?\d more samples would settle it/,
    ),
  });
  expect(judged(12, [0, 150]).outcome).toBe('pass');
  expect(judged(30).outcome).toBe('pass');
});

test('does not pass what a few answers that the sample may not hold would undo', () => {
  const scores = Array.from({ length: 60 }, (_, i) => 0.8 + 0.01 * ((i % 5) - 2));
  const metric = spec('x', 'mean', { range: [0, 1] });
  expect(gateOf(run(scores, ['quality/facts.x, atLeast: 0.77'], { metric }))).toMatchObject({
    outcome: 'inconclusive',
    reason:
      '0.8 [0.788, 0.804] n=60 is at least 0.77 as far as it was seen, but 60 samples can miss what happens in up to 6% of them, ' +
      'and much worse ones would undo that; about 40 more samples would settle it with power 0.8 if this is the true value',
  });
  expect(gateOf(run(scores, ['quality/facts.x, atLeast: 0.74'], { metric })).outcome).toBe('pass');
  const worse = run(scores, ['quality/facts.x, atLeast: 0.805'], { metric });
  expect(gateOf(worse)).toMatchObject({
    outcome: 'inconclusive',
    reason: expect.stringMatching(/much better ones/),
  });
  const baselineSamples = records(Array<number>(60).fill(0.8));
  const compared = run(scores, ['quality/facts.x, notWorseThan: baseline, margin: 0.03'], {
    metric,
    baselineSamples,
    baselineRequested: true,
  });
  expect(gateOf(compared)).toMatchObject({
    outcome: 'inconclusive',
    reason: expect.stringMatching(
      /, within margin 0\.03 as far as it was seen, but 60 pairs can miss what happens in up to 6% of them, and much worse ones would undo that; about \d+ more pairs/,
    ),
  });
});

test('tells a number of samples that does settle it', () => {
  const settledAt = (n: number): string =>
    gateOf(run(binary(n / 6, (n * 5) / 6), ['quality/facts.x, atLeast: 0.8'], { metric: rate })).outcome;
  expect(settledAt(240)).toBe('inconclusive');
  expect(settledAt(240 + 324)).toBe('pass');
});

test('refutes an invariant by one counter-example, even where records are missing', () => {
  const rule = ['quality/facts.x, always: true'];
  expect(gateOf(run(binary(0, 5), rule))).toMatchObject({
    outcome: 'pass',
    reason: 'holds for all 5 samples',
    n: 5,
    low: null,
    high: null,
  });
  expect(gateOf(run(binary(1, 99), rule))).toMatchObject({
    outcome: 'fail',
    reason: '1 of 100 samples break it: q0',
  });
  const partly = run(binary(1, 4), rule, { tasks: [task(50, [spec('x', 'mean')])] });
  expect(gateOf(partly).outcome).toBe('fail');
  expect(gateOf(run([], rule)).outcome).toBe('could-not-evaluate');
});

test('fails closed on whatever is missing', () => {
  const rule = ['quality/facts.x, atLeast: 0.2'];
  const ones = binary(0, 100);
  const base = records(ones);
  const compared = ['quality/facts.x, notWorseThan: baseline, margin: 0.1'];
  const withBaseline = (baselineSamples: JudgeInput['baselineSamples'], more: Partial<JudgeInput> = {}) =>
    run(ones, compared, { metric: rate, baselineSamples, baselineRequested: true, ...more });
  const cases: [string, JudgeInput, string | RegExp][] = [
    [
      'no such metric',
      run(ones, ['quality/facts.rougel, atLeast: 0.2'], { metric: spec('rougeL', 'mean') }),
      'the run has no metric quality/facts.rougel; did you mean quality/facts.rougeL?',
    ],
    [
      'no such task',
      run(ones, ['safety/refusal.rate, atLeast: 0.2']),
      'the run has no metric safety/refusal.rate',
    ],
    ['empty dataset', run([], rule), 'the dataset facts is empty'],
    [
      'fewer records than planned',
      run(ones, rule, { samples: base.slice(1) }),
      '99 of 100 planned records of quality/facts are there',
    ],
    [
      'more records than planned',
      run(ones, rule, { samples: [...base, record(100, { scores: { x: 1 } })] }),
      '101 of 100 planned records of quality/facts are there',
    ],
    [
      'a doubled record',
      run(ones, rule, { samples: [...base.slice(1), base[1]!] }),
      'quality/facts has 1 doubled record',
    ],
    [
      'too many errors',
      run(ones, rule, { samples: [...base.slice(6), ...[0, 1, 2, 3, 4, 5].map(failed)] }),
      '6 of 100 samples are errors (6 infrastructure errors; first: E_ENDPOINT), more than the 5% allowed',
    ],
    [
      'too many undefined scores',
      run([], rule, {
        tasks: [task(100, [rate])],
        samples: [...base.slice(6), ...undefinedScores(6)],
      }),
      'the score is undefined for 6 of 100 samples (first: no sentence), more than the 5% allowed',
    ],
    ['no score at all', run(ones, rule, { samples: ones.map((_, i) => record(i)) }), /undefined for all 100/],
    ['a proportion of halves', run([0.5, 1], rule, { metric: rate }), /0 or 1, but one is 0.5/],
    ['baseline asked for, none there', withBaseline(null), 'the baseline that was asked for has no records'],
    [
      'baseline without records',
      withBaseline([]),
      '0 of 100 planned baseline records of quality/facts are there',
    ],
    [
      'another question',
      withBaseline(base.map((each, i) => (i === 7 ? { ...each, inputDigest: 'sha256:other' } : each))),
      'model and baseline were not asked the same: the input of sample q7 differs',
    ],
    [
      'other samples',
      withBaseline(base.map((each, i) => (i === 7 ? { ...each, sampleId: 'other' } : each))),
      'the baseline has no record of sample q7',
    ],
    [
      'a baseline of errors',
      withBaseline(base.map((each, i) => (i < 6 ? failed(i) : each))),
      '6 of 100 baseline samples are errors (6 infrastructure errors; first: E_ENDPOINT), more than the 5% allowed',
    ],
    [
      'scores on one side only',
      withBaseline(
        base.map((each, i) => (i < 4 ? { ...each, scores: { x: null } } : each)),
        { samples: base.map((each, i) => (i >= 96 ? { ...each, scores: { x: null } } : each)) },
      ),
      '8 of 100 pairs have a score on one side only, more than the 5% allowed',
    ],
    [
      'a quantile against a baseline',
      withBaseline(base, { tasks: [task(100, [spec('x', 'p95')])] }),
      'only means and proportions are compared with a baseline, this is a p95',
    ],
    [
      'a metric without direction',
      withBaseline(base, { tasks: [task(100, [spec('x', 'mean', { better: 'neither' })])] }),
      'neither higher nor lower is better, so it cannot be worse',
    ],
  ];
  for (const [what, input, reason] of cases) {
    const { verdict } = judge(input);
    expect(verdict.gates[0], what).toMatchObject({ outcome: 'could-not-evaluate' });
    expect(verdict.gates[0]!.reason, what).toMatch(
      typeof reason === 'string' ? new RegExp(`^${reason.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`) : reason,
    );
    expect(exitCodeOf(verdict), what).toBe(3);
  }
});

/** Records q0, q1, … without a score. */
function undefinedScores(count: number): SampleRecord[] {
  return Array.from({ length: count }, (_, i) =>
    record(i, { scores: { x: null }, reasons: { x: 'no sentence' } }),
  );
}

test('allows as many errors of each class, and undefined scores, as the gates file says', () => {
  const coded = (count: number, code: string): SampleRecord[] =>
    Array.from({ length: count }, (_, i) => ({ ...failed(i), error: { code, message: 'gone' } }));
  const ones = records(binary(0, 100));
  const judged = (head: string, lost: readonly SampleRecord[], rule = 'atLeast: 0.5'): GateResult =>
    gateOf({
      ...run(binary(0, 100), ['quality/facts.x, atLeast: 0.5'], { metric: rate }),
      gates: parseGates(
        `version: 1\n${head}\ngates:\n  - { metric: quality/facts.x, ${rule} }\n`,
        'gates.yaml',
      ),
      samples: [...lost, ...ones.slice(lost.length)],
    });
  const shares = 'maxErrorShare: { all: 0.1, timeout: 0.02, judge: 0 }';
  expect(judged(shares, coded(10, 'E_ENDPOINT'))).toMatchObject({ outcome: 'pass' });
  expect(judged(shares, coded(2, 'E_TIMEOUT'))).toMatchObject({ outcome: 'pass' });
  expect(judged(shares, coded(3, 'E_TIMEOUT'))).toMatchObject({
    outcome: 'could-not-evaluate',
    reason: '3 timeouts in 100 samples, more than the 2% allowed of that class',
  });
  expect(judged(shares, coded(1, 'E_JUDGE_REPLY'))).toMatchObject({
    outcome: 'could-not-evaluate',
    reason: '1 judge failure in 100 samples, more than the 0% allowed of that class',
  });
  expect(judged('maxUndefinedShare: 0', undefinedScores(1)).outcome).toBe('could-not-evaluate');
  expect(judged('', undefinedScores(5))).toMatchObject({
    outcome: 'pass',
    reason: '1 [0.961, 1] n=95 (5 undefined beside) is at least 0.5',
  });
});

test('undefined scores count as the worst answers, unless the gate says that they are left out', () => {
  const judged = (missing: readonly SampleRecord[], rule: string, metric = rate): GateResult =>
    gateOf({
      ...run(binary(0, 200), [`quality/facts.x, ${rule}`], { metric }),
      samples: [...missing, ...records(binary(0, 200)).slice(missing.length)],
    });
  expect(judged(undefinedScores(5), 'atLeast: 0.94').outcome).toBe('pass');
  expect(judged(undefinedScores(5), 'atLeast: 0.97')).toMatchObject({
    outcome: 'inconclusive',
    reason:
      '1 [0.981, 1] n=195 (5 undefined beside) is at least 0.97, but not surely so had the 5 undefined scores ' +
      'been the worst answers (bound 0.943); where undefined scores are none of the model’s doing, say `undefinedScores: leaveOut`',
  });
  expect(judged([...undefinedScores(4), failed(4)], 'atLeast: 0.97').reason).toContain(
    'had the 1 infrastructure error, 4 undefined scores been the worst answers (bound 0.943); ' +
      'ask those with an error again in a new run; where undefined scores',
  );
  expect(judged(undefinedScores(5), 'atLeast: 0.97, undefinedScores: leaveOut').outcome).toBe('pass');
  // An error stays one.
  const left = judged(
    [...undefinedScores(1), ...[1, 2, 3, 4, 5].map(failed)],
    'atLeast: 0.97, undefinedScores: leaveOut',
  );
  expect(left).toMatchObject({ outcome: 'inconclusive' });
  expect(left.reason).not.toContain('undefined scores');

  const total = spec('x', 'sum', { range: null });
  expect(judged(undefinedScores(1), 'atLeast: 100', total)).toMatchObject({
    outcome: 'inconclusive',
    reason: expect.stringContaining('but nobody knows of the 1 undefined score; where'),
  });
  expect(judged(undefinedScores(1), 'atLeast: 100, undefinedScores: leaveOut', total).outcome).toBe('pass');

  expect(judged(undefinedScores(1), 'always: true')).toMatchObject({
    outcome: 'could-not-evaluate',
    reason: 'the score is undefined for 1 of 200 samples (first: no sentence), more than the 0% allowed',
  });
  expect(judged(undefinedScores(1), 'always: true, undefinedScores: leaveOut')).toMatchObject({
    outcome: 'pass',
    reason: 'holds for all 199 samples; 1 undefined left out',
  });
});

test('answers that cannot be scored do not raise the rate of false passes', () => {
  // Of the true rate of 0.9, 4% of answers are bad in a way that leaves them without a score.
  const random = new Pcg64(12);
  const inputs = Array.from({ length: 200 }, () =>
    Array.from({ length: 200 }, (_, i) => {
      const luck = random.random();
      return luck < 0.04
        ? record(i, { scores: { x: null } })
        : record(i, { scores: { x: luck < 0.1 ? 0 : 1 } });
    }),
  );
  const passes = (rule: string): number =>
    inputs.filter(
      (samples) =>
        gateOf(
          run(binary(0, 200), [`quality/facts.x, ${rule}, maxUndefinedShare: 0.2`], {
            metric: rate,
            samples,
          }),
        ).outcome === 'pass',
    ).length;
  expect(passes('atLeast: 0.9')).toBeLessThanOrEqual(11);
  expect(passes('atLeast: 0.9, undefinedScores: leaveOut')).toBeGreaterThan(40);
});

test('a gate that holds only because bad answers may hide among the errors does not hold', () => {
  const hidden = [...records(binary(5, 195)).slice(5), ...[0, 1, 2, 3, 4].map(failed)];
  const absolute = (samples: readonly SampleRecord[], threshold: number): GateResult =>
    gateOf(run(binary(0, 200), [`quality/facts.x, atLeast: ${threshold}`], { metric: rate, samples }));
  expect(absolute(hidden, 0.94)).toMatchObject({ outcome: 'pass' });
  // 195 of 200 are 0.975; but 200 samples do not show that of a rate above 0.943.
  expect(absolute(hidden, 0.97)).toMatchObject({
    outcome: 'inconclusive',
    reason:
      '1 [0.981, 1] n=195 (5 infrastructure errors beside) is at least 0.97, but not surely so had the ' +
      '5 infrastructure errors been the worst answers (bound 0.943); ask those with an error again in a new run',
  });
  const compared = (margin: number): GateResult => gateOf({ ...against(0, 0, 200, margin), samples: hidden });
  expect(compared(0.06)).toMatchObject({ outcome: 'pass' });
  expect(compared(0.03)).toMatchObject({
    outcome: 'inconclusive',
    reason:
      '0 of 195 worse, 0 better, difference 0 [−0.0196, 0.0196] (5 pairs with an error beside), within margin 0.03, ' +
      'but not surely so had 5 pairs with an error been the worst (p = 0.44); ask those again in a new run',
  });
});

test('errors that fall on bad answers do not raise the rate of false passes', () => {
  // Of the true rate of 0.9, all of the 4% of answers that time out would have been wrong.
  const random = new Pcg64(11);
  let passed = 0;
  for (let at = 0; at < 200; at++) {
    const samples = Array.from({ length: 200 }, (_, i) => {
      const luck = random.random();
      return luck < 0.04 ? failed(i) : record(i, { scores: { x: luck < 0.1 ? 0 : 1 } });
    });
    const input = run(binary(0, 200), ['quality/facts.x, atLeast: 0.9'], { metric: rate, samples });
    if (gateOf(input).outcome === 'pass') passed++;
  }
  expect(passed).toBeLessThanOrEqual(11);
});

test('few equal differences on a scale without bounds show nothing, unless the model is its own baseline', () => {
  const words = spec('x', 'mean', { range: null, unit: 'words' });
  const judged = (n: number, drop: number, more: Partial<JudgeInput> = {}): GateResult =>
    gateOf({
      ...run(Array<number>(n).fill(40), ['quality/facts.x, notWorseThan: baseline, margin: 2'], {
        metric: words,
      }),
      baselineSamples: records(Array<number>(n).fill(40 + drop)),
      baselineRequested: true,
      ...more,
    });
  expect(judged(2, 1)).toMatchObject({
    outcome: 'inconclusive',
    reason: expect.stringMatching(
      /^all 2 differences are −1, and on a scale without known bounds 2 independent clusters cannot exclude a rare other one/,
    ),
  });
  expect(judged(2, 5).outcome).toBe('inconclusive');
  expect(judged(12, 0).outcome).toBe('inconclusive');
  expect(judged(12, 0, { sameModel: true }).outcome).toBe('pass');
  expect(judged(30, 0).outcome).toBe('pass');
  expect(judged(30, 5).outcome).toBe('fail');
});

test('a score with a unit has no bounds in a comparison either', () => {
  const judged = (more: Partial<MetricSpec>): GateResult =>
    gateOf({
      ...run(
        Array.from({ length: 12 }, (_, i) => 0.5 + 0.02 * (i % 3)),
        ['quality/facts.x, notWorseThan: baseline, margin: 0.04'],
        { metric: spec('x', 'mean', more) },
      ),
      baselineSamples: records(Array.from({ length: 12 }, (_, i) => 0.5 + 0.02 * (i % 4))),
      baselineRequested: true,
    });
  expect(judged({ unit: 's' }).reason).toContain(
    'cannot show how long the tail of a score without known bounds',
  );
  expect(judged({}).reason).not.toContain('tail');
});

test('tolerates few errors and says them', () => {
  const samples = [...records(binary(0, 97)), failed(97), failed(98), failed(99)];
  const input = run(binary(0, 100), ['quality/facts.x, atLeast: 0.9'], { metric: rate, samples });
  expect(gateOf(input)).toMatchObject({
    outcome: 'pass',
    reason: '1 [0.962, 1] n=97 (3 infrastructure errors beside) is at least 0.9',
  });
});

test('an invariant is not known to hold where a single sample is an error', () => {
  const samples = [...records(binary(0, 99)), failed(99)];
  expect(gateOf(run(binary(0, 100), ['quality/facts.x, always: true'], { samples }))).toMatchObject({
    outcome: 'could-not-evaluate',
    reason:
      '1 of 100 samples are errors (1 infrastructure error; first: E_ENDPOINT), more than the 0% allowed',
  });
});

test('a run whose runner failed is no pass, and still fails where a gate fails', () => {
  const good = run(binary(0, 100), ['quality/facts.x, atLeast: 0.5'], { runnerFailed: true });
  expect(judge(good).verdict).toMatchObject({
    outcome: 'could-not-evaluate',
    sentence: 'Could not evaluate: 1 of 1 gate holds, but a task without gates failed.',
  });
  const bad = run(binary(100, 0), ['quality/facts.x, atLeast: 0.5'], { runnerFailed: true });
  expect(judge(bad).verdict.outcome).toBe('fail');
});

test('does not apply to what the run left out, nor without a baseline; and nothing applied is no pass', () => {
  const input = run(
    binary(0, 100),
    ['api/smoke.passed, always: true', 'quality/facts.x, notWorseThan: baseline, margin: 0.1'],
    { leftOut: [{ name: 'api', reason: 'the suite api was not asked for' }] },
  );
  const { verdict } = judge(input);
  expect(verdict.gates.map(({ outcome, reason }) => `${outcome}: ${reason}`)).toEqual([
    'not-applicable: the suite api was not asked for',
    'not-applicable: there is no baseline yet',
  ]);
  expect(verdict.outcome).toBe('could-not-evaluate');
  expect(verdict.sentence).toBe('Could not evaluate: no gate applies; 2 not applicable.');
});

/** `worse` pairs lose a point, `better` gain one, the rest are equal. */
function against(
  worse: number,
  better: number,
  equal: number,
  margin: number,
  more: Partial<JudgeInput> = {},
) {
  const rules = [`quality/facts.x, notWorseThan: baseline, margin: ${margin}`];
  const scores = [...binary(worse, better), ...Array<number>(equal).fill(1)];
  const baseline = [...binary(0, worse), ...binary(better, 0), ...Array<number>(equal).fill(1)];
  return run(scores, rules, {
    metric: rate,
    baselineSamples: records(baseline),
    baselineRequested: true,
    ...more,
  });
}

test('holds a model against its baseline on the same samples, in three outcomes', () => {
  expect(gateOf(against(3, 5, 192, 0.05))).toMatchObject({
    outcome: 'pass',
    reason: '3 of 200 worse, 5 better, difference 0.01 [−0.0225, 0.0403], within margin 0.05 (p < 0.001)',
    baseline: 0.975,
  });
  expect(gateOf(against(40, 2, 158, 0.05))).toMatchObject({
    outcome: 'fail',
    reason: '40 of 200 worse, 2 better, difference −0.19 [−0.25, −0.132], beyond margin 0.05 (p < 0.001)',
  });
  expect(gateOf(against(12, 3, 185, 0.05))).toMatchObject({
    outcome: 'inconclusive',
    reason:
      '12 of 200 worse, 3 better, difference −0.045 [−0.0836, −0.00724], so it is worse, by less than margin 0.05 ' +
      'or by more; about 24,000 more pairs would settle it with power 0.8 if this is the true difference',
  });
  expect(gateOf(against(9, 5, 186, 0.05)).reason).toMatch(
    /^9 of 200 worse, 5 better, difference −0\.02 \[−0\.\d+, 0\.\d+\], which could lie on either side of margin 0\.05; /,
  );
  expect(gateOf(against(12, 3, 185, 0.15))).toMatchObject({
    outcome: 'pass',
    reason: expect.stringMatching(/, so it is worse, but within margin 0\.15 \(p < 0\.001\)$/),
  });
});

test('takes an answer whose score is undefined on one side for the worst', () => {
  const without = (more: readonly number[], less: readonly number[]): GateResult => {
    const base = against(0, 0, 200, 0.03);
    const drop = (samples: readonly SampleRecord[], which: readonly number[]) =>
      samples.map((each, i) => (which.includes(i) ? { ...each, scores: { x: null } } : each));
    return gateOf({
      ...base,
      samples: drop(base.samples, more),
      baselineSamples: drop(base.baselineSamples!, less),
    });
  };
  expect(without([], []).outcome).toBe('pass');
  expect(without([1, 2, 3, 4], [])).toMatchObject({
    outcome: 'inconclusive',
    reason: expect.stringMatching(
      /4 pairs with a score on one side only beside\), within margin 0\.03, but not surely so had 4 pairs with a score on one side only been the worst \(p = 0\.\d+\)$/,
    ),
  });
  // Of a question that neither answer can be scored on nothing is known, nor to be known.
  expect(without([1, 2, 3, 4], [1, 2, 3, 4]).outcome).toBe('pass');
});

test('turns the comparison where lower is better', () => {
  const lower = (worse: number, better: number) => {
    const input = against(better, worse, 200 - worse - better, 0.05);
    return gateOf({ ...input, tasks: [task(200, [lowRate])] });
  };
  expect(lower(40, 2)).toMatchObject({
    outcome: 'fail',
    reason: '40 of 200 worse, 2 better, difference 0.19 [0.132, 0.25], beyond margin 0.05 (p < 0.001)',
  });
  expect(lower(3, 5).outcome).toBe('pass');
});

test('shows the deciding interval on the scale of the metric', () => {
  const { value, baseline, low, high } = gateOf(against(40, 2, 158, 0.05));
  expect({ value, baseline }).toEqual({ value: 0.8, baseline: 0.99 });
  expect(low!).toBeCloseTo(0.99 - 0.2504, 3);
  expect(high!).toBeCloseTo(0.99 - 0.1322, 3);
});

test('does not take agreement on few samples for equality, unless the baseline is the very model', () => {
  expect(gateOf(against(0, 0, 40, 0.05))).toMatchObject({
    outcome: 'inconclusive',
    reason: expect.stringContaining(
      'all pairs are equal, but 40 independent ones cannot exclude a rare loss',
    ),
  });
  expect(gateOf(against(0, 0, 40, 0.05, { sameModel: true }))).toMatchObject({
    outcome: 'pass',
    reason: 'the baseline is this very model, and all 40 pairs are equal',
  });
  expect(gateOf(against(0, 0, 100, 0.05)).outcome).toBe('pass');
  // Sampling noise is no reason to wave a model through.
  expect(gateOf(against(40, 2, 158, 0.05, { sameModel: true })).outcome).toBe('fail');
});

test('needs stronger evidence to call one of many comparisons worse', () => {
  const scores = [...binary(20, 0), ...binary(0, 180)];
  const alone = against(20, 0, 180, 0.05);
  expect(gateOf(alone).outcome).toBe('fail');
  const names = Array.from({ length: 8 }, (_, i) => `y${i}`);
  const scored = (values: readonly number[], others: number) =>
    records(values).map((each) => ({
      ...each,
      scores: { ...each.scores, ...Object.fromEntries(names.map((name) => [name, others])) },
    }));
  const among = judge({
    ...alone,
    gates: gates(
      'quality/facts.x, notWorseThan: baseline, margin: 0.05',
      ...names.map((name) => `quality/facts.${name}, notWorseThan: baseline, margin: 0.05`),
    ),
    tasks: [task(200, [rate, ...names.map((name) => spec(name, 'mean'))])],
    samples: scored(scores, 0.5),
    baselineSamples: scored(binary(0, 200), 0.5),
  }).verdict;
  expect(among.gates[0]).toMatchObject({
    outcome: 'inconclusive',
    reason: expect.stringMatching(
      /beyond it alone \(p = 0.0\d+\) but not among 9 comparisons \(p = 0.\d+, Holm\)/,
    ),
  });
});

test('orders outcomes as the contract orders exit codes', () => {
  const pass = 'quality/facts.x, atLeast: 0.5';
  const fail = 'quality/facts.x, atMost: 0.5';
  const missing = 'quality/none.x, atMost: 0.5';
  const inconclusive = 'quality/facts.x, atLeast: 0.99';
  const cases: [string[], number, string][] = [
    [[pass], 0, 'Pass: 1 of 1 gate holds on tiny-chat (100 samples).'],
    [[pass, inconclusive], 4, 'Inconclusive: 1 of 2 gates needs more samples on tiny-chat: quality/facts.x.'],
    [
      [pass, inconclusive, missing],
      3,
      'Could not evaluate: 1 of 3 gates has no verdict on tiny-chat: quality/none.x; 1 inconclusive.',
    ],
    [
      [pass, inconclusive, missing, fail],
      1,
      'Fail: 1 of 4 gates does not hold on tiny-chat: quality/facts.x; 1 could not be evaluated, 1 inconclusive.',
    ],
  ];
  for (const [rules, code, sentence] of cases) {
    // two rules of one kind on one metric are a fault, so the inconclusive one goes to a twin
    const twin = rules.map((rule) => (rule === inconclusive ? rule.replace('facts.x', 'facts.z') : rule));
    const base = run(binary(0, 100), twin, { model: 'tiny-chat' });
    const { verdict } = judge({
      ...base,
      tasks: [task(100, [rate, spec('z', 'proportion')])],
      samples: base.samples.map((each) => ({ ...each, scores: { x: 1, z: 1 } })),
    });
    expect(exitCodeOf(verdict), rules.join(' + ')).toBe(code);
    expect(verdict.sentence).toBe(
      sentence.replace('samples on tiny-chat: quality/facts.x', 'samples on tiny-chat: quality/facts.z'),
    );
  }
});

test('says when a run was limited', () => {
  const { sentence } = judge(run(binary(0, 100), ['quality/facts.x, atLeast: 0.5'], { limit: 100 })).verdict;
  expect(sentence).toBe('Pass: 1 of 1 gate holds (100 samples); limited to 100 samples a task.');
});

test('gives the same verdict again from the files that it writes', () => {
  const input = against(12, 3, 185, 0.05);
  const first = judge(input);
  const again = judge(JSON.parse(JSON.stringify(input)) as JudgeInput);
  expect(JSON.stringify(again)).toBe(JSON.stringify(first));
  expect(JSON.parse(JSON.stringify(first))).toEqual(first);
});

test('knows a model by all of its digests', () => {
  const digests = { weights: 'w', tokenizer: 't', template: null, config: 'c' };
  const model: RunModel = {
    reference: 'a',
    name: 'a',
    kind: 'engine',
    digests,
    device: 'cpu',
    dtype: 'fp32',
    parameterCount: 1,
  };
  expect(isSameModel(model, { ...model, reference: '@production' })).toBe(true);
  for (const part of ['weights', 'tokenizer', 'template', 'config']) {
    expect(isSameModel(model, { ...model, digests: { ...digests, [part]: 'other' } }), part).toBe(false);
  }
  expect(isSameModel(model, { ...model, dtype: 'int4' })).toBe(false);
  expect(isSameModel(model, null)).toBe(false);
  expect(isSameModel({ ...model, digests: null }, { ...model, digests: null })).toBe(false);
});
