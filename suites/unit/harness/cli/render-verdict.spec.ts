import { expect, test } from '@playwright/test';
import { renderVerdict } from '../../../../harness/cli/render-verdict.ts';
import { sampleReport } from '../../reports/sample-report.ts';

test('says the verdict first, the gates that need a decision next, and the next command last', () => {
  const data = sampleReport({ facts: 5 });
  const lines = renderVerdict({ dir: `${process.cwd()}/a run`, data }).split('\n');
  expect(lines[0]).toBe(data.verdict.sentence);
  const outcomes = lines.slice(2, 2 + data.verdict.gates.length).map((line) => line.split('  ')[0]);
  expect([...new Set(outcomes)]).toEqual(['✕ fails', '– not evaluated', '? inconclusive', '✓ passes']);
  expect(lines.slice(-3)).toEqual([
    'Report   a run/report.html',
    "Next     npx harness report 'a run' --open",
    '',
  ]);
});

test('rounds no value onto the threshold it misses', () => {
  const data = sampleReport({ facts: 5 });
  const gate = { ...data.verdict.gates[0]!, kind: 'atLeast', value: 0.84996, threshold: 0.85 } as const;
  const verdict = { ...data.verdict, gates: [{ ...gate, low: 0.2, high: 0.9 }] };
  expect(renderVerdict({ dir: '.', data: { ...data, verdict } })).toContain('0.84996 [0.20000, 0.90000]');
});

for (const columns of [60, 80, 120, 200]) {
  test(`fits into ${columns} columns and keeps what is to be copied whole`, () => {
    const data = sampleReport({ facts: 5, limit: 5 });
    const screen = { isTTY: true, columns, write: () => undefined };
    const text = renderVerdict(
      { dir: '/a/rather/long/folder/of/runs/2026-11-22T18-45-33-tiny-chat', data },
      screen,
    );
    const lines = text.split('\n');
    const copied = lines.filter((line) => /^(Report|Next) /.test(line));
    expect(copied).toHaveLength(2);
    for (const line of lines) {
      if (!copied.includes(line)) expect(Array.from(line).length, line).toBeLessThanOrEqual(columns);
    }
    for (const { metric } of data.verdict.gates) expect(text).toContain(metric);
    expect(text.replaceAll(/\n */g, ' ')).toContain(data.verdict.sentence);
  });
}

test('paints signs on a terminal with colours, and nothing elsewhere', () => {
  const data = sampleReport({ facts: 5 });
  const screen = { isTTY: true, columns: 120, hasColors: () => true, write: () => undefined };
  const painted = renderVerdict({ dir: '.', data }, screen);
  expect(painted).toContain('\u001b[31m✕\u001b[0m fails');
  for (const other of [
    { ...screen, hasColors: () => false },
    { ...screen, isTTY: false },
  ]) {
    expect(renderVerdict({ dir: '.', data }, other)).not.toContain('\u001b');
  }
});

test('names what was left out and counts its gates, which have no numbers to show', () => {
  const data = sampleReport({ facts: 5 });
  const [gate] = data.verdict.gates;
  const unasked = ['quality/reading.containsAnswer', 'quality/reading.admitsUnknown'].map((metric) => {
    return { ...gate!, metric, outcome: 'not-applicable', value: null, n: 0 } as const;
  });
  const leftOut = [{ name: 'quality/reading', reason: 'it is for larger models' }];
  const verdict = { ...data.verdict, gates: [...data.verdict.gates, ...unasked] };
  const text = renderVerdict({ dir: '.', data: { ...data, run: { ...data.run, leftOut }, verdict } });
  expect(text).toContain(
    '– quality/reading was not evaluated, nor the 2 gates on it: it is for larger models',
  );
  expect(text).not.toContain('quality/reading.');
  for (const { metric } of data.verdict.gates) expect(text).toContain(metric);
});

test('says how many answers were kept from earlier runs, where there are any', () => {
  const data = sampleReport({ facts: 5 });
  expect(renderVerdict({ dir: '.', data })).not.toContain('Kept:');
  const samples = data.samples.map((record, i) => (i < 2 ? { ...record, cached: true as const } : record));
  expect(renderVerdict({ dir: '.', data: { ...data, samples } })).toContain(
    `Kept: 2 of ${samples.length} answers`,
  );
});

test('a reason that quotes a dataset moves no cursor and begins no line', () => {
  const data = sampleReport({ facts: 5 });
  const reason = 'One counter-example: \u001b[2J\n::error::owned';
  const gates = data.verdict.gates.map((gate) => ({ ...gate, reason }));
  const text = renderVerdict({ dir: '.', data: { ...data, verdict: { ...data.verdict, gates } } });
  expect(text).not.toContain('\u001b');
  expect(text).not.toMatch(/^::/m);
});
