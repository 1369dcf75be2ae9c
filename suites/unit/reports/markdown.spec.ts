import { expect, test } from '@playwright/test';
import { renderMarkdown } from '../../../reports/index.ts';
import { escapeMarkdown } from '../../../reports/markdown.ts';
import { hostileOutputs } from './hostile-outputs.ts';
import { emptyReport, sampleRecord, sampleReport } from './sample-report.ts';

test('begins with the verdict, then tells the gates, the worst samples of those that fail, and the command', () => {
  const text = renderMarkdown(sampleReport({ hostile: false }));
  expect(text.split('\n')[0]).toMatch(/^## ✕ Fail: 2 of 10 gates/);
  const rows = text.split('\n').filter((line) => line.startsWith('| '));
  expect(rows).toHaveLength(2 + 10);
  expect(rows[2]).toBe(
    '| ✕ fails | quality/facts.exactMatch | at least 0.85 | 0.791 \\[0.754, 0.824\\] | 120 | The upper bound 0.824 is below 0.85: the model is worse than asked, whichever way the dice fell. |',
  );
  expect(text.match(/^\*\*Worst of /gm)).toHaveLength(2);
  expect(text.match(/^- `fact-\d+`, exactMatch 0$/gm)).toHaveLength(3);
  expect(text.match(/^- `consistency-\d+`, identical 0$/gm)).toHaveLength(1);
  expect(text).toContain("```sh\nnpx harness run --model tiny-chat --seed 7 --gates 'my gates.yaml'\n```");
});

test('is short', () => {
  expect(renderMarkdown(sampleReport({ facts: 5000 })).split('\n').length).toBeLessThan(60);
});

test('says what keeps a run from being promoted', () => {
  expect(renderMarkdown(sampleReport({ limit: 20 }))).toContain(
    '**Cannot be promoted:** limited to 20 samples',
  );
  expect(renderMarkdown(emptyReport())).toContain('No gate was judged.');
});

test('escapes what Markdown and code hosts read', () => {
  const cases: [string, string][] = [
    ['quality/facts.rougeL at least 0.85: yes', 'quality/facts.rougeL at least 0.85: yes'],
    [
      'a|b *c* `d` <e> [f](g) _h_ ~i~ &amp; $j$ \\',
      'a\\|b \\*c\\* \\`d\\` \\<e> \\[f\\](g) \\_h\\_ \\~i\\~ \\&amp; \\$j\\$ \\\\',
    ],
    ['one\n# two', 'one \\#<!-- --> two'],
    [
      '@team, see #12 :white_check_mark:',
      '\\@<!-- -->team, see \\#<!-- -->12 \\:<!-- -->white\\_check\\_mark:',
    ],
    ['http://x.y www.x.y mailto:a@b.c', 'http\\://x.y www\\.x.y mailto\\:a\\@<!-- -->b.c'],
  ];
  for (const [text, escaped] of cases) expect(escapeMarkdown(text)).toBe(escaped);
});

test('holds any output in one code span on one line', () => {
  const samples = hostileOutputs.map(({ name, output }) =>
    sampleRecord({
      sampleId: name,
      output,
      input: { prompt: output },
      references: [output],
      scores: { exactMatch: 0 },
    }),
  );
  for (const sample of samples) {
    const text = renderMarkdown({ ...sampleReport(), samples: [sample] });
    const answered = text.split('\n').find((line) => line.startsWith('  - answered: '))!;
    const span = answered.slice('  - answered: '.length);
    const fence = span.match(/^`+/)![0];
    const inside = span.slice(fence.length, -fence.length);
    expect(span.endsWith(fence)).toBe(true);
    expect(inside.match(/`+/g) ?? []).not.toContain(fence);
    expect(inside.length).toBeLessThan(1300);
  }
});
