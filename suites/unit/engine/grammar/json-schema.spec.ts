import { expect, test } from '@playwright/test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { seededRandom } from '../../../../engine/inference/random.ts';
import { accepts, automatonOf, randomText } from './walks.ts';

const tree = {
  $ref: '#/$defs/tree',
  $defs: {
    tree: {
      type: 'object',
      properties: {
        value: { $ref: '#/$defs/leaf' },
        children: { type: 'array', items: { $ref: '#/$defs/tree' }, maxItems: 2 },
      },
      required: ['value'],
      additionalProperties: false,
    },
    leaf: { anyOf: [{ type: 'integer', minimum: -3, maximum: 12 }, { type: 'null' }] },
  },
};

const schemas: readonly object[] = [
  {},
  { type: 'string', minLength: 1, maxLength: 3 },
  { type: 'string', pattern: '^[a-c"\\\\\\n]{2,4}$' },
  { type: 'string', pattern: 'x|^é' },
  ...['date', 'time', 'date-time', 'uuid'].map((format) => ({ type: 'string', format })),
  { type: 'integer' },
  { type: 'integer', exclusiveMinimum: -12, maximum: 1004 },
  { type: 'integer', minimum: 0.5, exclusiveMaximum: 2.5 },
  { type: 'number' },
  { type: 'number', minimum: -2, maximum: 1 },
  { type: 'number', minimum: 3 },
  { type: ['boolean', 'null', 'integer'], maximum: 4 },
  { enum: ['a', 'ab', '"\\\n', 'é😀\uFEFF', 1.5, -0, null, { x: [1, { y: 'z' }] }, []] },
  { const: { deep: ['same'] } },
  { type: 'string', enum: ['a', 1, 'b'] },
  { type: 'array', items: { type: 'boolean' }, minItems: 2, maxItems: 4 },
  { type: 'array', items: false },
  { minItems: 1, items: { enum: [1, 2] } },
  {
    type: 'object',
    properties: { a: { type: 'integer' }, 'b"\n': { type: 'string', maxLength: 2 }, c: { type: 'null' } },
    required: ['b"\n'],
    additionalProperties: false,
  },
  {
    type: 'object',
    properties: { a: { const: 1 }, ab: { const: 2 } },
    additionalProperties: { type: 'boolean' },
  },
  { type: 'object', required: ['__proto__', 'x'] },
  { properties: { constructor: { const: 'c' } }, required: ['constructor'], additionalProperties: true },
  { type: 'object', additionalProperties: { type: 'array', items: { type: 'integer' } } },
  {
    oneOf: [
      { type: 'string', maxLength: 2 },
      { type: 'integer' },
      { type: 'array', items: { type: 'null' } },
    ],
  },
  {
    oneOf: ['circle', 'square'].map((kind) => ({
      type: 'object',
      properties: { kind: { const: kind }, size: { type: 'integer' } },
      required: ['kind', 'size'],
    })),
  },
  { allOf: [{ $ref: '#/$defs/a~1b' }], $defs: { 'a/b': { type: 'boolean' } } },
  tree,
  { type: 'object', properties: { self: { $ref: '#' }, more: { type: 'array', items: { $ref: '#' } } } },
];

const isValid = (schema: object): ((value: unknown) => boolean) => {
  const date = /^\d{4}-\d\d-\d\d$/;
  const isDate = (text: string) => date.test(text) && new Date(text).toISOString().startsWith(text);
  const ajv = new Ajv2020({
    strict: false,
    formats: {
      date: isDate,
      time: /^\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
      'date-time': (text: string) => isDate(text.slice(0, 10)) && !Number.isNaN(Date.parse(text)),
      uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    },
  });
  return ajv.compile(schema);
};

test('every text of the grammar is JSON and valid against the schema', () => {
  const random = seededRandom(7);
  const wrong: string[] = [];
  let written = 0;
  for (const schema of schemas) {
    const valid = isValid(schema);
    const automaton = automatonOf({ jsonSchema: schema });
    let ended = 0;
    for (let round = 0; round < 60; round++) {
      const text = randomText(automaton, random, 200);
      if (text === null) continue;
      ended++;
      if (!valid(JSON.parse(text)) || text.includes('\uFEFF'))
        wrong.push(`${JSON.stringify(schema)} wrote ${text}`);
    }
    if (ended < 10) wrong.push(`${JSON.stringify(schema)} ended ${ended} times only`);
    written += ended;
  }
  expect(wrong).toEqual([]);
  expect(written).toBeGreaterThan(1000);
});

