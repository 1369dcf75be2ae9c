import { expect, test } from '@playwright/test';
import { defineTask } from '../../../../harness/project/define-task.ts';
import { namedScoring, scoreNames, scoring } from '../../../../harness/project/scoring.ts';
import type { ScorerInput } from '../../../../harness/tasks/task.ts';

const input = (output: string, sample: object = {}): ScorerInput => ({
  output,
  sample: { id: 'a', prompt: 'p', ...sample },
  result: {
    text: output,
    tokens: [],
    usage: { promptTokens: 1, completionTokens: 1, totalTokens: 2 },
    finishReason: 'stop',
    timing: { latencyMs: 1, ttftMs: null },
  },
});

test('every score that a text can have is offered by name, and says why it has none', async () => {
  expect(scoreNames).toEqual(
    expect.arrayContaining(['bleu', 'exactMatch', 'refusal', 'jsonSchema', 'rougeL']),
  );
  expect(scoreNames).not.toContain('ece');
  expect(scoreNames).not.toContain('perplexity');
  for (const name of scoreNames) {
    const { scorer, metrics } = namedScoring(name);
    expect(metrics).toHaveLength(1);
    expect(metrics[0]!.signature.length, name).toBeGreaterThan(3);
    const [score] = Object.values(
      await scorer(input('A cat sat on the mat. It was a very quiet afternoon.')),
    );
    expect(typeof score === 'number' || score!.reason!.length > 0, name).toBe(true);
  }
  expect(await namedScoring('exactMatch').scorer(input('x'))).toEqual({
    exactMatch: { value: null, reason: 'the sample has no references' },
  });
  const schema = { type: 'object', required: ['a'] };
  expect(await namedScoring('jsonSchema', { schema }).scorer(input('{"a":1}'))).toEqual({ jsonSchema: 1 });
  const own = { metadata: { schema: { type: 'array' } } };
  expect(await namedScoring('jsonSchema', { schema }).scorer(input('{"a":1}', own))).toEqual({
    jsonSchema: 0,
  });
});

test('a name that no score has is refused with what was meant, and one that needs more is sent elsewhere', () => {
  expect(() => namedScoring('blue')).toThrow(/"blue" is not known/);
  expect(() => namedScoring('exactmatch')).toThrow(/did you mean exactMatch\?/);
  expect(() => namedScoring('perplexity')).toThrow(/needs more than a text and its references/);
});

test("an author's score is a number, a truth value or a reason, and nothing else", async () => {
  const polite = scoring('polite', ({ output }) => /please/i.test(output), { aggregate: 'proportion' });
  expect(await polite.scorer(input('Please'))).toEqual({ polite: 1 });
  expect(await polite.scorer(input('No'))).toEqual({ polite: 0 });
  expect(polite.metrics[0]).toMatchObject({
    metric: 'polite',
    aggregate: 'proportion',
    signature: 'polite|own|v1',
  });
  const odd = scoring('odd', () => 'yes' as unknown as number);
  await expect(Promise.resolve(odd.scorer(input('x')))).rejects.toThrow(/odd is "yes", not a number/);
  expect(() => scoring('two words', () => 1)).toThrow(/no name/);
});

test('a task is refused for what it could not be judged by', () => {
  const task = { suite: 's', name: 'n', dataset: 'facts', scorers: ['words'] } as const;
  expect(defineTask(task)).toMatchObject({ title: 'n', when: ['commit', 'model', 'release'] });
  for (const [change, why] of [
    [{ name: 'a.b' }, /"a\.b" is no name/],
    [{ suite: '' }, /"" is no name/],
    [{ scorers: [] }, /no scorer/],
    [{ when: ['hourly'] }, /when has "hourly"/],
    [{ gates: [{ metric: 'bleu', atLeast: 1 }] }, /a gate is on "bleu"; its metrics are words/],
  ] as const) {
    expect(() => defineTask({ ...task, ...change } as Parameters<typeof defineTask>[0])).toThrow(why);
  }
});
