import { expect, test } from '@playwright/test';
import { runScenario } from '../../../../harness/catalog/http-scenario.ts';

test('a sample without steps is an error: nothing asked is nothing shown', async () => {
  const unused = () => Promise.reject(new Error('not used'));
  const model = {
    generate: unused,
    logLikelihood: unused,
    url: 'http://127.0.0.1:9',
    reference: 'http://127.0.0.1:9/v1#none',
    processId: null,
  };
  for (const metadata of [{ steps: [] }, {}]) {
    await expect(runScenario({ id: 'a', prompt: 'p', metadata }, model)).rejects.toMatchObject({
      code: 'E_DATA_INVALID',
    });
  }
});
