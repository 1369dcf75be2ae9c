import { expect, test } from '@playwright/test';
import { type Model, serveModel } from '../../../../engine/index.ts';
import { functionModel, untilAborted } from '../../../../fixtures/function-model.ts';
import { openHttpModel } from '../../../../harness/models/http-model.ts';
import { foreignEndpoint, type Received, type Reply } from './foreign-endpoint.ts';

interface Pair {
  readonly model: Model;
  readonly close: () => Promise<void>;
}

/** A model behind our own server, and the HTTP model that talks to it. */
async function served(behind: Model): Promise<Pair> {
  const server = await serveModel(behind);
  const address = {
    reference: `${server.url}/v1#${behind.info.name}`,
    baseUrl: `${server.url}/v1`,
    model: behind.info.name,
  };
  const model = await openHttpModel(address, { retryDelaysMs: [] });
  return {
    model,
    close: async () => {
      await model.close();
      await server.close();
    },
  };
}

const quoting = (): Model =>
  functionModel(({ prompt, messages, raw }) => [
    raw === true ? 'raw ' : 'chat ',
    prompt ?? messages!.map(({ role, content }) => `${role}:${content}`).join(' '),
  ]);

test('over our own server gives what the model itself gives', async () => {
  const behind = quoting();
  const { model, close } = await served(behind);
  const requests = [
    { prompt: 'Hello there', raw: true },
    { prompt: 'Hello there', raw: true, maxTokens: 1 },
    { prompt: 'Hello there', raw: true, logprobs: true },
    {
      messages: [
        { role: 'system' as const, content: 'Be brief.' },
        { role: 'user' as const, content: 'Hi' },
      ],
      temperature: 0.5,
      topP: 0.9,
      topK: 3,
      stop: ['x'],
      seed: 5,
      logprobs: true,
    },
  ];
  for (const request of requests) {
    const direct = await behind.generate(request);
    const { timing, requestId, ...over } = await model.generate(request);
    expect(requestId).toMatch(/^\S+$/); // the one in the server's log
    const { timing: _, ...expected } = direct;
    expect(over).toEqual(expected);
    expect(timing.latencyMs).toBeGreaterThan(0);
  }
  await close();
});

test('sends a prompt that is not raw as one user message', async () => {
  const { model, close } = await served(quoting());
  expect((await model.generate({ prompt: 'Hello' })).text).toBe('chat user:Hello');
  await close();
});

test('hands the parameters on to the model behind', async () => {
  const asked: object[] = [];
  const { model, close } = await served(
    functionModel((request) => {
      asked.push(request);
      return ['x'];
    }),
  );
  const parameters = { maxTokens: 7, temperature: 0.5, topP: 0.9, topK: 3, stop: ['a', 'b'], seed: 5 };
  await model.generate({ prompt: 'Hello', ...parameters });
  await model.generate({ prompt: 'Hello' });
  expect(asked[0]).toMatchObject(parameters);
  expect(asked[1]).toMatchObject({ temperature: 0, topP: 1, seed: 0 });
  expect(asked[1]).not.toHaveProperty('maxTokens');
  await close();
});

test('tells what our server tells of the model, but takes no digests on its word', async () => {
  const { model, close } = await served(quoting());
  expect(model.info).toMatchObject({
    name: 'function',
    kind: 'http',
    digests: null,
    device: 'none',
    contextLength: 1024,
    scoresText: true,
  });
  expect(model.info.reference).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1#function$/);
  await close();
});

test('streams pieces that add up to the text, and the time to the first', async () => {
  const { model, close } = await served(quoting());
  for (const request of [
    { prompt: 'Hello', raw: true },
    { messages: [{ role: 'user' as const, content: 'Hi' }] },
  ]) {
    const pieces: string[] = [];
    const result = await model.generate({ ...request, onText: (piece) => pieces.push(piece) });
    expect(pieces.length).toBe(2);
    expect(pieces.join('')).toBe(result.text);
    expect(result.tokens).toEqual([0, 1]);
    expect(result.usage.completionTokens).toBe(2);
    expect(result.timing.ttftMs).toBeLessThanOrEqual(result.timing.latencyMs);
  }
  const pieces: unknown[] = [];
  const { logprobs } = await model.generate({
    prompt: 'Hello',
    logprobs: true,
    onText: (piece, told) => pieces.push([piece, told.map(({ logprob }) => logprob)]),
  });
  expect(pieces).toEqual(logprobs!.map(({ text, logprob }) => [text, [logprob]]));
  await close();
});

