/** What cannot be meant is refused with exit code 2 before a model is loaded. */
import { expect, test } from '@playwright/test';
import { harness } from '../helpers/cli.ts';

test('an option given twice and a suite that does not exist come before a missing model', async () => {
  const cases: [string[], string][] = [
    [['run', '--model', 'a', '--model', 'b'], '--model is given more than once'],
    [['run', '--limit', '1', '--limit', '2'], '--limit is given more than once'],
    [['promote', 'a', '--to', 'x', '--to', 'y', '--run', 'r'], '--to is given more than once'],
    [['run', 'qualty', '--model', 'missing'], 'No suite qualty'],
  ];
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await harness(args);
    expect(code, args.join(' ')).toBe(2);
    expect(stderr).toContain(`E_USAGE: ${message}`);
    expect(stdout).toBe('');
  }
});
