import { expect, test } from '@playwright/test';
import { harness } from '../../../../helpers/cli.ts';

test('a second look takes no options that would make it another run', async () => {
  for (const [option, value] of [
    ['limit', '5'],
    ['gates', 'mine.yaml'],
    ['baseline-dtype', 'int4'],
    ['second-look', '4x'],
  ] as const) {
    const { code, stderr } = await harness(['run', '--extend', 'none', `--${option}`, value]);
    expect(stderr).toContain(`Arguments extend and ${option} are mutually exclusive`);
    expect(code).toBe(2);
  }
});
