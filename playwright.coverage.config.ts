/** `npm test`: all suites, and how much of the product they run. Counting costs about a tenth of the time. */
import { defineConfig } from '@playwright/test';
import config from './playwright.config.ts';

export default defineConfig({
  ...config,
  // The summary stays last: it is what a CI job reads.
  reporter: [
    [process.env['CI'] ? 'dot' : 'list'],
    ['./fixtures/coverage/reporter.ts'],
    ['./fixtures/summary-reporter.ts'],
  ],
});
