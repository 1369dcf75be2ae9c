import { execFileSync } from 'node:child_process';
import { expect, test } from '@playwright/test';
import { shellCommand } from '../../../reports/shell-command.ts';

test('is read by a shell as the words it was made of', () => {
  const words = [
    'plain',
    'two words',
    `it's "so"`,
    '$HOME `id` $(id)',
    '#x',
    '*?[a]~',
    '',
    'a\nb',
    '\\',
    '--x=y',
    '!',
  ];
  const script = `printf '%s\\0' ${shellCommand(words)}`;
  expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(words);
});

test('starts our own command through npx', () => {
  expect(shellCommand(['harness', 'run'])).toBe('npx harness run');
});
