import { expect, test } from '@playwright/test';
import { renderTable } from '../../../../harness/cli/table.ts';

test('aligns columns by their widest cell, without trailing blanks', () => {
  expect(
    renderTable(
      [
        ['✓', 'bleu', '9'],
        ['✕', 'rougeL', '1,240'],
        ['–', 'x', ''],
      ],
      ['left', 'left', 'right'],
    ),
  ).toBe(['✓  bleu        9', '✕  rougeL  1,240', '–  x'].join('\n'));
});

test('a table without rows is empty', () => {
  expect(renderTable([], ['left'])).toBe('');
});
