import { expect, test } from '@playwright/test';
import { Authenticator } from '../../../../engine/serving/authenticator.ts';

test('accepts the key as a bearer token and nothing else', () => {
  const authenticator = new Authenticator('test-api-key');
  const cases: readonly (readonly [string | undefined, boolean])[] = [
    ['Bearer test-api-key', true],
    ['bearer test-api-key', true],
    ['Bearer  test-api-key', true],
    ['Bearer test-api-ke', false],
    ['Bearer test-api-key2', false],
    ['Bearer TEST-API-KEY', false],
    ['Bearer invalid-key', false],
    ['Bearer', false],
    ['Bearer ', false],
    ['Bearer test-api-key test-api-key', false],
    ['Basic test-api-key', false],
    ['test-api-key', false],
    ['InvalidFormat', false],
    ['', false],
    [undefined, false],
  ];
  for (const [header, accepted] of cases) {
    expect(authenticator.accepts(header), header ?? 'no header').toBe(accepted);
  }
});
