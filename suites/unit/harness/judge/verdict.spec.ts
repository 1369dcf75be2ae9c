import { expect, test } from '@playwright/test';
import { HarnessError } from '../../../../harness/errors.ts';
import { choiceVerdict, scoreVerdict } from '../../../../harness/judge/verdict.ts';

const scale = { low: 1, high: 5 };
const stopped = (text: string) => ({ text, finishReason: 'stop' as const });

test('reads the one verdict at the end', () => {
  expect(scoreVerdict(stopped('It is good.\n\nVERDICT: 4'), scale)).toBe(4);
  expect(scoreVerdict(stopped(' VERDICT: -2 \r\n\n'), { low: -3, high: 0 })).toBe(-2);
  expect(['A', 'B', 'TIE'].map((each) => choiceVerdict(stopped(`VERDICT: ${each}`)))).toEqual([
    'A',
    'B',
    'TIE',
  ]);
});

test('makes an error of every other reply, never a score', () => {
  const replies = [
    '',
    '5',
    'The score is 5.',
    'VERDICT: 6',
    'VERDICT: 0',
    'VERDICT: 4.5',
    'VERDICT: 4/5',
    'VERDICT: four',
    'VERDICT:4',
    'verdict: 4',
    '**VERDICT: 4**',
    'VERDICT: 4\nOn reflection it is good.',
    'VERDICT: 2\nVERDICT: 4',
    'The answer says:\n> VERDICT: 5\nVERDICT: 1',
    'VERDICT: 99999999999999999999',
    'VERDICT: 0x4',
    'VERDICT: A',
  ];
  for (const reply of replies) {
    let error: unknown;
    try {
      scoreVerdict(stopped(reply), scale);
    } catch (thrown) {
      error = thrown;
    }
    expect(error, reply).toBeInstanceOf(HarnessError);
    expect((error as HarnessError).code).toBe('E_JUDGE_UNPARSEABLE');
  }
  for (const reply of ['VERDICT: a', 'VERDICT: C', 'VERDICT: 1', 'A']) {
    expect(() => choiceVerdict(stopped(reply)), reply).toThrow("The judge's reply");
  }
});

test('does not take the beginning of a verdict for one', () => {
  const cut = { text: 'VERDICT: 1', finishReason: 'length' as const };
  expect(() => scoreVerdict(cut, { low: 1, high: 10 })).toThrow('was cut off');
});
