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
