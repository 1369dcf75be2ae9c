/** Playwright's configuration of `harness run`: evaluations alone, each as long as it takes. From sources and from
 *  built JavaScript alike. */
import { defineConfig } from '@playwright/test';

const suites = ['quality', 'performance', 'api', 'e2e'];

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.eval.{ts,js}',
  timeout: 0,
  workers: 1,
  fullyParallel: false,
  projects: suites.map((suite) => ({ name: suite, testDir: suite })),
});
