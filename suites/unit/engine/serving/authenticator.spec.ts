import { createHash } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { Authenticator, parseKeyDigest } from '../../../../engine/serving/authenticator.ts';

test('accepts the key as a bearer token and nothing else', () => {
  const authenticator = new Authenticator(['test-api-key']);
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
    expect(authenticator.identify(header) !== null, header ?? 'no header').toBe(accepted);
  }
});

test('tells the bearers of several keys apart without telling their keys', () => {
  const authenticator = new Authenticator(['first-key', 'second-key']);
  const [first, second] = ['first-key', 'second-key'].map((key) => authenticator.identify(`Bearer ${key}`));
  expect(first).not.toBe(second);
  expect(`${first} ${second}`).not.toMatch(/first|second/);
  expect(authenticator.identify('Bearer third-key')).toBeNull();
});

test('lets in the key of a digest', () => {
  const hex = createHash('sha256').update('hashed-key').digest('hex');
  const authenticator = new Authenticator([], [parseKeyDigest(`sha256:${hex}`)!]);
  expect(authenticator.identify('Bearer hashed-key')).not.toBeNull();
  expect(authenticator.identify(`Bearer ${hex}`)).toBeNull();
  for (const wrong of [hex, `sha256:${hex.slice(1)}`, `sha256:${hex}0`, `md5:${hex}`, '']) {
    expect(parseKeyDigest(wrong), wrong).toBeNull();
  }
});
