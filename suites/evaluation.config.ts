/** Playwright's configuration of `harness run`: evaluations alone, each as long as it takes, in one worker. From
 *  sources and from built JavaScript alike. */
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.eval.{ts,js}',
  timeout: 0,
  workers: 1,
  fullyParallel: false,
});
