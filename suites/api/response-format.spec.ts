import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { loadModel } from '../../engine/index.ts';
import { openHttpModel } from '../../harness/models/http-model.ts';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
test.beforeAll(async () => {
  server = await startTestServer(
    {},
    await loadModel(join(import.meta.dirname, '../../fixtures/models/tiny-chat')),
  );
});
test.afterAll(() => server.close());

const schema = {
  type: 'object',
  properties: { name: { type: 'string', maxLength: 8 }, age: { type: 'integer', minimum: 1, maximum: 99 } },
  required: ['name', 'age'],
  additionalProperties: false,
};
const isValid = new Ajv2020().compile(schema);
const formatOf = (given: object): object => ({
  type: 'json_schema',
  json_schema: { name: 'person', description: 'Somebody', strict: true, schema: given },
});
const chat = {
  model: 'tiny-chat',
  messages: [{ role: 'user', content: 'Who is it?' }],
  temperature: 1.5,
  max_tokens: 80,
  seed: 1,
};

interface Choice {
  readonly message: { readonly content: string };
  readonly finish_reason: string;
}

test('an answer in a json_schema is valid against it, whole and streamed', async () => {
  const body = { ...chat, n: 4, response_format: formatOf(schema) };
  const { status, json } = await server.post('/v1/chat/completions', body);
  expect(status).toBe(200);
  const choices = json['choices'] as readonly Choice[];
  expect(choices).toHaveLength(4);
  expect(choices.filter((choice) => !isValid(JSON.parse(choice.message.content)))).toEqual([]);
  expect(choices.map((choice) => choice.finish_reason)).toEqual(choices.map(() => 'stop'));
  const streamed = await server.post('/v1/chat/completions', { ...body, n: 1, stream: true });
  const pieces = streamed.text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)) as { choices: { delta: { content?: string } }[] });
  expect(pieces.map(({ choices: [choice] }) => choice!.delta.content ?? '').join('')).toBe(
    choices[0]!.message.content,
  );
});

test('json_object gives an object, and what is cut off says so', async () => {
  const ask = async (most: number): Promise<Choice> => {
    const body = { ...chat, temperature: 0, response_format: { type: 'json_object' }, max_tokens: most };
    const { json } = await server.post('/v1/chat/completions', body);
    return (json['choices'] as readonly Choice[])[0]!;
  };
  const whole = await ask(400);
  if (whole.finish_reason === 'stop') expect(typeof JSON.parse(whole.message.content)).toBe('object');
  expect(whole.message.content).toMatch(/^\{/);
  const cut = await ask(1);
  expect([cut.finish_reason, cut.message.content.slice(0, 1)]).toEqual(['length', '{']);
});

test("what cannot be followed is refused, in OpenAI's shape and with the field named", async () => {
  const place = 'response_format.json_schema';
  const cases: readonly (readonly [object, string, string])[] = [
    [{ response_format: formatOf({ not: {} }) }, `${place}.schema`, 'the keyword "not" is not supported'],
    [
      { response_format: formatOf({ type: 'object', properties: { a: { $ref: '#/$defs/b' } } }) },
      `${place}.schema`,
      'nothing at #/$defs/b',
    ],
    [{ response_format: { type: 'json_schema' } }, place, 'is missing'],
    [
      { response_format: { type: 'json_object', json_schema: { name: 'a', schema: {} } } },
      place,
      'needs type',
    ],
    [
      { response_format: { type: 'json_schema', json_schema: { schema: {} } } },
      `${place}.name`,
      'is missing',
    ],
    [
      { response_format: { type: 'json_schema', json_schema: { name: 'a b', schema: {} } } },
      `${place}.name`,
      'pattern',
    ],
    [
      { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: [] } } },
      `${place}.schema`,
      'object',
    ],
    [{ response_format: { type: 'grammar' } }, 'response_format.type', 'must be'],
    [{ response_format: {} }, 'response_format.type', 'is missing'],
    [{ response_format: { type: 'json_object' }, stop: ['}'] }, 'stop', 'cut short'],
  ];
  for (const [fields, param, told] of cases) {
    for (const stream of [false, true]) {
      const { status, json } = await server.post('/v1/chat/completions', { ...chat, ...fields, stream });
      const message = expect.stringContaining(told);
      expect([status, json]).toMatchObject([
        400,
        { error: { type: 'invalid_request_error', param, message } },
      ]);
    }
  }
});

test('a model behind the server follows the constraint of its caller', async () => {
  const model = await openHttpModel(
    { reference: server.url, baseUrl: `${server.url}/v1`, model: 'tiny-chat' },
    { retryDelaysMs: [] },
  );
  try {
    expect(model.info.constrains).toBe(true);
    const asked = { prompt: 'Who is it?', temperature: 1, seed: 2, maxTokens: 80 };
    const { text } = await model.generate({ ...asked, constraint: { jsonSchema: schema } });
    expect(isValid(JSON.parse(text))).toBe(true);
    const refusals = [
      { constraint: { regex: 'a' } },
      { constraint: { jsonObject: true as const }, raw: true },
      { constraint: { jsonSchema: { not: {} } } },
    ];
    for (const fields of refusals) {
      await expect(model.generate({ ...asked, ...fields })).rejects.toMatchObject({
        code: 'E_REQUEST_INVALID',
      });
    }
  } finally {
    await model.close();
  }
});
