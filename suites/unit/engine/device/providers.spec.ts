import { expect, test } from '@playwright/test';
import { probeProvider } from '../../../../engine/device/providers.ts';

test('tells a provider that answered, though this process was held up beyond the deadline', async () => {
  const probing = probeProvider('cpu', 2000);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 8000);
  expect(await probing).toEqual({ provider: 'cpu', works: true, fault: null });
});

test('does not know of a provider that does not answer in time', async () => {
  expect(await probeProvider('cpu', 1)).toEqual({
    provider: 'cpu',
    works: null,
    fault: 'it did not answer within 0.001 s',
  });
});
