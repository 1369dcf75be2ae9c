#!/usr/bin/env node
// Runs the sources in a checkout, whatever was built there before; in an installed package, its JavaScript.
import { existsSync } from 'node:fs';

const source = new URL('../harness/cli/main.ts', import.meta.url);
if (existsSync(source)) {
  await import('./typescript.js');
  await import(source.href);
} else {
  await import(new URL('../dist/harness/cli/main.js', import.meta.url).href);
}
