import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { harness } from '../../../helpers/cli.ts';

const score = (input: string, ...options: readonly string[]) => harness(['score', ...options], { input });

test('prints one JSON object for lines on standard input', async () => {
  const input =
    '{"hypothesis":"我爱北京","references":["我爱上海"]}\n{"hypothesis":"好","references":["好"]}\n';
  const { code, stdout, stderr } = await score(
    input,
    '--metrics',
    'bleu,chrf',
    '--option',
    'bleu.tokenize=zh',
    '--seed',
    '3',
  );
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    rows: [{ bleu: expect.closeTo(31.947, 3) }, { bleu: expect.closeTo(100, 9) }],
    corpus: { bleu: { n: 2 }, chrf: { n: 2 } },
    signatures: { bleu: 'nrefs:1|case:mixed|eff:no|tok:zh|smooth:exp|version:2.6.0|harness:2' },
    reasons: [],
  });
});

test('compares two systems on the same lines, and refuses a file that is not about them', async () => {
  const path = test.info().outputPath('other.jsonl');
  const lines = (texts: readonly string[], references: boolean) =>
    texts
      .map((text) => JSON.stringify({ hypothesis: text, ...(references && { references: ['a b c d e'] }) }))
      .join('\n');
  await writeFile(path, `${lines(['a b', 'a b c', 'x'], false)}\n`);
  const options = ['--metrics', 'bleu,exactMatch', '--compare', path, '--seed', '12345'] as const;
  const { code, stdout, stderr } = await score(lines(['a b c d e', 'a b c d', 'x'], true), ...options);
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({
    comparison: {
      bleu: { n: 3, p: { bootstrap: expect.any(Number), randomisation: expect.any(Number) } },
      exactMatch: { difference: { value: expect.closeTo(1 / 3, 9) }, p: { mcnemar: 1 } },
    },
    tests: { bootstrap: expect.stringMatching(/sacrebleu.*draws:1000\|seed:12345/) },
  });
  const short = await score(lines(['a'], true), ...options);
  expect(short.code).toBe(2);
  expect(short.stderr).toMatch(/1 on standard input, 3 in the other file/);
});

test('exits with 2 for bad lines and for unknown names, all of them said', async () => {
  const lines = await score('{"hypothesis":1}\n{"hypothesis":"a","references":[2]}\n');
  expect(lines.code).toBe(2);
  expect(lines.stderr).toMatch(/line 1: hypothesis.*\nline 2: references/);
  const names = await score('', '--metrics', 'blue,rougel');
  expect(names.code).toBe(2);
  expect(names.stderr).toMatch(/did you mean bleu\?\n.*did you mean rougeL\?/);
});

test('lists every score, option and field, in 120 columns or as JSON', async () => {
  const { code, stdout } = await score('', '--list');
  expect(code).toBe(0);
  expect(stdout).toMatch(/fleschKincaidGrade +Flesch-Kincaid grade +−∞ … ∞ +lower/);
  expect(stdout).toMatch(/sentiment .*−1 … 1/);
  expect(stdout).not.toMatch(/ -1 … /);
  expect(stdout).toMatch(/fleschKincaidGrade +Kincaid et al\. 1975/);
  expect(stdout).toMatch(/bleu\.tokenize +none, 13a, intl, char, zh +13a/);
  expect(stdout).toMatch(/logprobs +a list of numbers/);
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  const list = JSON.parse((await score('', '--list', '--json')).stdout) as {
    readonly scores: readonly { readonly name: string; readonly needs: readonly string[] }[];
  };
  expect(list.scores.find(({ name }) => name === 'ece')!.needs).toEqual(['confidence', 'correct']);
});

test('scores what is known of a text beside its words', async () => {
  const input = [
    { hypothesis: '{"a":1}', passed: [true, false], logprobs: [-1, -2] },
    { hypothesis: 'no', samples: 4, passed: 0, logprobs: [-1] },
  ];
  const { stdout, stderr } = await score(
    input.map((line) => JSON.stringify(line)).join('\n'),
    '--metrics',
    'jsonSchema,passAtK,perplexity',
    '--option',
    'json.schema={"required":["a"]}',
    '--option',
    'passAtK.k=2',
  );
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({
    rows: [
      { jsonSchema: 1, passAtK: 1, perplexity: expect.closeTo(Math.exp(1.5), 12) },
      { jsonSchema: 0, passAtK: 0, perplexity: expect.closeTo(Math.E, 12) },
    ],
    corpus: { perplexity: { value: expect.closeTo(Math.exp(4 / 3), 12), n: 2 } },
    signatures: { passAtK: 'passAtK|k:2|estimator:unbiased|harness:2' },
  });
});

test('asks a judge and an embedder, and withholds what the judge could not say', async () => {
  const folder = test.info().outputPath();
  const judge = `scripted:${join(folder, 'judge.json')}`;
  const rubric = join(folder, 'rubric.md');
  await writeFile(join(folder, 'judge.json'), JSON.stringify({ default: 'Good.\nVERDICT: 4', replies: {} }));
  await writeFile(rubric, 'A good answer is short.');
  const lines = [4, 5, 2].map((human) => ({
    hypothesis: 'A cat.',
    references: ['A cat.'],
    human,
    other: 'A dog.',
  }));
  const input = lines.map((line) => JSON.stringify(line)).join('\n');
  const asked = ['--judge', judge, '--rubric', rubric, '--option', 'judge.passFrom=3'];
  const good = await score(input, ...asked, '--metrics', 'judge.rubric,similarity');
  expect(good.stderr).toBe('');
  expect(good.code).toBe(0);
  expect(JSON.parse(good.stdout)).toMatchObject({
    rows: [{ similarity: expect.closeTo(1, 5), 'judge.rubric': 4 }, {}, {}],
    corpus: { 'judge.rubric': { value: 4, n: 3 } },
    details: {
      'judge.rubric': { judged: 3, errors: {}, cost: { calls: 3 }, passes: { apparent: { value: 1 } } },
    },
  });
  const bad = await score(input, ...asked, '--metrics', 'judge.pairwise');
  expect(bad.code).toBe(3);
  const table = JSON.parse(bad.stdout) as { readonly reasons: readonly { readonly reason: string }[] };
  expect(table).toMatchObject({
    corpus: { 'judge.pairwise': { value: null, n: 0 } },
    details: { 'judge.pairwise': { errors: { E_JUDGE_UNPARSEABLE: 3 }, cost: { calls: 3 } } },
  });
  expect(table.reasons.at(-1)!.reason).toBe('the judge failed on 3 of 3 lines, more than a share of 0.1');
});

test('says what a judge still lacks', async () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [['--metrics', 'judge.pairwise'], '--judge MODEL'],
    [['--judge', 'tiny-chat'], '--rubric'],
    [['--judge', 'tiny-chat', '--metrics', 'bleu'], 'no metric that it judges'],
  ];
  for (const [options, what] of cases) {
    const { code, stderr } = await score('{"hypothesis":"a"}', ...options);
    expect(code).toBe(2);
    expect(stderr).toContain(what);
  }
});
