import { createHash } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { renderHtml } from '../../../../reports/index.ts';
import { emptyReport, sampleReport } from '../sample-report.ts';

const text = (page: string) =>
  page
    .replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ');

test('is the same for the same data', () => {
  expect(renderHtml(sampleReport())).toBe(renderHtml(sampleReport()));
});

test('stays under 300 KB before data', () => {
  const one = sampleReport({ facts: 1, hostile: false });
  expect(renderHtml(emptyReport()).length).toBeLessThan(300_000);
  expect(renderHtml({ ...one, samples: one.samples.slice(0, 1), baselineSamples: null }).length).toBeLessThan(
    300_000,
  );
});

test('begins with the verdict: its sign, then its sentence', () => {
  const signs = {
    pass: '✓ Pass:',
    fail: '✕ Fail:',
    inconclusive: '? Inconclusive:',
    'could-not-evaluate': '– Could not',
  };
  for (const [outcome, start] of Object.entries(signs)) {
    const page = renderHtml(sampleReport({ outcome: outcome as keyof typeof signs }));
    const heading = text(page.match(/<h1[\s\S]*?<\/h1>/)![0]).trim();
    expect(heading.startsWith(start), heading).toBe(true);
    expect(page.indexOf('<h1')).toBeLessThan(page.indexOf('<h2'));
  }
});

test('says the sign once where the sentence carries it already', () => {
  const data = sampleReport();
  const page = renderHtml({ ...data, verdict: { ...data.verdict, sentence: '✕ Fail: so it is.' } });
  expect(text(page.match(/<h1[\s\S]*?<\/h1>/)![0]).trim()).toBe('✕ Fail: so it is.');
});

test('lists failing gates first, then those without a verdict, then the rest in the order of the file', () => {
  const page = renderHtml(sampleReport({ baseline: false }));
  const outcomes = [...page.matchAll(/<tr role="row" class="([\w-]+)">/g)].map(([, outcome]) => outcome);
  expect(outcomes).toEqual([
    'fail',
    'fail',
    'could-not-evaluate',
    'inconclusive',
    'pass',
    'pass',
    'pass',
    'pass',
    'pass',
    'not-applicable',
  ]);
});

test('says that a limited, an incomplete and an unseen model cannot be promoted', () => {
  const data = sampleReport();
  expect(text(renderHtml(data))).not.toContain('Cannot be promoted');
  expect(text(renderHtml(sampleReport({ limit: 20 })))).toContain(
    'Cannot be promoted. This run was limited to 20 samples a task.',
  );
  const http = { ...data.run, model: { ...data.run.model, kind: 'http' as const, digests: null } };
  expect(text(renderHtml({ ...data, run: http }))).toContain(
    'Cannot be promoted. The model was judged over HTTP',
  );
  expect(text(renderHtml({ ...data, run: { ...data.run, status: 'interrupted' } }))).toContain(
    'This run is interrupted',
  );
});

test('shows where the numbers come from', () => {
  const data = sampleReport();
  const shown = text(renderHtml(data));
  const { model, baseline, gates, configurationDigest, tasks, id } = data.run;
  const digests = [
    ...Object.values(model.digests!),
    ...Object.values(baseline!.digests!),
    gates.digest,
    configurationDigest,
    ...tasks.map(({ dataset }) => dataset.digest),
  ];
  for (const digest of digests) expect(shown).toContain(digest);
  for (const word of [
    id,
    'seed 7',
    '1 repeat',
    'all samples',
    'onnxruntime-node 1.30.0',
    'cpu, f32',
    '1,134,208 parameters',
  ]) {
    expect(shown).toContain(word);
  }
  expect(shown).toContain('npx harness run --model tiny-chat --seed 7 --gates &#39;my gates.yaml&#39;');
});

test('shows every metric with its numbers and signature', () => {
  const data = sampleReport();
  const shown = text(renderHtml(data));
  for (const { signature } of data.metrics.metrics) expect(shown).toContain(signature);
  expect(shown).toContain('in 41 clusters');
});

test('allows its own script and style by digest and nothing else', () => {
  const page = renderHtml(sampleReport());
  const policy = page.match(/Content-Security-Policy" content="([^"]*)"/)![1]!;
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|data:|blob:|\*/);
  const digestOf = (source: string) => `'sha256-${createHash('sha256').update(source).digest('base64')}'`;
  expect(policy).toContain(`script-src ${digestOf(page.match(/<script>([\s\S]*?)<\/script>/)![1]!)};`);
  expect(policy).toContain(`style-src ${digestOf(page.match(/<style>([\s\S]*?)<\/style>/)![1]!)};`);
  expect(page).not.toMatch(/\s(?:src|action|srcset|poster|style|on\w+)=/);
  expect([...page.matchAll(/href="([^"]*)"/g)].every(([, href]) => href!.startsWith('#'))).toBe(true);
});

test('escapes what a user or a model wrote wherever it stands', () => {
  const hostile = `"><img src=x onerror=alert(1)>\u202E`;
  const data = sampleReport();
  const gates = data.verdict.gates.map((gate) => ({
    ...gate,
    metric: hostile,
    rule: hostile,
    reason: hostile,
  }));
  const metrics = data.metrics.metrics.map((row) => ({
    ...row,
    metric: hostile,
    unit: hostile,
    signature: hostile,
    reason: hostile,
  }));
  const model = { ...data.run.model, reference: hostile, name: hostile, device: hostile, dtype: hostile };
  const tasks = data.run.tasks.map((task) => ({
    ...task,
    title: hostile,
    description: hostile,
    task: hostile,
    dataset: { ...task.dataset, name: hostile },
  }));
  const page = renderHtml({
    ...data,
    run: {
      ...data.run,
      id: hostile,
      model,
      baseline: model,
      tasks,
      command: [hostile],
      versions: { [hostile]: hostile },
      leftOut: [{ name: hostile, reason: hostile }],
      gates: { path: hostile, digest: hostile },
    },
    metrics: { metrics, baseline: metrics },
    verdict: { ...data.verdict, sentence: hostile, gates },
  });
  expect(page).not.toContain('<img');
  expect(page).not.toContain('\u202E');
});

test('gates that do not apply are counted and folded; those of tasks left out are no gaps of their own', () => {
  const data = sampleReport({ facts: 3 });
  const unasked = Array.from({ length: 6 }, (_, i) => ({
    ...data.verdict.gates[0]!,
    metric: `quality/reading.score${i}`,
    outcome: 'not-applicable' as const,
    reason: 'the task was left out',
  }));
  const page = renderHtml({
    ...data,
    run: { ...data.run, leftOut: [{ name: 'quality/reading', reason: 'too small for it' }] },
    verdict: { ...data.verdict, gates: [...data.verdict.gates, ...unasked] },
  });
  const folded = /<details class="groups not-applying">.*?<\/details>/s.exec(page)![0];
  expect(folded).toMatch(/[67] gates? not applicable/);
  for (const { metric } of unasked) expect(folded).toContain(metric.slice(-6));
  const gaps = /<section aria-labelledby="gaps">.*?<\/section>/s.exec(page)![0];
  expect(gaps).toContain('too small for it');
  expect(gaps).not.toContain('score0');
});
