import { expect, test } from '@playwright/test';
import { reopenedOptions } from '../../../../harness/runner/same-run.ts';
import type { RunOptions } from '../../../../harness/runner/run-options.ts';
import type { RunInfo } from '../../../../reports/report-data.ts';

const earlier = {
  status: 'interrupted',
  suites: ['quality'],
  model: { reference: './models/a', device: 'cpu', dtype: 'int8' },
  baseline: null,
  gates: { path: 'gates.yaml' },
  datasets: null,
  seed: 3,
  repeats: 2,
  limit: null,
} as unknown as RunInfo;

const ask = (named: Partial<RunOptions>): RunOptions =>
  ({
    suites: [],
    model: 'tiny-chat',
    seed: 0,
    repeats: 1,
    resume: 'r1',
    extend: null,
    ...named,
    explicit: Object.keys(named),
  }) as unknown as RunOptions;

test('goes on with what the run was asked, which may be said again', () => {
  const stands = { model: './models/a', seed: 3, repeats: 2, dtype: 'int8', suites: ['quality'] };
  expect(reopenedOptions(ask({}), earlier, null)).toMatchObject(stands);
  expect(reopenedOptions(ask({ model: 'models/a', seed: 3, repeats: 2 }), earlier, null)).toMatchObject(
    stands,
  );
});

test('refuses every option that says otherwise, and names what stands', () => {
  const contradicts = (): RunOptions =>
    reopenedOptions(ask({ model: 'tiny-chat', seed: 4, repeats: 2, dtype: 'int4' }), earlier, null);
  expect(contradicts).toThrow(
    /r1 was asked otherwise: --model tiny-chat, the run \.\/models\/a; --seed 4, the run 3; --dtype int4, the run int8/,
  );
  expect(contradicts).not.toThrow(/repeats/);
});
