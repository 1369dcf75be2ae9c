/** IFEval's instructions beside what lm-eval 0.4.13's own functions say of the same responses. */
import { expect, test } from '@playwright/test';
import golden from '../../../../fixtures/golden/recipes/ifeval.json' with { type: 'json' };
import { summarize } from '../../../../harness/gates/aggregate.ts';
import { detectLanguage } from '../../../../harness/metrics/language.ts';
import {
  instructionIds,
  keepsLoosely,
  keepsStrictly,
  type Instruction,
} from '../../../../harness/recipes/ifeval/instructions.ts';
import { ifeval } from '../../../../harness/recipes/sets/ifeval.ts';
import type { RunTask, SampleRecord } from '../../../../reports/report-data.ts';

interface Row {
  readonly id: string;
  readonly arguments: object;
  readonly strict: string;
  readonly loose: string;
}

function differing(rows: readonly Row[]): string[] {
  return rows.flatMap((row) =>
    golden.responses.flatMap((response, at) => {
      const instruction = row as unknown as Instruction;
      const mine = {
        strict: keepsStrictly(response, instruction),
        loose: keepsLoosely(response, instruction),
      };
      return (['strict', 'loose'] as const)
        .filter((way) => mine[way] !== (row[way][at] === '1'))
        .map((way) => `${way} ${row.id} ${JSON.stringify(row.arguments)} ${JSON.stringify(response)}`);
    }),
  );
}

test('every kind but sentences and languages is kept or not exactly as lm-eval says, strictly and loosely', () => {
  expect(differing(golden.instructions)).toEqual([]);
  const ids = new Set([...golden.instructions, ...golden.otherwise].map(({ id }) => id));
  expect(instructionIds.filter((id) => !ids.has(id))).toEqual(['language:response_language']);
});

test('sentences and single-case English differ from Punkt and langdetect as often as IFEVAL.md says', () => {
  const rows = differing(golden.otherwise);
  const of = (id: string) => rows.filter((row) => row.includes(id)).length;
  expect({
    sentences: of('number_sentences'),
    capital: of('english_capital'),
    lowercase: of('english_lowercase'),
  }).toEqual({ sentences: 43, capital: 14, lowercase: 52 });
});

test('the languages of the set are told, each as langdetect tells it', () => {
  for (const { language, text, langdetect } of golden.languages) {
    expect(detectLanguage(text), language).toBe(language);
    expect(langdetect).toBe(language);
    expect(keepsStrictly(text, { id: 'language:response_language', arguments: { language } })).toBe(true);
  }
});

test('a mark that is no letter is counted as given, where the published script takes a random letter', () => {
  const hashes = { letter: '#', let_frequency: 4, let_relation: 'at least' } as const;
  const tags: Instruction = { id: 'keywords:letter_frequency', arguments: hashes };
  expect(keepsStrictly('#a #b #c #d', tags)).toBe(true);
  expect(keepsStrictly('#a #b #c d', tags)).toBe(false);
});

test('instruction-level accuracy is kept instructions among all, each prompt a cluster', () => {
  const set = {
    name: 'ifeval',
    fewShot: 0,
    signature: 'set:x',
    dataset: () => Promise.reject(new Error('none')),
  };
  const task = ifeval.tasks(set)[0]!;
  const spec = task.metrics.find(({ metric }) => metric === 'instructionStrict')!;
  const record = (sampleId: string, keptStrict: number, instructions: number): SampleRecord => ({
    suite: 'standard',
    task: 'ifeval',
    sampleId,
    repeat: 0,
    cluster: sampleId,
    tags: [],
    input: { prompt: 'x' },
    inputDigest: 'sha256:0',
    output: '',
    references: [],
    scores: { keptStrict, instructions },
    reasons: {},
    usage: null,
    timing: null,
    error: null,
    seed: 0,
  });
  const runTask = { suite: 'standard', task: 'ifeval', metrics: task.metrics } as unknown as RunTask;
  const summary = summarize(runTask, spec, [record('a', 2, 3), record('b', 1, 1), record('c', 0, 2)]);
  expect(summary.value).toBeCloseTo(3 / 6, 12);
  expect(summary.scores.length).toBe(6);
  expect(summary.clusters).toBe(3);
});

test('reads words with marks in them as they stand', () => {
  const cases: readonly (readonly [Instruction, kept: string, broken: string])[] = [
    [{ id: 'keywords:existence', arguments: { keywords: ['self-care', 'C++'] } }, 'Self-care in C++.', 'Selfcare in C.'],
    [{ id: 'keywords:forbidden_words', arguments: { forbidden_words: ['well-known'] } }, 'A known fact.', 'A well-known fact.'],
    [
      { id: 'keywords:frequency', arguments: { keyword: 'a/b (c)', frequency: 2, relation: 'at least' } },
      'A/B (c) and a/b (c)',
      'a/b c, a/b c',
    ],
    [{ id: 'detectable_format:multiple_sections', arguments: { section_spliter: 'Part -', num_sections: 1 } }, 'Part - 1', 'Part 1'],
  ]; // prettier-ignore
  for (const [instruction, kept, broken] of cases) {
    expect(keepsStrictly(kept, instruction), kept).toBe(true);
    expect(keepsStrictly(broken, instruction), broken).toBe(false);
  }
});
