import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { catalog } from '../../../../harness/catalog/index.ts';
import { splitMetric } from '../../../../harness/gates/evidence.ts';
import { defaultGatesPath, parseGates } from '../../../../harness/gates/gates-file.ts';

test('names are unique, and every metric says what was computed', () => {
  const names = catalog.map(({ suite, name }) => `${suite}/${name}`);
  expect(new Set(names).size).toBe(names.length);
  for (const task of catalog) {
    expect(task.metrics.length, task.name).toBeGreaterThan(0);
    const metrics = task.metrics.map(({ metric }) => metric);
    expect(new Set(metrics).size, task.name).toBe(metrics.length);
    for (const { signature } of task.metrics)
      expect(signature, task.name).toMatch(/\|.*(v1|harness:|max-tokens)/);
  }
});

test('every default gate stands on a metric that a task measures', async () => {
  const { gates } = parseGates(await readFile(defaultGatesPath, 'utf8'), defaultGatesPath);
  expect(gates.length).toBeGreaterThan(15);
  for (const gate of gates) {
    const { taskName, metric } = splitMetric(gate.metric);
    const task = catalog.find(({ suite, name }) => `${suite}/${name}` === taskName);
    expect(
      task?.metrics.map((spec) => spec.metric),
      gate.metric,
    ).toContain(metric);
  }
});

test('every dataset loads, and has samples for each tag a metric asks for', async () => {
  for (const task of catalog) {
    const { samples } = await task.dataset();
    for (const { tag, metric } of task.metrics) {
      const matching = tag === undefined ? samples : samples.filter(({ tags }) => tags?.includes(tag));
      expect(matching.length, `${task.name}.${metric}`).toBeGreaterThan(0);
    }
  }
});
