import { expect, test } from '@playwright/test';
import { jsonSchemaMatch } from '../../../../harness/metrics/json-schema.ts';
import { goldenVectors } from './golden-vectors.ts';

test("agrees with Python's jsonschema over drafts and keywords", () => {
  const { schema } = goldenVectors<{ readonly schema: readonly (readonly [unknown, unknown, 0 | 1])[] }>(
    'outputs',
  );
  expect(schema.length).toBeGreaterThanOrEqual(80);
  const wrong = schema.filter(
    ([rules, instance, valid]) => jsonSchemaMatch(JSON.stringify(instance), rules) !== valid,
  );
  expect(wrong).toEqual([]);
});

test("takes no property for the answer's that every object inherits", () => {
  for (const name of ['toString', 'constructor', '__proto__']) {
    expect(jsonSchemaMatch('{}', { required: [name] }), name).toBe(0);
    expect(jsonSchemaMatch(`{"${name}": 1}`, { required: [name] }), name).toBe(1);
  }
  const typed = { properties: { toString: { type: 'string' } } };
  expect(jsonSchemaMatch('{}', typed)).toBe(1);
  expect(jsonSchemaMatch('{"toString": 1}', typed)).toBe(0);
  expect(jsonSchemaMatch('{}', { dependentRequired: { toString: ['a'] } })).toBe(1);
  expect(jsonSchemaMatch('{}', { additionalProperties: false })).toBe(1);
});

test('gives 0 to what is not JSON, and reads a Markdown block where that is asked for', () => {
  const answer = '```json\n{"a": 1}\n```';
  expect(jsonSchemaMatch(answer, { type: 'object' })).toBe(0);
  expect(jsonSchemaMatch(answer, { type: 'object' }, { fence: 'allow' })).toBe(1);
});

test('cuts off a pattern and references that never end, and goes on', () => {
  const pattern = { pattern: '^(a+)+$' };
  expect(jsonSchemaMatch(`"${'a'.repeat(60)}b"`, pattern)).toMatchObject({ value: null });
  expect(jsonSchemaMatch('"aaa"', pattern)).toBe(1);
  const levels = Array.from({ length: 40 }, (_, level) => [
    `l${level}`,
    { allOf: [{ $ref: `#/$defs/l${level + 1}` }, { $ref: `#/$defs/l${level + 1}` }] },
  ]);
  const doubling = { $defs: { ...Object.fromEntries(levels), l40: true }, $ref: '#/$defs/l0' };
  expect(jsonSchemaMatch('1', doubling)).toMatchObject({ value: null });
  const endless = { $ref: '#' };
  expect(jsonSchemaMatch('1', endless)).toMatchObject({ value: null });
});

test('refuses what is no schema, and fetches none', () => {
  for (const [schema, what] of [
    [[], 'expected an object'],
    ['string', 'expected an object'],
    [{ type: 'strin' }, 'schema'],
    [{ pattern: '(' }, 'regular expression'],
    [{ $ref: 'https://example.org/schema.json' }, 'example.org'],
    [{ $schema: 'http://json-schema.org/draft-04/schema#' }, 'draft-04'],
    [{ description: 'x'.repeat(300_000) }, 'characters'],
  ] as const) {
    expect(() => jsonSchemaMatch('1', schema), what).toThrow(new RegExp(what, 'i'));
  }
});

test('keeps apart schemas of one $id', () => {
  const id = 'https://example.org/a';
  expect(jsonSchemaMatch('1', { $id: id, type: 'integer' })).toBe(1);
  expect(jsonSchemaMatch('1', { $id: id, type: 'string' })).toBe(0);
});
