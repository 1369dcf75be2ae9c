/** The other pages that are made beside report.html: comparison, history, training. */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect, test } from '../../fixtures/browser.ts';
import { historyOf } from '../../harness/gates/history.ts';
import { renderComparison, renderHistory, renderTraining } from '../../reports/index.ts';
import { sampleComparison } from '../unit/reports/sample-comparison.ts';
import { sampleReport } from '../unit/reports/sample-report.ts';
import { axeViolations } from './axe-violations.ts';

function history(): string {
  const { run, metrics, verdict } = sampleReport({ facts: 3, hostile: false });
  const row = metrics.metrics.find(({ metric }) => metric === 'rougeL')!;
  const runs = [0.8, 0.81, 0.8, 0.79, 0.8, 0.7, 0.71, 0.7, 0.69].map((value, i) => ({
    run: { ...run, id: `run-${i}`, startedAt: new Date(Date.UTC(2026, 10, 9 - i)).toISOString() },
    metrics: { metrics: [{ ...row, value, low: value - 0.02, high: value + 0.02 }], baseline: null },
    verdict,
  }));
  return renderHistory(historyOf('runs', runs, [{ name: 'broken', reason: 'it is running' }]));
}

function training(): string {
  const points = Array.from({ length: 60 }, (_, i) => ({
    step: 10 * (i + 1),
    loss: 1 + 3 / (i + 1),
    learningRate: 1e-3 / (i + 1),
    tokensPerSecond: 9000 + i,
    gradNorm: 1 + 1 / (i + 1),
    ...(i % 10 === 9 && { evalLoss: 1.2 + 3 / (i + 1) }),
  }));
  return renderTraining({ name: 'a-training-run', points });
}

const PAGES = { comparison: () => renderComparison(sampleComparison()), history, training };

for (const [name, render] of Object.entries(PAGES)) {
  test(`${name}: axe finds nothing wrong in light and dark, no width makes it scroll sideways, nothing is requested`, async ({
    page,
  }) => {
    const path = test.info().outputPath(`${name}.html`);
    writeFileSync(path, render());
    const url = pathToFileURL(path).href;
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => asked.push(message.text()));
    await page.goto(url);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await axeViolations(page), colorScheme).toEqual([]);
    }
    for (const width of [320, 390, 768, 1024, 1280, 1920]) {
      await page.setViewportSize({ width, height: 900 });
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(over, `at ${width} px`).toBeLessThanOrEqual(0);
    }
    expect(asked).toEqual([url]);
  });
}
