import { expect, test } from '@playwright/test';
import { isSameModel, judge, type JudgeInput } from '../../../../harness/gates/judge.ts';
import { exitCodeOf } from '../../../../harness/gates/verdict.ts';
import type { GateResult, RunModel } from '../../../../reports/report-data.ts';
import {
  against,
  binary,
  failed,
  gateOf,
  gates,
  lowRate,
  rate,
  record,
  records,
  run,
  spec,
  task,
  undefinedScores,
} from './records.ts';

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
