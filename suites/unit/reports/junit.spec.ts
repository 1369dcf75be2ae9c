import { expect, test } from '@playwright/test';
import { renderJunit } from '../../../reports/index.ts';
import type { GateOutcome, RunOutcome } from '../../../reports/report-data.ts';
import { hostileOutputs } from './hostile-outputs.ts';
import { emptyReport, sampleReport } from './sample-report.ts';

test('has a suite for each suite and a case for each gate', () => {
  const xml = renderJunit(sampleReport());
  expect([...xml.matchAll(/<testsuite name="(\w+)"/g)].map(([, name]) => name)).toEqual([
    'quality',
    'performance',
    'api',
  ]);
  expect(xml.match(/<testcase /g)).toHaveLength(10);
  expect(xml).toContain('<testcase classname="quality.facts" name="bleu: at least 10" time="0"/>');
  expect(xml).toContain('tests="10" failures="3" errors="1" skipped="0" time="0"');
});

test('is never greener than the verdict', () => {
  const elements: Record<GateOutcome, RegExp> = {
    pass: /<testcase [^>]*\/>/,
    fail: /<failure message="[^"]*" type="fail"\/>/,
    inconclusive: /<failure message="[^"]*" type="inconclusive"\/>/,
    'could-not-evaluate': /<error message="[^"]*" type="could-not-evaluate"\/>/,
    'not-applicable': /<skipped message="[^"]*"\/>/,
  };
  const data = sampleReport();
  for (const [outcome, element] of Object.entries(elements)) {
    const gate = { ...data.verdict.gates[0]!, outcome: outcome as GateOutcome };
    const xml = renderJunit({ ...data, verdict: { ...data.verdict, outcome: 'pass', gates: [gate] } });
    expect(xml.match(/<testcase /g)).toHaveLength(1);
    expect(xml).toMatch(element);
  }
});

test('tells a verdict that no gate explains', () => {
  const data = emptyReport();
  for (const outcome of ['fail', 'inconclusive', 'could-not-evaluate'] as RunOutcome[]) {
    const xml = renderJunit({ ...data, verdict: { ...data.verdict, outcome } });
    expect(xml).toMatch(/failures="1" errors="0"|failures="0" errors="1"/);
    expect(xml).toContain('<testsuite name="verdict"');
  }
});

test('holds no character that XML forbids, and no markup but its own', () => {
  const data = sampleReport();
  const gates = hostileOutputs.map(({ output }, i) => ({
    ...data.verdict.gates[0]!,
    metric: i % 2 ? output : `quality/facts.${output}`,
    rule: output,
    reason: output,
    outcome: 'fail' as const,
  }));
  const xml = renderJunit({ ...data, verdict: { ...data.verdict, sentence: gates[0]!.reason, gates } });
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  expect(xml).not.toMatch(/[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u);
  const names = new Set([...xml.matchAll(/<\/?([^\s/>]*)/g)].map(([, name]) => name));
  expect(names).toEqual(new Set(['?xml', 'testsuites', 'testsuite', 'testcase', 'failure']));
});
