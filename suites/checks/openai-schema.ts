/** Our answers against OpenAI's published OpenAPI description, for the part of their API that we offer.
 *
 *      npm run check:openai-schema -- openapi.yaml
 *
 *  The file is openapi.yaml of the repository openai/openai-openapi. */
import { readFileSync } from 'node:fs';
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { loadModel } from '../../engine/index.ts';
import { startTestServer } from '../api/test-server.ts';
import { tinyChat } from '../helpers/damaged-models.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Name the file: openapi.yaml of openai/openai-openapi.');
const description = parse(readFileSync(file, 'utf8'), { maxAliasCount: -1 }) as { info: { version: string } };

/** `nullable` is of OpenAPI 3.0; in a description of 3.1 it is written out. */
function withoutNullable(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutNullable);
  if (typeof node !== 'object' || node === null) return node;
  const { nullable, ...rest } = node as Record<string, unknown>;
  const plain = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, withoutNullable(value)]));
  return nullable === true ? { anyOf: [plain, { type: 'null' }] } : plain;
}

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema(withoutNullable(description) as AnySchemaObject, 'openai');
const faultsOf = (schema: string, body: unknown): string[] => {
  const validate = ajv.getSchema(`openai#/components/schemas/${schema}`);
  if (!validate) throw new Error(`the description has no schema ${schema}`);
  if (validate(body) === true) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
};

const model = await loadModel(tinyChat, { name: 'tiny-chat' });
const server = await startTestServer({ api_key: 'a-key' }, model);
const authorization = 'Bearer a-key';
const messages = [{ role: 'user', content: 'What is the capital of France?' }];
const chat = { model: 'tiny-chat', messages, max_tokens: 12, seed: 1 };
const text = { model: 'tiny-chat', prompt: 'The capital', max_tokens: 6, seed: 1 };
const everything = { logprobs: true, top_logprobs: 3, n: 2 };

/** Schema, path, and what is sent; a stream's chunks are checked one by one. */
const cases: readonly (readonly [string, string, object | null, boolean?])[] = [
  ['ListModelsResponse', '/v1/models', null],
  ['Model', '/v1/models/tiny-chat', null],
  ['CreateChatCompletionResponse', '/v1/chat/completions', chat],
  ['CreateChatCompletionResponse', '/v1/chat/completions', { ...chat, ...everything }],
  ['CreateChatCompletionStreamResponse', '/v1/chat/completions', { ...chat, stream: true }],
  [
    'CreateChatCompletionStreamResponse',
    '/v1/chat/completions',
    { ...chat, ...everything, stream: true, stream_options: { include_usage: true } },
  ],
  ['CreateCompletionResponse', '/v1/completions', text],
  ['CreateCompletionResponse', '/v1/completions', { ...text, logprobs: 3, n: 2 }],
  ['CreateCompletionResponse', '/v1/completions', { ...text, prompt: ['a', 'b'], echo: true }],
  ['CreateCompletionResponse', '/v1/completions', { ...text, stream: true }],
  ['ErrorResponse', '/v1/chat/completions', { ...chat, temperature: 9 }],
  ['ErrorResponse', '/v1/chat/completions', { ...chat, model: 'none' }],
  ['ErrorResponse', '/v1/nothing', null],
  ['ErrorResponse', '/v1/models', null, false],
];

if (faultsOf('CreateChatCompletionResponse', {}).length === 0)
  throw new Error('the description refuses nothing');

let failed = 0;
for (const [schema, path, body, withKey = true] of cases) {
  const headers = withKey ? { authorization } : {};
  const answer = body === null ? await server.get(path, headers) : await server.post(path, body, headers);
  const streamed = answer.text.startsWith('data: ');
  const bodies: unknown[] = streamed
    ? answer.text
        .split('\n\n')
        .filter((event) => event.startsWith('data: {'))
        .map((event) => JSON.parse(event.slice('data: '.length)) as unknown)
    : [answer.json];
  const faults = [...new Set(bodies.flatMap((each) => faultsOf(schema, each)))];
  if (faults.length > 0) failed++;
  const sent = body === null ? '' : ` ${Object.keys(body).slice(2).join(', ')}`;
  const many = streamed ? `, ${bodies.length} chunks` : '';
  process.stdout.write(
    `${faults.length === 0 ? '✓' : '✕'} ${answer.status} ${path}${sent}: ${schema}${many}\n`,
  );
  for (const fault of faults.slice(0, 6)) process.stdout.write(`    ${fault}\n`);
}
await server.close();
await model.close();
process.stdout.write(
  `${cases.length - failed} of ${cases.length} kinds of answer fit OpenAI's description ${description.info.version}\n`,
);
process.exitCode = failed === 0 ? 0 : 1;
