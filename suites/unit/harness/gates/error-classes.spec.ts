import { expect, test } from '@playwright/test';
import { countErrors, errorClassOf, errorsInWords } from '../../../../harness/gates/error-classes.ts';
import { engineErrors } from '../../../../engine/errors.ts';
import { harnessErrors } from '../../../../harness/errors.ts';

test('tells whose fault an error is, and blames no model for what it does not know', () => {
  const cases = {
    E_TIMEOUT: 'timeout',
    UND_ERR_HEADERS_TIMEOUT: 'timeout',
    E_JUDGE_REPLY: 'judge',
    E_PROMPT_TOO_LONG: 'model',
    E_ENDPOINT: 'infrastructure',
    E_WORKER_DIED: 'infrastructure',
    E_UNEXPECTED: 'infrastructure',
    constructor: 'infrastructure',
  };
  const found = Object.keys(cases).map((code) => [code, errorClassOf(code)]);
  expect(Object.fromEntries(found)).toEqual(cases);
  for (const code of [...Object.keys(harnessErrors), ...Object.keys(engineErrors)]) {
    expect(errorClassOf(code) === 'judge', code).toBe(code.startsWith('E_JUDGE_'));
  }
});

test('counts classes apart and names them', () => {
  const record = (code: string) => ({ error: { code, message: 'm' } });
  const counts = countErrors([record('E_TIMEOUT'), record('E_GONE'), record('E_TIMEOUT'), { error: null }]);
  expect(counts).toEqual({ infrastructure: 1, timeout: 2, judge: 0, model: 0 });
  expect(errorsInWords(counts)).toBe('1 infrastructure error, 2 timeouts');
});
