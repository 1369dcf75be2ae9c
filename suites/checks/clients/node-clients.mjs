// What users of the npm clients do, done against a running server: one JSON line a client.
// Arguments: the folder whose node_modules hold the clients, the server's base URL, the model.
// The key is in OPENAI_API_KEY.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, baseURL, model] = process.argv.slice(2);
const apiKey = process.env.OPENAI_API_KEY;
const require = createRequire(join(folder, 'package.json'));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const messages = [{ role: 'user', content: 'What is the capital of France?' }];

function expect(what, holds) {
  if (!holds) throw new Error(what);
}

async function openaiClient() {
  const { default: OpenAI } = await load('openai');
  const client = new OpenAI({ apiKey, baseURL, maxRetries: 0 });
  const listed = await client.models.list();
  expect(
    'models.list names the model',
    listed.data.some(({ id }) => id === model),
  );
  expect('models.retrieve', (await client.models.retrieve(model)).id === model);
  const chat = await client.chat.completions.create({ model, messages, temperature: 0, seed: 1 });
  expect('chat answers', chat.choices[0].message.content.includes('Paris'));
  expect('chat counts', chat.usage.total_tokens === chat.usage.prompt_tokens + chat.usage.completion_tokens);
  const two = await client.chat.completions.create({
    model,
    messages,
    n: 2,
    logprobs: true,
    top_logprobs: 2,
  });
  expect('n', two.choices.length === 2 && two.choices[1].index === 1);
  expect('logprobs', two.choices[0].logprobs.content[0].top_logprobs.length === 2);
  let streamed = '';
  let usage = null;
  const stream = await client.chat.completions.create({
    model,
    messages,
    temperature: 0,
    stream: true,
    stream_options: { include_usage: true },
  });
  for await (const part of stream) {
    streamed += part.choices[0]?.delta.content ?? '';
    usage ??= part.usage;
  }
  expect('stream equals chat', streamed === chat.choices[0].message.content);
  expect('stream counts', usage.completion_tokens === chat.usage.completion_tokens);
  const helper = client.chat.completions.stream({ model, messages, temperature: 0 });
  expect('stream helper', (await helper.finalContent()) === streamed);
  const echo = await client.completions.create({
    model,
    prompt: 'Hello',
    max_tokens: 1,
    echo: true,
    logprobs: 1,
  });
  expect(
    'echo',
    echo.choices[0].text.startsWith('Hello') && echo.choices[0].logprobs.token_logprobs[0] === null,
  );
  const refusals = [
    ['NotFoundError', { model: 'none', messages }],
    ['BadRequestError', { model, messages: [] }],
    ['BadRequestError', { model, messages, temperature: 9 }],
  ];
  for (const [name, body] of refusals) {
    const error = await client.chat.completions.create(body).catch((cause) => cause);
    expect(`an error for ${JSON.stringify(body).slice(0, 60)}`, error instanceof OpenAI[name]);
  }
  const stranger = new OpenAI({ apiKey: 'wrong', baseURL, maxRetries: 0 });
  const denied = await stranger.models.list().catch((cause) => cause);
  expect('AuthenticationError', denied instanceof OpenAI.AuthenticationError);
  const given = new AbortController();
  setTimeout(() => given.abort(), 5);
  const aborted = await client.chat.completions
    .create({ model, messages, max_tokens: 200, temperature: 2 }, { signal: given.signal })
    .catch((cause) => cause);
  expect('abort', aborted instanceof OpenAI.APIUserAbortError || aborted.choices !== undefined);
  return 'models, chat, n, logprobs, stream and helper, echo, four kinds of error, abort';
}

async function aiSdk() {
  const [{ generateText, streamText }, { createOpenAICompatible }] = await Promise.all([
    load('ai'),
    load('@ai-sdk/openai-compatible'),
  ]);
  const provider = createOpenAICompatible({ name: 'harness', baseURL, apiKey, includeUsage: true });
  const { text, usage } = await generateText({
    model: provider(model),
    messages,
    temperature: 0,
    maxRetries: 0,
  });
  expect('generateText', text.includes('Paris') && usage.outputTokens > 0);
  const result = streamText({ model: provider(model), messages, temperature: 0, maxRetries: 0 });
  let streamed = '';
  for await (const piece of result.textStream) streamed += piece;
  expect('streamText', streamed === text);
  return 'generateText, streamText';
}

async function langchain() {
  const { ChatOpenAI } = await load('@langchain/openai');
  const chat = new ChatOpenAI({ model, apiKey, temperature: 0, maxRetries: 0, configuration: { baseURL } });
  const answer = await chat.invoke('What is the capital of France?');
  expect('invoke', String(answer.content).includes('Paris'));
  let streamed = '';
  for await (const piece of await chat.stream('What is the capital of France?')) streamed += piece.content;
  expect('stream', streamed === answer.content);
  expect('batch', (await chat.batch(['Hello', 'What is your name?'])).length === 2);
  return 'invoke, stream, batch';
}

async function ollama() {
  const { Ollama } = await load('ollama');
  const host = baseURL.replace(/\/v1$/, '');
  const client = new Ollama({ host, headers: { Authorization: `Bearer ${apiKey}` } });
  expect('version', typeof (await client.version()).version === 'string');
  const { models } = await client.list();
  expect(
    'list names the model',
    models.some(({ name }) => name === model),
  );
  const options = { temperature: 0, num_predict: 40 };
  const chat = await client.chat({ model, messages, options });
  expect('chat', chat.done && chat.message.content.includes('Paris') && chat.eval_count > 0);
  let streamed = '';
  for await (const part of await client.chat({ model, messages, options, stream: true })) {
    streamed += part.message.content;
  }
  expect('chat streamed', streamed === chat.message.content);
  const prompt = messages[0].content;
  expect('generate', (await client.generate({ model, prompt, options })).response === streamed);
  let pieces = '';
  for await (const part of await client.generate({ model, prompt, options, stream: true })) {
    pieces += part.response;
  }
  expect('generate streamed', pieces === streamed);
  const format = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
  const formatted = await client.chat({ model, messages, options: { num_predict: 60 }, format });
  expect('format', formatted.done_reason === 'length' || 'n' in JSON.parse(formatted.message.content));
  const missing = await client.chat({ model: 'none', messages }).catch((cause) => cause);
  expect('an error for no such model', missing.status_code === 404 && missing.message.includes(model));
  const refused = await client.chat({ model, messages, options: { num_ctx: 9 } }).catch((cause) => cause);
  expect('an error for num_ctx', refused.status_code === 400 && refused.message.includes('num_ctx'));
  return 'version, list, chat and generate whole and streamed, format, two kinds of error';
}

const clients = {
  ollama,
  openai: openaiClient,
  '@ai-sdk/openai-compatible': aiSdk,
  '@langchain/openai': langchain,
};

for (const [name, use] of Object.entries(clients)) {
  const { version } = JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8'));
  let outcome;
  try {
    outcome = { ok: true, did: await use() };
  } catch (error) {
    outcome = { ok: false, did: String(error).slice(0, 300) };
  }
  process.stdout.write(`${JSON.stringify({ client: `${name} ${version}`, ...outcome })}\n`);
}
