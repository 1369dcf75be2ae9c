import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { HarnessError } from '../../../../harness/errors.ts';
import { defaultGatesPath, parseGates } from '../../../../harness/gates/gates-file.ts';
import { digestOf } from '../../../../harness/runs/digest.ts';

function faultOf(text: string): HarnessError {
  try {
    parseGates(text, 'gates.yaml');
  } catch (error) {
    if (error instanceof HarnessError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

test('reads the three kinds of gate, with its defaults and digest', () => {
  const text = `# ours
version: 1
gates:
  - { metric: quality/facts.rougeL, atLeast: 0.2 }
  - metric: performance/latency.p95
    atMost: 1000
  - { metric: api/smoke.passed, always: true }
  - { metric: quality/facts.rouge1.precision, notWorseThan: baseline, margin: 0.02 }
`;
  expect(parseGates(text, 'gates.yaml')).toEqual({
    file: 'gates.yaml',
    digest: digestOf(text),
    confidence: 0.95,
    maxErrorShare: 0.05,
    maxErrorShareOf: {},
    maxUndefinedShare: 0.05,
    secondLook: null,
    gates: [
      { kind: 'atLeast', metric: 'quality/facts.rougeL', threshold: 0.2 },
      { kind: 'atMost', metric: 'performance/latency.p95', threshold: 1000 },
      { kind: 'always', metric: 'api/smoke.passed' },
      { kind: 'notWorseThan', metric: 'quality/facts.rouge1.precision', margin: 0.02 },
    ],
  });
});

test('reads confidence and the share of errors allowed', () => {
  const { confidence, maxErrorShare } = parseGates(
    'version: 1\nconfidence: 0.99\nmaxErrorShare: 0\ngates: [{ metric: quality/facts.x, atLeast: 1 }]',
    'gates.yaml',
  );
  expect({ confidence, maxErrorShare }).toEqual({ confidence: 0.99, maxErrorShare: 0 });
});

test('accepts the default gates', () => {
  expect(parseGates(readFileSync(defaultGatesPath, 'utf8'), defaultGatesPath).gates.length).toBeGreaterThan(
    5,
  );
});

test('names every fault at once, with its line and a suggestion', () => {
  const error = faultOf(`version: 2
confidnce: 0.9
gates:
  - { metric: quality/facts.x, atLeast: high }
  - { metric: quality/facts.x, atLeast: 0.2, atMost: 0.9 }
  - { metric: rougeL, always: false }
  - { metric: quality/facts.x, notWorseThan: production, margin: 0 }
  - { metric: quality/facts.x, notWorseThan: baseline }
  - { metric: quality/facts.x, atlest: 0.2 }
  - { metric: quality/facts.x, atLeast: 0.2, margin: 0.1 }
  - quality/facts.x
  - { metric: quality/facts.y, atMost: 1 }
  - { metric: quality/facts.y, atMost: 2 }
  - { metric: quality/facts.y, atLeast: .inf }
`);
  expect(error.message.split('\n').slice(1)).toEqual([
    '  gates.yaml:1: version is 2, expected 1',
    '  gates.yaml:2: unknown key "confidnce"; did you mean confidence?',
    '  gates.yaml:4: atLeast is "high", expected a number',
    '  gates.yaml:5: a gate has one rule, this one has atLeast and atMost; write one gate for each',
    '  gates.yaml:6: metric is "rougeL", expected suite/task.metric',
    '  gates.yaml:6: `always` can only be true',
    '  gates.yaml:7: notWorseThan is "production", expected baseline',
    '  gates.yaml:7: margin is 0, expected a number above 0: no sample can show that a model is not worse by nothing at all',
    '  gates.yaml:8: margin is missing, expected a number above 0: no sample can show that a model is not worse by nothing at all',
    '  gates.yaml:8: quality/facts.x has its second `notWorseThan`; the first is on line 7',
    '  gates.yaml:9: unknown key "atlest"; did you mean atLeast?',
    '  gates.yaml:9: a gate needs one of atLeast, atMost, always, notWorseThan',
    '  gates.yaml:10: margin goes with `notWorseThan: baseline`',
    '  gates.yaml:10: quality/facts.x has its second `atLeast`; the first is on line 4',
    '  gates.yaml:11: a gate is a mapping such as {metric: quality/facts.rougeL, atLeast: 0.2}',
    '  gates.yaml:13: quality/facts.y has its second `atMost`; the first is on line 12',
    '  gates.yaml:14: atLeast is null, expected a number',
  ]);
});

test('refuses a broken or empty file, and one without gates, as a configuration error', () => {
  const texts = [
    '',
    '# nothing but a comment',
    'version: 1',
    'version: 1\ngates:',
    'version: 1\ngates: []',
    'version: 1\ngates: quality/facts.x',
    'gates: [{ metric: quality/facts.x, atLeast: 1 }]',
    'version: 1\ngates: [{ metric: quality/facts.x, atLeast: 1 }',
    'version: 1\nversion: 1\ngates: [{ metric: quality/facts.x, atLeast: 1 }]',
    'version: 1\ngates: [{ metric: quality/facts.x, atLeast: 1 }]\n---\nversion: 1',
    '- { metric: quality/facts.x, atLeast: 1 }',
    '\u0000\u0001binary',
    '{',
    // an anchor is not followed: nothing here grows
    'version: 1\nx: &a [1, 1]\ngates: *a',
  ];
  for (const text of texts) {
    const { code, exit, message } = faultOf(text);
    expect({ code, exit, line: /gates\.yaml:\d+: /.test(message) }, text).toEqual({
      code: 'E_GATES_INVALID',
      exit: 2,
      line: true,
    });
  }
});

test('reads what a gate says of undefined scores', () => {
  const text = (gate: string): string => `version: 1\ngates:\n  - { metric: quality/facts.x, ${gate} }\n`;
  expect(parseGates(text('atMost: 0.2, undefinedScores: leaveOut'), 'gates.yaml').gates).toEqual([
    { kind: 'atMost', metric: 'quality/facts.x', threshold: 0.2, undefinedScores: 'leaveOut' },
  ]);
  expect(faultOf(text('atMost: 0.2, undefinedScores: drop')).message).toContain(
    'gates.yaml:3: undefinedScores is "drop", expected leaveOut',
  );
  expect(faultOf(text('notWorseThan: baseline, margin: 1, undefinedScores: leaveOut')).message).toContain(
    'gates.yaml:3: undefinedScores goes with atLeast, atMost and always',
  );
});

test('reads shares of errors by class and of undefined scores, the latter also for one gate', () => {
  const text = `version: 1
maxErrorShare: { all: 0.1, timeout: 0.02, judge: 0 }
maxUndefinedShare: 0.01
gates:
  - { metric: quality/facts.x, atLeast: 0.2, maxUndefinedShare: 0.5 }
`;
  expect(parseGates(text, 'gates.yaml')).toMatchObject({
    maxErrorShare: 0.1,
    maxErrorShareOf: { timeout: 0.02, judge: 0 },
    maxUndefinedShare: 0.01,
    gates: [{ metric: 'quality/facts.x', maxUndefinedShare: 0.5 }],
  });
  const faulty = text.replace('timeout', 'timeouts').replace('0.01', '1').replace('0.5 }', '-1 }');
  expect(() => parseGates(faulty, 'gates.yaml')).toThrow(
    /three|3 faults:\n.*:2: unknown key "timeouts"; did you mean timeout\?\n.*:3: maxUndefinedShare is 1.*\n.*:5: maxUndefinedShare is -1/,
  );
});
