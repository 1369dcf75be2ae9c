import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { StopMatcher, TextStream } from '../../../../engine/tokenizer/text-stream.ts';
import { createTokenizer } from '../../../../engine/tokenizer/tokenizer.ts';

const folder = join(import.meta.dirname, '../../../../fixtures/golden/engine/tiny-tied');
const read = (name: string) =>
  JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>;
// One token a byte: every character beyond ASCII is split.
const tokenizer = createTokenizer({
  tokenizerJson: read('tokenizer.json'),
  tokenizerConfig: read('tokenizer_config.json'),
});

function streamed(tokens: readonly number[]): string[] {
  const stream = new TextStream(tokenizer);
  return [...tokens.map((token) => stream.push(token)), stream.flush()];
}

test('lets a character out when its last byte has come', () => {
  expect(streamed(tokenizer.encode('aé🙂'))).toEqual(['a', '', 'é', '', '', '', '🙂', '']);
});

test('adds up to the decoding of all tokens, whatever the bytes', () => {
  const texts = ['Zürich 日本 🙂', '\uFFFD literal', '👩‍👩‍👧‍👦', ' leading', 'e\u0301'];
  const bytes = [
    [0xe2, 0x82],
    [0xff, 0xfe, 0x41],
    [0xf0, 0x9f, 0x41, 0x99, 0x82],
    [0xc3, 0x28, 0xa9],
  ];
  const byteTokens = bytes.map((list) => list.map((byte) => tokenizer.idOf(byteToken(byte)) ?? Number.NaN));
  for (const tokens of [...texts.map((text) => tokenizer.encode(text)), ...byteTokens]) {
    expect(streamed(tokens).join('')).toBe(tokenizer.decode(tokens));
  }
});

/** The letter that stands for a byte in byte-level BPE (GPT-2's bytes_to_unicode). */
function byteToken(byte: number): string {
  const printable = (b: number) => (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
  if (printable(byte)) return String.fromCodePoint(byte);
  const shifted = Array.from({ length: byte }, (_, b) => b).filter((b) => !printable(b)).length;
  return String.fromCodePoint(256 + shifted);
}

test('reads control tokens and ids without a token as nothing', () => {
  expect(tokenizer.decode([0, 1])).toBe('');
  expect(tokenizer.decode([0, 1], true)).toBe('<end><user>');
  expect(tokenizer.decode([100_000])).toBe('');
  expect(streamed([1, ...tokenizer.encode('a')]).join('')).toBe('a');
});

function matched(stops: readonly string[], pieces: readonly string[]): { text: string; stopped: boolean } {
  const matcher = new StopMatcher(stops);
  const text = pieces.map((piece) => matcher.push(piece)).join('') + matcher.flush();
  return { text, stopped: matcher.stopped };
}

test('ends before the first stop string, however the text is cut into pieces', () => {
  const text = 'one\n\nUser: two END three';
  const cases: readonly [readonly string[], string][] = [
    [['END'], 'one\n\nUser: two '],
    [['\n\nUser:'], 'one'],
    [['three', 'two'], 'one\n\nUser: '],
    [['one'], ''],
    [['\n', '\n\nUser'], 'one'],
    [['absent'], text],
    [['thirty'], text],
    [[], text],
  ];
  for (const [stops, expected] of cases) {
    for (const size of [1, 2, 3, 5, 100]) {
      const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g'))!;
      const { text: before, stopped } = matched(stops, pieces);
      expect(before, `${JSON.stringify(stops)} in pieces of ${size}`).toBe(expected);
      expect(stopped).toBe(expected !== text);
    }
  }
});

test('holds back no more than what may begin a stop string', () => {
  const matcher = new StopMatcher(['</s>']);
  expect(matcher.push('a < b')).toBe('a < b');
  expect(matcher.push('<')).toBe('');
  expect(matcher.push('/')).toBe('');
  expect(matcher.push('p')).toBe('</p');
});