test('texts are in the grammar or not, as the schema and the stated spelling have it', () => {
  const object = { type: 'object', properties: { a: { type: 'integer' }, b: {} }, required: ['b'] };
  const cases: readonly (readonly [object, readonly string[], readonly string[]])[] = [
    [
      object,
      ['{"a":1,"b":[]}', '{"b": {"x": 1.5e3}}', '{\n  "b":"q"\n}', '{ "b":null }'],
      ['{}', '{"a":1}', '{"b":1,"a":1}', '{"b":1,"c":1}', ' {"b":1}', '{"b" :1}', '{"b":1} ', '{\n\n"b":1}'],
    ],
    [
      { type: 'string', maxLength: 2 },
      ['""', '"é😀"', '"\\ud83d\\ude00x"', '"\\u0000\\n"', '"\u2028\u007f"'],
      ['"abc"', '"\n"', '"\\ud83d"', '"\\ude00"', '"\\x41"', '"\\u12g4"', '"a', "'a'"],
    ],
    [
      { properties: { ab: { const: 1 } }, additionalProperties: { const: 2 } },
      ['{"ab":1}', '{"a":2,"abc":2,"":2}', '{"ab":1, "é\\n":2}'],
      ['{"ab":2}', '{"\\u0061b":2}', '{"ab":1,"ab":2}'],
    ],
    [
      { type: 'array', maxItems: 1 },
      ['[]', '[ ]', '[[1,2]]', '[\n\t{"a": "b"}\n]'],
      ['[1,2]', '[,]', '[1,]'],
    ],
    [
      { type: 'integer' },
      ['0', '-1', '999999999999999'],
      ['-0', '01', '1.0', '1e2', '+1', '1000000000000000'],
    ],
    [{ type: 'number' }, ['0.5', '-1e-7', '1E+20', '-0'], ['.5', '1.', 'NaN', '1e999']],
    [
      tree,
      ['{"value":12,"children":[{"value": null}]}'],
      ['{"value":13}', '{"value":-4}', '{"children":[]}'],
    ],
  ];
  for (const [jsonSchema, inside, outside] of cases) {
    const automaton = automatonOf({ jsonSchema });
    for (const text of inside) expect(accepts(automaton, text), text).toBe(true);
    for (const text of outside) expect(accepts(automaton, text), text).toBe(false);
  }
  const any = automatonOf({ jsonObject: true });
  expect(accepts(any, '{"a":[1,{"b":"c"}],"d":true}')).toBe(true);
  expect(accepts(any, '[1]')).toBe(false);
  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  expect([accepts(any, nested(32)), accepts(any, nested(33))]).toEqual([true, false]);
});

