/** The tables of errors and the code that raises them stay in step. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { engineErrors } from '../../engine/errors.ts';
import { refusals } from '../../engine/serving/http-error.ts';
import { harnessErrors } from '../../harness/errors.ts';

/** Codes that the sources of a folder write, its tables left out. */
function codesIn(folder: string): Set<string> {
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && name !== 'errors.ts')
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  return new Set(
    sources.flatMap((text) => [...text.matchAll(/'(E_[A-Z_]+[A-Z])'/g)].map(([, code]) => code!)),
  );
}

const raised = { engine: codesIn('engine'), harness: codesIn('harness') };

test('every code of a table is raised', () => {
  expect(Object.keys(engineErrors).filter((code) => !raised.engine.has(code))).toEqual([]);
  expect(Object.keys(harnessErrors).filter((code) => !raised.harness.has(code))).toEqual([]);
});

test('every code that is raised stands in a table', () => {
  const known = new Set(Object.keys({ ...engineErrors, ...harnessErrors, ...refusals }));
  const unknown = [...raised.engine, ...raised.harness].filter((code) => !known.has(code));
  expect(unknown).toEqual([]);
});

test('no code stands in both tables, and each has a remedy in a sentence', () => {
  expect(Object.keys(engineErrors).filter((code) => code in harnessErrors)).toEqual([]);
  for (const [code, { remedy }] of Object.entries({ ...engineErrors, ...harnessErrors })) {
    expect(remedy, code).toMatch(/^[A-Z].*[.?]$/);
  }
});
