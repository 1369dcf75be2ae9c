#!/usr/bin/env node
// Runs the built JavaScript where there is some (an installed package), the sources otherwise (a checkout).
import { existsSync } from 'node:fs';

const built = new URL('../dist/harness/cli/main.js', import.meta.url);
if (existsSync(built)) {
  await import(built.href);
} else {
  await import('./typescript.js');
  await import(new URL('../harness/cli/main.ts', import.meta.url).href);
}
