import { defineConfig } from '@playwright/test';

const suites = ['unit', 'integration', 'performance', 'quality', 'api', 'e2e'] as const;

export default defineConfig({
  testDir: 'suites',
  outputDir: 'test-results',
  timeout: 120_000,
  forbidOnly: Boolean(process.env['CI']),
  // Two, whatever the machine: engines and servers under test use the cores.
  workers: 2,
  fullyParallel: false,
  reporter: process.env['CI'] ? [['line']] : [['list']],
  projects: suites.map((suite) => ({ name: suite, testDir: `suites/${suite}` })),
});
