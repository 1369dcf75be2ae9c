import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { defaultGatesPath, parseGates } from '../../../../harness/gates/gates-file.ts';
import { withTaskGates } from '../../../../harness/gates/task-gates.ts';

const task = {
  suite: 'support',
  name: 'hello',
  gates: [
    { metric: 'words', atMost: 30 },
    { metric: 'polite', always: true },
    { metric: 'words', notWorseThan: 'baseline', margin: 2 },
  ],
} as const;

test("a task's gates stand behind those of the file, under full names", () => {
  const text = readFileSync(defaultGatesPath, 'utf8');
  const before = parseGates(text, 'g').gates;
  const after = parseGates(withTaskGates(text, [task]), 'g').gates;
  expect(after.slice(0, before.length)).toEqual(before);
  expect(after.slice(before.length)).toEqual([
    { kind: 'atMost', metric: 'support/hello.words', threshold: 30 },
    { kind: 'always', metric: 'support/hello.polite' },
    { kind: 'notWorseThan', metric: 'support/hello.words', margin: 2 },
  ]);
});

test('a gate of the file on the same metric and of the same rule has the last word', () => {
  const text = 'version: 1\ngates:\n  - { metric: support/hello.words, atMost: 10 }\n';
  expect(parseGates(withTaskGates(text, [task]), 'g').gates).toEqual([
    { kind: 'atMost', metric: 'support/hello.words', threshold: 10 },
    { kind: 'always', metric: 'support/hello.polite' },
    { kind: 'notWorseThan', metric: 'support/hello.words', margin: 2 },
  ]);
});

test('without gates of tasks the text stays as it is, byte for byte; what is no gates file is left to be refused', () => {
  const text = readFileSync(defaultGatesPath, 'utf8');
  expect(withTaskGates(text, [{ suite: 's', name: 'n' }])).toBe(text);
  for (const broken of ['', '- a', 'version: 1\ngates: none', 'gates: [']) {
    expect(withTaskGates(broken, [task])).toBe(broken);
  }
});
