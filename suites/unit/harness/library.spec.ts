import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import * as metrics from '../../../harness/metrics/index.ts';
import * as statistics from '../../../harness/stats/index.ts';

test('gives metrics and statistics as pure functions, without a command or a model', () => {
  const segments = [
    { hypothesis: 'the cat sat on the mat', references: ['the cat sat on a mat'] },
    { hypothesis: 'a dog', references: ['a dog ran'] },
  ];
  expect(metrics.calculateBleu('the cat sat on the mat', ['the cat sat on the mat'])).toBeCloseTo(100, 9);
  expect(metrics.corpusBleu(segments).score).toBe(
    metrics.accumulated(metrics.corpusBleuAccumulator(), segments),
  );
  expect(metrics.scoreDefinitions.map(({ name }) => name)).toContain('fleschReadingEase');
  expect(statistics.mcnemar(5, 1).exact).toBeCloseTo(0.21875, 12);
  expect(statistics.pairedDifference([1, 2, 4], [1, 1, 1])!.value).toBeCloseTo(4 / 3, 12);
});

test('has a source for each path that the package exports', async () => {
  const { exports } = JSON.parse(await readFile('package.json', 'utf8')) as {
    readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  };
  const built = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [] : [target]));
  expect(built.length).toBeGreaterThanOrEqual(3);
  for (const { types, default: code } of built) {
    const source = code!.replace('./dist/', '').replace(/\.js$/, '.ts');
    expect(existsSync(source), `${source} of ${code}`).toBe(true);
    expect(types).toBe(code!.replace(/\.js$/, '.d.ts'));
  }
});
