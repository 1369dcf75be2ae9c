import { expect, test } from '@playwright/test';
import { parseGates } from '../../../../harness/gates/gates-file.ts';
import { Pcg64 } from '../../../../harness/stats/pcg64.ts';
import type { GateResult, SampleRecord } from '../../../../reports/report-data.ts';
import {
  against,
  binary,
  failed,
  gateOf,
  rate,
  record,
  records,
  run,
  spec,
  undefinedScores,
} from './records.ts';

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
      "been the worst answers (bound 0.943); where undefined scores are none of the model's doing, say `undefinedScores: leaveOut`",
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
