import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import type { Constraint } from '../../../../engine/grammar/constraint.ts';
import { compileConstraint } from '../../../../engine/grammar/constraint.ts';
import { TokenMasks } from '../../../../engine/grammar/token-masks.ts';
import { TokenTrie } from '../../../../engine/grammar/token-trie.ts';
import { seededRandom } from '../../../../engine/inference/random.ts';
import { tokenBytes } from '../../../../engine/tokenizer/token-bytes.ts';

const folder = new URL('../../../../fixtures/models/tiny-chat/', import.meta.url);
const tokenizerJson = JSON.parse(readFileSync(new URL('tokenizer.json', folder), 'utf8')) as Record<
  string,
  unknown
>;
const bytes = tokenBytes({ tokenizerJson, tokenizerConfig: {} })!;
const trie = new TokenTrie(bytes);

const idsOf = (mask: Uint32Array): number[] =>
  Array.from({ length: mask.length * 32 }, (_, id) => id).filter((id) => (mask[id >> 5]! >> (id & 31)) & 1);

const constraints: readonly Constraint[] = [
  { jsonObject: true },
  { regex: '( [a-z]+){1,4}\\.|é*' },
  {
    jsonSchema: {
      type: 'object',
      properties: { name: { type: 'string', maxLength: 12 }, kind: { enum: ['one', 'only', 'öne'] } },
      required: ['name', 'kind'],
    },
  },
];

test('a mask holds the tokens whose bytes may all come next, and no others', () => {
  const random = seededRandom(5);
  for (const constraint of constraints) {
    for (const dropsFirstSpace of [false, true]) {
      const masks = new TokenMasks(compileConstraint(constraint), {
        trie,
        tokenBytes: bytes,
        dropsFirstSpace,
      });
      let state = masks.start;
      for (let step = 0; step < 12; step++) {
        const isFirst = step === 0;
        const allowed = idsOf(masks.mask(state, isFirst));
        const expected = bytes.flatMap((_, id) => (masks.after(state, id, isFirst) === null ? [] : [id]));
        expect(allowed).toEqual(expected);
        expect(idsOf(masks.mask(state, isFirst))).toEqual(allowed);
        if (allowed.length === 0) break;
        state = masks.after(state, allowed[Math.floor(random() * allowed.length)]!, isFirst)!;
      }
    }
  }
});

test('a space that decoding drops may come first, and only there', () => {
  const tokens = [' a', 'a', ' ', 'b', ''].map((text) => Buffer.from(text));
  const vocabulary = { trie: new TokenTrie(tokens), tokenBytes: tokens, dropsFirstSpace: true };
  const masks = new TokenMasks(compileConstraint({ regex: 'a b?' }), vocabulary);
  expect(idsOf(masks.mask(masks.start, true))).toEqual([0, 1, 2]);
  expect(idsOf(masks.mask(masks.start, false))).toEqual([1]);
  const next = masks.after(masks.start, 0, true)!;
  expect(idsOf(masks.mask(next, false))).toEqual([2]);
});
