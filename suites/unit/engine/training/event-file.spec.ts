import { expect, test } from '@playwright/test';
import {
  crc32c,
  restartRecord,
  scalarsRecord,
  versionRecord,
} from '../../../../engine/training/event-file.ts';
import golden from '../../../../fixtures/golden/training/events.json' with { type: 'json' };

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test('writes the bytes that TensorBoard writes', () => {
  const { seconds, scalars, restart } = golden;
  expect(hex(scalarsRecord(seconds, scalars.step, scalars.values))).toBe(scalars.hex);
  expect(hex(restartRecord(seconds, restart.step))).toBe(restart.hex);
});

test('a file begins with its version', () => {
  expect(Buffer.from(versionRecord(1.5)).toString('latin1')).toContain('brain.Event:2');
});

test('has the checksums of RFC 3720', () => {
  const table: [Uint8Array, number][] = [
    [Buffer.from('123456789'), 0xe3069283],
    [new Uint8Array(32), 0x8a9136aa],
    [new Uint8Array(32).fill(0xff), 0x62a8ab43],
    [Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ];
  for (const [bytes, expected] of table) expect(crc32c(bytes)).toBe(expected);
});
