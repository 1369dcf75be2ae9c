import { defineConfig } from '@playwright/test';

const suites = ['unit', 'integration', 'performance', 'quality', 'api', 'e2e'] as const;

export default defineConfig({
  testDir: 'suites',
  // The product's own specs, and a few samples of each evaluation.
  testMatch: ['**/*.spec.ts', '**/*.eval.ts'],
  outputDir: 'test-results',
  timeout: 240_000,
  forbidOnly: Boolean(process.env['CI']),
  // Two, whatever the machine: engines and servers under test use the cores.
  workers: 2,
  fullyParallel: false,
  reporter: [[process.env['CI'] ? 'dot' : 'list'], ['./fixtures/summary-reporter.ts']],
  projects: suites.map((suite) => ({ name: suite, testDir: `suites/${suite}` })),
});
