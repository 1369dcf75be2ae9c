import path from 'node:path';
import { expect, test } from '@playwright/test';
import { oneLine, shownPath, wrapped } from '../../../../harness/cli/terminal.ts';

test('a path has slashes on Windows, as every shell there takes them', () => {
  const shown = (to: string) => shownPath(to, 'C:\\work\\project', path.win32);
  expect(shown('C:\\work\\project\\.harness\\runs\\r1')).toBe('.harness/runs/r1');
  expect(shown('D:\\runs\\r1')).toBe('D:/runs/r1');
  expect(shown('C:\\work\\project')).toBe('C:/work/project');
});

test('elsewhere a backslash in a name stays one', () => {
  expect(shownPath('/w/a\\b', '/w', path.posix)).toBe('a\\b');
});

test('breaks lines at blanks and leaves long words whole', () => {
  expect(wrapped('one two three', 7)).toBe('one two\nthree');
  expect(wrapped('one two three', 7, 2)).toBe('one two\n  three');
  expect(wrapped('a /very/long/path/that/does/not/fit b', 8)).toBe('a\n/very/long/path/that/does/not/fit\nb');
  expect(wrapped('one two three', null)).toBe('one two three');
});

test("an output's control characters reach no terminal", () => {
  const hostile = 'fine\u001b[2J\u001b]0;owned\u0007\rgone\u202eback\nnext';
  const line = oneLine(hostile, 80);
  // oxlint-disable-next-line no-control-regex -- what must not be there
  expect(line).not.toMatch(/[\u0000-\u001f\u202e]/);
  expect(line).toContain('⟨ESC⟩');
  expect(Array.from(oneLine('x'.repeat(500), 60))).toHaveLength(60);
});