test('scores text by our extension', async () => {
  const behind = quoting();
  const { model, close } = await served(behind);
  for (const request of [
    { prompt: 'a', completion: 'two words' },
    { prompt: 'a', raw: true, completion: 'one' },
    { messages: [{ role: 'user' as const, content: 'a' }], completion: 'one' },
  ]) {
    expect(await model.logLikelihood(request)).toEqual(await behind.logLikelihood(request));
  }
  await close();
});

test("gives the engine's own errors back", async () => {
  const { model, close } = await served(
    functionModel(async ({ signal, messages }) =>
      messages?.[0]?.content === 'wait' ? await untilAborted(signal) : ['x'],
    ),
  );
  await expect(model.generate({ prompt: '' })).rejects.toMatchObject({ code: 'E_PROMPT_EMPTY' });
  await expect(model.generate({ prompt: 'x', temperature: 3 })).rejects.toMatchObject({
    code: 'E_REQUEST_INVALID',
  });
  await expect(model.generate({ prompt: 'x', signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'E_ABORTED',
  });
  const caller = new AbortController();
  const waiting = model.generate({ prompt: 'wait', signal: caller.signal });
  setTimeout(() => caller.abort(), 20);
  await expect(waiting).rejects.toMatchObject({ code: 'E_ABORTED' });
  const cutOff = model.generate({ prompt: 'wait' });
  const expected = expect(cutOff).rejects.toMatchObject({ code: 'E_MODEL_CLOSED' });
  await model.close();
  await expected;
  await expect(model.generate({ prompt: 'x' })).rejects.toMatchObject({ code: 'E_MODEL_CLOSED' });
  await close();
});

const completion = (choice: object): Reply => ({
  body: {
    choices: [{ index: 0, finish_reason: 'stop', ...choice }],
    usage: { prompt_tokens: 3, completion_tokens: 2 },
  },
});
const chatAnswer = completion({ message: { role: 'assistant', content: 'Hi!' } });

async function overForeign(
  answer: Reply | ((request: Received) => Reply),
  models: Reply = { status: 404, body: {} },
): Promise<Pair & { readonly received: readonly Received[] }> {
  const foreign = await foreignEndpoint((request) => {
    if (request.path === '/v1/models') return models;
    return typeof answer === 'function' ? answer(request) : answer;
  });
  const address = { reference: `${foreign.baseUrl}#m`, baseUrl: foreign.baseUrl, model: 'm' };
  const model = await openHttpModel(address, { retryDelaysMs: [] });
  return {
    model,
    received: foreign.received,
    close: async () => {
      await model.close();
      await foreign.close();
    },
  };
}

test("asks a foreign endpoint for nothing that OpenAI's API does not know", async () => {
  const { model, received, close } = await overForeign(chatAnswer);
  const result = await model.generate({ prompt: 'Hello' });
  expect(received.at(-1)).toMatchObject({ method: 'POST', path: '/v1/chat/completions' });
  expect(received.at(-1)!.body).toEqual({
    model: 'm',
    messages: [{ role: 'user', content: 'Hello' }],
    max_tokens: 128,
    temperature: 0,
    top_p: 1,
    seed: 0,
  });
  expect(result).toMatchObject({
    text: 'Hi!',
    tokens: [],
    usage: { promptTokens: 3, completionTokens: 2, totalTokens: 5 },
    finishReason: 'stop',
    timing: { ttftMs: null },
  });
  await close();
});

test('knows of a foreign model what its list tells', async () => {
  const list = { object: 'list', data: [null, { id: 'other' }, { id: 'm', max_model_len: 4096 }] };
  const { model, close } = await overForeign(chatAnswer, { body: list });
  expect(model.info).toEqual({
    reference: model.info.reference,
    name: 'm',
    kind: 'http',
    digests: null,
    device: 'remote',
    dtype: 'unknown',
    parameterCount: null,
    contextLength: 4096,
    scoresText: false,
    constrains: true,
  });
  await expect(model.logLikelihood({ prompt: 'a', completion: 'b' })).rejects.toMatchObject({
    code: 'E_REQUEST_INVALID',
  });
  await close();
});

test('is not opened where the key is refused', async () => {
  const refused = overForeign(chatAnswer, { status: 401, body: { error: { message: 'bad key' } } });
  await expect(refused).rejects.toMatchObject({
    code: 'E_ENDPOINT',
    message: expect.stringContaining('401'),
  });
});

test('reads log-probabilities as OpenAI writes them', async () => {
  const { model, received, close } = await overForeign(({ path }) =>
    path === '/v1/chat/completions'
      ? completion({
          message: { content: 'Hi!' },
          logprobs: {
            content: [
              { token: 'Hi', logprob: -0.5 },
              { token: '!', logprob: -1 },
            ],
          },
        })
      : completion({ text: 'Hi!', logprobs: { tokens: ['Hi', '!'], token_logprobs: [-0.5, -2] } }),
  );
  const chat = await model.generate({ prompt: 'a', logprobs: true });
  const raw = await model.generate({ prompt: 'a', raw: true, logprobs: true });
  const told = (text: string, logprob: number) => ({ token: null, text, logprob, top: [] });
  expect([chat.logprobs, raw.logprobs]).toEqual([
    [told('Hi', -0.5), told('!', -1)],
    [told('Hi', -0.5), told('!', -2)],
  ]);
  expect(received.slice(-2).map(({ body }) => (body as { logprobs: unknown }).logprobs)).toEqual([true, 0]);
  await close();
});

test('takes no answer for one that is none', async () => {
  const cases: readonly (readonly [Reply, RegExp])[] = [
    [{ body: {} }, /without choices\[0\]/],
    [{ body: 'null' }, /without choices\[0\]/],
    [{ body: { choices: [] } }, /without choices\[0\]/],
    [completion({ message: { content: null } }), /without choices\[0\]\.message\.content/],
    [completion({ message: { content: 'x' }, finish_reason: 'content_filter' }), /content_filter/],
    [completion({ message: { content: 'x' }, finish_reason: null }), /null/],
    [{ status: 500, body: { error: { message: 'out of memory' } } }, /answered 500: .*out of memory/],
    [{ status: 400, body: { error: { code: 'E_PROMPT_EMPTY', message: 'not ours' } } }, /answered 400/],
  ];
  for (const [reply, message] of cases) {
    const { model, close } = await overForeign(reply);
    const answer = model.generate({ prompt: 'Hello' });
    await expect(answer).rejects.toThrow(message);
    await expect(answer).rejects.toMatchObject({ code: 'E_ENDPOINT' });
    await close();
  }
  const { model, close } = await overForeign(chatAnswer);
  await expect(model.generate({ prompt: 'a', logprobs: true })).rejects.toThrow(/gives no log-probabilities/);
  await close();
});

test('knows a prompt that is too long by the code that all servers share', async () => {
  const error = {
    message: "This model's maximum context length is 8 tokens",
    code: 'context_length_exceeded',
  };
  const { model, close } = await overForeign({ status: 400, body: { error } });
  await expect(model.generate({ prompt: 'a' })).rejects.toMatchObject({ code: 'E_PROMPT_TOO_LONG' });
  await close();
});

test('takes no stream for whole that broke off', async () => {
  const chunk = (choice: object): string => `data: ${JSON.stringify({ choices: [choice] })}\n\n`;
  const streams: readonly (readonly [string, RegExp | null])[] = [
    [`${chunk({ delta: { content: 'Hi' } })}${chunk({ delta: {}, finish_reason: 'stop' })}`, null],
    [`${chunk({ delta: { content: 'Hi' } })}data: [DONE]\n\n`, /ended before the answer did/],
    [chunk({ delta: { content: 'Hi' } }), /ended before the answer did/],
    [`${chunk({ delta: { content: 'Hi' } })}data: {"error": {"message": "no memory"}}\n\n`, /no memory/],
    ['data: {"choi\n\n', /no JSON/],
  ];
  for (const [body, message] of streams) {
    const { model, close } = await overForeign({ body });
    const answer = model.generate({ prompt: 'a', onText: () => undefined });
    if (message === null) expect(await answer).toMatchObject({ text: 'Hi', finishReason: 'stop' });
    else {
      await expect(answer).rejects.toThrow(message);
      await expect(answer).rejects.toMatchObject({ code: 'E_ENDPOINT' });
    }
    await close();
  }
});

test('a request has the name that the server gives it: of its header, else of its answer', async () => {
  const answer = { choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }] };
  const foreign = await foreignEndpoint(({ method }) => {
    if (method === 'GET') return { status: 404, body: {} };
    return foreign.received.length === 1
      ? { headers: { 'x-request-id': 'req-1' }, body: { id: 'chatcmpl-1', ...answer } }
      : { body: foreign.received.length === 2 ? { id: 'chatcmpl-2', ...answer } : answer };
  });
  const model = await openHttpModel({ reference: 'x', baseUrl: foreign.baseUrl, model: 'm' });
  const names: (string | undefined)[] = [];
  for (let i = 0; i < 3; i++) names.push((await model.generate({ prompt: 'Hello' })).requestId);
  expect(names).toEqual(['req-1', 'chatcmpl-2', undefined]);
  await model.close();
  await foreign.close();
});
