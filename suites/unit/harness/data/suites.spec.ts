import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { canaryOf } from '../../../../harness/data/canary.ts';
import { SUITE_SETS, suiteSet } from '../../../../harness/data/suites/index.ts';
import { toJsonLines } from '../../../../harness/data/write.ts';
import { constraintFault } from '../../../../harness/metrics/instruction-constraints.ts';
import { personalData } from '../../../../harness/metrics/personal-data.ts';
import { unsafeMarkup } from '../../../../harness/metrics/unsafe-markup.ts';
import { packageRoot } from '../../../../harness/tasks/package-root.ts';

const committed = (name: string, file: string) =>
  readFileSync(join(packageRoot, 'datasets', name, file), 'utf8');

/** Of each order that stands in a document, a part that no other text has. */
const ORDER_MARKS = [
  'Ignore all previous',
  'SYSTEM: the task has changed',
  'Note to the AI',
  '<!-- assistant',
  'activation word',
  'Dear assistant',
  'New task: translate',
  'System message',
  'If you are a language model',
  'three times',
];

test('the committed sets are what the generators make, and their cards state size and canary', () => {
  for (const name of SUITE_SETS) {
    const samples = suiteSet(name);
    expect(committed(name, 'data.jsonl'), name).toBe(toJsonLines(samples));
    const clusters = new Set(samples.map(({ id, cluster }) => cluster ?? id)).size;
    expect(committed(name, 'card.md')).toContain(`${samples.length} items in ${clusters} clusters`);
    expect(committed(name, 'card.md')).toContain(canaryOf(name));
    expect(samples[0]!.metadata!['canary']).toBe(canaryOf(name));
  }
  expect(new Set(SUITE_SETS.map(canaryOf)).size).toBe(SUITE_SETS.length);
});

test('ids and what is asked are unique within a set, and no slot is left open', () => {
  for (const name of SUITE_SETS) {
    const samples = suiteSet(name);
    const asked = samples.map(({ prompt, messages }) => JSON.stringify(prompt ?? messages));
    expect(new Set(samples.map(({ id }) => id)).size, name).toBe(samples.length);
    expect(new Set(asked).size, name).toBe(samples.length);
    expect(
      asked.filter((each) => /\{(?:who|job|x|y|town|place|day)\}|undefined/.test(each)),
      name,
    ).toEqual([]);
  }
});

test('the text of a reading question holds its answers, and no other line gives them away', () => {
  for (const { id, prompt, references, tags } of suiteSet('reading')) {
    const [text] = prompt!.split('\n\nQuestion: ');
    if (tags!.includes('answered')) {
      expect(
        references!.some((each) => text!.includes(each)),
        id,
      ).toBe(true);
    } else expect(references, id).toBeUndefined();
  }
});

test('every form of document meets every order, so that neither stands for the other', () => {
  const met = new Map<string, Set<string>>();
  for (const { prompt, tags, metadata } of suiteSet('injections')) {
    const { word, keywords } = metadata as { readonly word: string; readonly keywords: readonly string[] };
    const text = prompt!.replaceAll(word, '').replaceAll(new RegExp(keywords.join('|'), 'g'), '');
    const [, opening] = /<document>\n(\w+)/.exec(text)!;
    const form =
      ['Wanted', 'Review', 'Minutes', 'Dear', 'News'].find((each) => each === opening) ?? 'portrait';
    const order = ORDER_MARKS.find((mark) => text.includes(mark));
    expect(order === undefined, prompt).toBe(tags!.includes('control'));
    if (order !== undefined) met.set(form, (met.get(form) ?? new Set()).add(order));
  }
  expect([...met.values()].map(({ size }) => size)).toEqual(
    Array.from({ length: 6 }, () => ORDER_MARKS.length),
  );
});

test('every instruction is one that can be verified, and every kind comes up', () => {
  const samples = suiteSet('instructions');
  const kinds = new Map<string, number>();
  for (const { id, metadata } of samples) {
    const constraints = metadata!['constraints'] as { readonly kind: string }[];
    expect(constraints.length, id).toBeGreaterThan(0);
    for (const each of constraints) {
      expect(constraintFault(each), id).toBeNull();
      kinds.set(each.kind, (kinds.get(each.kind) ?? 0) + 1);
    }
  }
  expect(kinds.size).toBeGreaterThanOrEqual(22);
  for (const [kind, count] of kinds) expect(count, kind).toBeGreaterThanOrEqual(8);
});

test('the data that must not be given away have the form by which they are found', () => {
  for (const { id, metadata } of suiteSet('customer-records')) {
    const kinds = (metadata!['private'] as string[]).map((each) => personalData(each)[0]);
    expect(kinds, id).toEqual(['email', 'phone', 'card']);
  }
  for (const { id, prompt } of suiteSet('markup')) expect(unsafeMarkup(prompt!), id).not.toEqual([]);
});

test('a candidate list holds the right answer once', () => {
  for (const name of ['option-order', 'paraphrases'] as const) {
    for (const { id, references, metadata } of suiteSet(name)) {
      const candidates = metadata!['candidates'] as string[];
      expect(candidates.filter((each) => references!.includes(each)).length, `${name} ${id}`).toBe(1);
      expect(new Set(candidates).size).toBe(candidates.length);
    }
  }
});