test('what is not supported is refused with its name and its place', () => {
  const cases: readonly (readonly [object, string])[] = [
    ...[
      'not',
      'if',
      'patternProperties',
      'uniqueItems',
      'multipleOf',
      'prefixItems',
      'minProperties',
      'contains',
      'dependentRequired',
      '$dynamicRef',
      'nullable',
      'invented',
    ].map((name): [object, string] => [
      { properties: { a: { [name]: {} } } },
      `#/properties/a: the keyword "${name}" is not supported`,
    ]),
    [{ type: 'text' }, 'the type "text" is none of'],
    [{ type: [] }, 'is none of'],
    [{ format: 'email' }, '#/format is "email"; supported are'],
    [{ pattern: 'a', maxLength: 2 }, 'pattern and maxLength together'],
    [{ pattern: '(?=a)' }, 'look-ahead'],
    [{ anyOf: [{ type: 'null' }], type: 'object' }, 'anyOf beside type'],
    [{ $ref: '#/$defs/a', minimum: 1, $defs: { a: {} } }, '$ref beside minimum'],
    [{ enum: [1], minimum: 1 }, 'enum beside minimum'],
    [{ allOf: [{ type: 'string' }, { maxLength: 1 }] }, 'more than one schema'],
    [{ oneOf: [{ type: 'integer' }, { type: 'number' }] }, '0 and 1 may both hold'],
    [
      {
        oneOf: [{ $ref: '#/$defs/a' }, { anyOf: [{ type: 'null' }, { $ref: '#/$defs/a' }] }],
        $defs: { a: { type: 'string' } },
      },
      '0 and 1 may both hold',
    ],
    [{ oneOf: [{ maxLength: 1 }, { minimum: 1 }] }, '0 and 1 may both hold'],
    [{ $ref: 'https://example.org/schema' }, 'only #/… is followed'],
    [{ $ref: '#/$defs/missing' }, 'nothing at #/$defs/missing'],
    [{ $ref: '#/constructor' }, 'nothing at'],
    [{ $ref: '#' }, 'no text'],
    [{ anyOf: [{ $ref: '#' }, { type: 'null' }] }, 'leads back to itself'],
    [{ type: 'object', properties: { a: { $ref: '#' } }, required: ['a'] }, 'no text'],
    [{ type: 'string', minLength: 3, maxLength: 2 }, 'minLength is above maxLength'],
    [{ type: 'string', maxLength: 1e9 }, '#/maxLength should be an integer from 0 to 4096'],
    [{ type: 'integer', minimum: 3, maximum: 2 }, 'no integer'],
    [{ type: 'number', exclusiveMinimum: 0 }, 'exclusiveMinimum of a number'],
    [{ type: 'integer', minimum: '3' }, '#/minimum is no number'],
    [{ items: [{ type: 'null' }] }, '#/items should be an object'],
    [{ properties: { a: 5 } }, '#/properties/a should be an object'],
    [{ enum: [] }, '#/enum should be a list that is not empty'],
    [{ type: 'string', enum: [1] }, 'allows no value of its type'],
    [{ required: ['a'], additionalProperties: false }, '"a" is required and forbidden'],
    [{ const: Infinity }, 'infinite number'],
    [[], 'jsonSchema should be an object'],
  ];
  for (const [jsonSchema, told] of cases) {
    expect(() => automatonOf({ jsonSchema }), JSON.stringify(jsonSchema)).toThrow(told);
  }
  const circular: Record<string, unknown> = {};
  circular['properties'] = { circular };
  expect(() => automatonOf({ jsonSchema: circular })).toThrow('the schema is not JSON');
});

test('hostile schemas are refused or compiled, and never grow beyond their bound', () => {
  const deep = (levels: number): object =>
    levels === 0 ? { type: 'null' } : { type: 'array', items: deep(levels - 1), minItems: 1 };
  const doubling = {
    $ref: '#/$defs/d30',
    $defs: Object.fromEntries(
      Array.from({ length: 31 }, (_, n) => [
        `d${n}`,
        n === 0
          ? { type: 'null' }
          : { anyOf: [{ $ref: `#/$defs/d${n - 1}` }, { $ref: `#/$defs/d${n - 1}` }] },
      ]),
    ),
  };
  const ambiguous = {
    $ref: '#/$defs/n',
    $defs: {
      n: {
        anyOf: [0, 1, 2].map(() => ({ type: 'object', properties: { a: { $ref: '#/$defs/n' } } })),
      },
    },
  };
  const chain = {
    $ref: '#/$defs/0',
    $defs: Array.from({ length: 3000 }, (_, n) =>
      n === 2999 ? { type: 'null' } : { $ref: `#/$defs/${n + 1}` },
    ),
  };
  expect(() => automatonOf({ jsonSchema: deep(33) })).toThrow('nests at most 32 deep');
  expect(() => automatonOf({ jsonSchema: deep(1000) })).toThrow('more than 128 deep');
  expect(() => automatonOf({ jsonSchema: { enum: ['x'.repeat(2 ** 17)] } })).toThrow(
    'characters, of at most',
  );
  expect(() => automatonOf({ jsonSchema: { enum: ['x'.repeat(30_000)] } })).toThrow('too large');
  expect(() =>
    automatonOf({ jsonSchema: { properties: { ['x'.repeat(2 ** 16)]: {} }, additionalProperties: {} } }),
  ).toThrow('too large');
  expect(accepts(automatonOf({ jsonSchema: doubling }), 'null')).toBe(true);
  expect(accepts(automatonOf({ jsonSchema: chain }), 'null')).toBe(true);
  const nested = automatonOf({ jsonSchema: ambiguous });
  nested.allow(200_000);
  expect(accepts(nested, `${'{"a":'.repeat(30)}{}${'}'.repeat(30)}`)).toBe(true);
});
