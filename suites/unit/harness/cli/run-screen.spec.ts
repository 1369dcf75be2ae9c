import { expect, test } from '@playwright/test';
import { startRunScreen } from '../../../../harness/cli/run-screen.ts';
import type { RunStart } from '../../../../harness/runner/run-options.ts';
import { sampleRecord } from '../../../helpers/records.ts';
import { sampleReport } from '../../reports/sample-report.ts';

const spec = {
  metric: 'passed',
  score: 'passed',
  aggregate: 'proportion',
  better: 'higher',
  signature: 's',
} as const;

const started: RunStart = {
  info: sampleReport({ facts: 5 }).run,
  tasks: [
    { suite: 'quality', task: 'facts', planned: 4 },
    { suite: 'quality', task: 'a-task-with-quite-a-long-name-of-its-own', planned: 1 },
    { suite: 'api', task: 'smoke', planned: 2 },
  ],
  always: new Map([['api/smoke', [spec]]]),
};

/** What stands there after each line was redrawn. */
function shown(written: string): string[] {
  return written.split('\n').map((line) => line.split('\r\u001b[2K').at(-1)!);
}

function play(columns: number | null): { written: string; lines: string[] } {
  let written = '';
  const screen = {
    isTTY: columns !== null,
    ...(columns !== null && { columns }),
    write: (text: string) => (written += text),
  };
  const view = startRunScreen(screen);
  const add = (parts: Parameters<typeof sampleRecord>[0]) =>
    view.records([{ whose: 'model', record: sampleRecord(parts), isOld: false }]);
  view.phase('loading tiny-chat');
  view.phase('evaluating');
  view.start(started);
  const message = `no answer\u001b[31m ${'and then '.repeat(40)}`;
  for (const sampleId of ['1', '2', '3', '4']) {
    add({ sampleId, error: sampleId === '1' ? null : { code: 'E_TIMEOUT', message } });
  }
  add({ task: 'a-task-with-quite-a-long-name-of-its-own', sampleId: '1' });
  add({ suite: 'api', task: 'smoke', sampleId: 'health', scores: { passed: 1 } });
  add({ suite: 'api', task: 'smoke', sampleId: 'stats', scores: { passed: 0 } });
  view.phase('judging');
  view.stop();
  return { written, lines: shown(written) };
}

for (const columns of [60, 80, 120, 200]) {
  test(`a table per suite grows and failures are told at once, in ${columns} columns`, () => {
    const { written, lines } = play(columns);
    for (const piece of written.split('\n').flatMap((line) => line.split('\r\u001b[2K'))) {
      expect(Array.from(piece).length, piece).toBeLessThan(columns);
    }
    const at = (pattern: RegExp) => lines.findIndex((line) => pattern.test(line));
    expect(at(/^✕ quality\/facts 2: E_TIMEOUT: no answer⟨ESC⟩/)).toBeLessThan(at(/^ {2}facts +4 +3 /));
    expect(at(/^quality +samples +errors +median +time$/)).toBeLessThan(at(/^ {2}facts/));
    expect(at(/^✕ api\/smoke stats: passed is 0, not 1/)).toBeGreaterThan(0);
    expect(at(/^api +samples/)).toBeGreaterThan(at(/^ {2}a-task/));
    expect(lines.at(-1)).toBe('');
  });
}

test('where nobody watches: a line a suite, the failures, no control characters', () => {
  const { written, lines } = play(null);
  // oxlint-disable-next-line no-control-regex -- what must not be there
  expect(written).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  expect(lines.filter((line) => !line.startsWith('✕'))).toEqual([
    'loading tiny-chat',
    'evaluating',
    '  further ones of this task stand in samples.jsonl',
    expect.stringMatching(/^quality: 5 samples, 3 errors, \d:\d\d$/),
    expect.stringMatching(/^api: 2 samples, 0 errors, \d:\d\d$/),
    'judging',
    '',
  ]);
});
