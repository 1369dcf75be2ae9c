import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { defaultGatesPath, parseGates } from '../../../../harness/gates/gates-file.ts';
import { gatesSchema } from '../../../../harness/gates/gates-schema.ts';

const validate = new Ajv({ strict: true, allErrors: true }).compile(gatesSchema());

function readerTakes(text: string): boolean {
  try {
    parseGates(text, 'gates.yaml');
    return true;
  } catch {
    return false;
  }
}

test('ships the schema of the table, and the bundled gates name and fit it', () => {
  expect(JSON.parse(readFileSync('harness/gates/gates.schema.json', 'utf8'))).toEqual(gatesSchema());
  const text = readFileSync(defaultGatesPath, 'utf8');
  expect(text).toMatch(/^# yaml-language-server: \$schema=\.\/gates\.schema\.json\n/);
  expect(validate(parse(text))).toBe(true);
});

test('schema and reader agree on every key, present, absent, misspelt and out of range', () => {
  const gates = [
    '{ metric: a/b.c, atLeast: 0.5 }',
    '{ metric: a/b.c, atMost: -3, maxUndefinedShare: 0.4 }',
    '{ metric: a/b.c, always: true }',
    '{ metric: a/b.c, notWorseThan: baseline, margin: 0.1 }',
    '{ metric: a/b.c }',
    '{ metric: a/b, atLeast: 1 }',
    '{ atLeast: 1 }',
    '{ metric: a/b.c, atLeast: 1, atMost: 2 }',
    '{ metric: a/b.c, atLeast: "1" }',
    '{ metric: a/b.c, always: false }',
    '{ metric: a/b.c, notWorseThan: baseline }',
    '{ metric: a/b.c, notWorseThan: baseline, margin: 0 }',
    '{ metric: a/b.c, notWorseThan: main, margin: 1 }',
    '{ metric: a/b.c, always: true, margin: 1 }',
    '{ metric: a/b.c, always: true, maxUndefinedShare: 1 }',
    '{ metric: a/b.c, atLeast: 0.5, undefinedScores: leaveOut }',
    '{ metric: a/b.c, always: true, undefinedScores: leaveOut, maxUndefinedShare: 0.4 }',
    '{ metric: a/b.c, atLeast: 0.5, undefinedScores: drop }',
    '{ metric: a/b.c, notWorseThan: baseline, margin: 0.1, undefinedScores: leaveOut }',
    '{ metric: a/b.c, atleast: 1 }',
    '7',
  ].map((gate) => `version: 1\ngates:\n  - ${gate}\n`);
  const tops = [
    'version: 2',
    'version: 1\nconfidence: 0.99',
    'version: 1\nconfidence: 0.5',
    'version: 1\nmaxErrorShare: 0.1',
    'version: 1\nmaxErrorShare: 1',
    'version: 1\nmaxErrorShare: { all: 0.1, timeout: 0 }',
    'version: 1\nmaxErrorShare: { timeouts: 0.1 }',
    'version: 1\nmaxUndefinedShare: -0.1',
    'version: 1\nsecondLook: 2x',
    'version: 1\nsecondLook: 400',
    'version: 1\nsecondLook: some',
    'version: 1\nsecondLooks: all',
  ].map((top) => `${top}\ngates:\n  - { metric: a/b.c, always: true }\n`);
  const others = ['version: 1\n', 'version: 1\ngates: []\n', '[]\n'];
  const taken = { true: 0, false: 0 };
  for (const text of [...gates, ...tops, ...others]) {
    const takes = readerTakes(text);
    expect(validate(parse(text)), text).toBe(takes);
    taken[`${takes}`]++;
  }
  expect(taken).toEqual({ true: 11, false: 25 });
});
