import { expect, test } from '@playwright/test';
import { findingsOf, type Diagnosis } from '../../../../harness/doctor/diagnosis.ts';
import { fittingModels } from '../../../../harness/doctor/fitting-models.ts';
import { parseFlags } from '../../../../harness/doctor/processor.ts';
import { renderDiagnosis } from '../../../../harness/cli/render-doctor.ts';
import { harness } from '../../../helpers/cli.ts';

const healthy: Omit<Diagnosis, 'findings'> = {
  platform: 'linux-x64',
  versions: { node: '20.19.0' },
  processor: {
    name: 'P',
    architecture: 'x64',
    threads: 2,
    machineThreads: 8,
    instructionSets: ['AVX', 'AVX2'],
  },
  memory: { totalBytes: 16e9, freeBytes: 8e9 },
  bandwidthBytesPerSecond: 12e9,
  providers: (['cpu', 'webgpu', 'cuda'] as const).map((provider) => ({ provider, works: true, fault: null })),
  adapter: 'a graphics card',
  device: { device: 'webgpu', reason: 'a graphics card' },
  folders: [{ what: 'runs', path: '/h/runs', exists: true, bytes: 5e6, writable: true }],
  models: fittingModels(8e9),
  chromium: '/usr/bin/chromium',
};

test('finds nothing wrong with a machine that has all', () => {
  expect(findingsOf(healthy)).toEqual([]);
});

test('calls a fault what keeps the harness from working, a hint what could be better, each with a remedy', () => {
  const cases: readonly [Partial<typeof healthy>, 'fault' | 'hint', RegExp][] = [
    [{ versions: { node: '20.18.3' } }, 'fault', /Node 20\.18\.3 is too old/],
    [{ versions: { node: '18.20.0' } }, 'fault', /too old/],
    [{ providers: [{ provider: 'cpu', works: false, fault: 'no GLIBC' }] }, 'fault', /no GLIBC/],
    [{ providers: [{ provider: 'webgpu', works: false, fault: 'No adapter' }] }, 'hint', /graphics adapter/],
    [{ providers: [{ provider: 'cuda', works: false, fault: 'Failed to load' }] }, 'hint', /cuda/],
    [{ providers: [{ provider: 'cpu', works: null, fault: 'it did not answer' }] }, 'hint', /cpu: not known/],
    [{ folders: [{ ...healthy.folders[0]!, writable: false }] }, 'fault', /\/h\/runs, cannot be written/],
    [{ processor: { ...healthy.processor, instructionSets: ['AVX'] } }, 'hint', /no AVX2/],
    [{ memory: { totalBytes: 2e9, freeBytes: 4e8 } }, 'hint', /400 MB/],
    [{ chromium: null }, 'hint', /No Chromium/],
  ];
  for (const [change, kind, what] of cases) {
    const found = findingsOf({ ...healthy, ...change });
    expect(found, String(what)).toHaveLength(1);
    expect(found[0]).toMatchObject({ kind, what: expect.stringMatching(what) });
    expect(found[0]!.remedy).toMatch(/\.$|install$/);
  }
});

test('does not call an unknown processor slow', () => {
  const processor = { ...healthy.processor, instructionSets: null };
  expect(findingsOf({ ...healthy, processor })).toEqual([]);
});

test('says first whether the harness can work here', () => {
  expect(renderDiagnosis({ ...healthy, findings: [] })).toMatch(/^This machine can run the harness\./);
  const findings = findingsOf({ ...healthy, versions: { node: '18.0.0' } });
  expect(renderDiagnosis({ ...healthy, findings })).toMatch(/^The harness cannot work here: one fault\./);
});

test('reads instruction sets of x64 and arm64, and null where there are none', () => {
  expect(parseFlags('processor: 0\nflags\t\t: fpu avx avx2 fma avx512f avx512_vnni\n')).toEqual([
    'AVX',
    'AVX2',
    'FMA',
    'AVX-512',
    'AVX-512 VNNI',
  ]);
  expect(parseFlags('Features\t: fp asimd asimddp i8mm\n')).toEqual(['NEON', 'NEON dot product', 'I8MM']);
  expect(parseFlags('model name: x\n')).toBeNull();
});

test('a model needs less memory with fewer bits, and fits where it needs no more than is free', () => {
  for (const { name, neededBytes, fits } of fittingModels(4e9)) {
    expect(neededBytes.float32, name).toBeGreaterThan(neededBytes.int8);
    expect(neededBytes.int8, name).toBeGreaterThan(neededBytes.int4);
    expect(fits.int4, name).toBe(neededBytes.int4 <= 4e9);
  }
});

test('tells as JSON what it found on this very machine', async () => {
  const { code, stdout, stderr } = await harness(['doctor', '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const told = JSON.parse(stdout) as Diagnosis;
  expect(told.providers.map(({ provider }) => provider)).toEqual(['cpu', 'webgpu', 'cuda']);
  expect(told.providers[0]!.works).not.toBe(false); // on a busy machine it may not be known
  expect(told.bandwidthBytesPerSecond).toBeGreaterThan(1e8);
  expect(told.memory.freeBytes).toBeLessThanOrEqual(told.memory.totalBytes);
  // every provider that does not work is told of, with what to do
  const missing = told.providers.filter(({ works }) => works !== true).map(({ provider }) => provider);
  for (const provider of missing) {
    expect(told.findings.some(({ what }) => what.startsWith(`${provider}:`))).toBe(true);
  }
});
