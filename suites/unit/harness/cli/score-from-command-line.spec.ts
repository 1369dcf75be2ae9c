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
    signatures: { bleu: 'nrefs:1|case:mixed|eff:no|tok:zh|smooth:exp|version:2.6.0|harness:1' },
    reasons: [],
  });
});

test('exits with 2 for bad lines and for unknown names, all of them said', async () => {
  const lines = await score('{"hypothesis":1}\n{"hypothesis":"a","references":[2]}\n');
  expect(lines.code).toBe(2);
  expect(lines.stderr).toMatch(/line 1: hypothesis.*\nline 2: references/);
  const names = await score('', '--metrics', 'blue,rougel');
  expect(names.code).toBe(2);
  expect(names.stderr).toMatch(/did you mean bleu\?\n.*did you mean rougeL\?/);
});

test('lists every score and option', async () => {
  const { code, stdout } = await score('', '--list');
  expect(code).toBe(0);
  expect(stdout).toMatch(/fleschKincaidGrade +Flesch-Kincaid grade .*Kincaid et al\. 1975/);
  expect(stdout).toMatch(/bleu\.tokenize +none, 13a, intl, char, zh +13a/);
});
