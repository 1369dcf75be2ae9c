/** `harness serve` as a process: what it prints, when it ends, and with which code. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from '@playwright/test';
import { request } from 'undici';
import { serveModel } from '../../engine/index.ts';
import { functionModel } from '../../fixtures/function-model.ts';
import { harness, spawnHarness } from '../helpers/cli.ts';

const KEY = 'test-api-key';

let folder: string;
let script: string;
test.beforeAll(() => {
  folder = test.info().outputPath();
  script = write(
    'script.json',
    JSON.stringify({ default: 'I do not know.', replies: { Hello: 'Hi there!' } }),
  );
});

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Resolves with the first line of standard output. */
async function serve(args: readonly string[], env: Record<string, string> = {}) {
  const { process: child, ended } = spawnHarness(['serve', ...args], { env });
  const lines = createInterface({ input: child.stdout! });
  const firstLine = await Promise.race([
    once(lines, 'line').then(([line]: string[]) => line!),
    ended.then(({ code, stderr }) => {
      throw new Error(`serve ended with ${code}: ${stderr}`);
    }),
  ]);
  return { child, firstLine, ended };
}

async function generate(url: string, headers: Record<string, string> = {}) {
  const answer = await request(`${url}/generate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ prompt: 'Hello', max_tokens: 10 }),
  });
  const { statusCode: status, body } = answer;
  return { status, json: (await body.json()) as Record<string, unknown>, headers: answer.headers };
}

test('serves several models beside one another, each under its name', async () => {
  const other = write('other.json', JSON.stringify({ default: 'Something else.' }));
  const beside = ['--beside', `scripted:${other}`, '--beside', `scripted:${script}`];
  const { child, firstLine, ended } = await serve([
    '--model',
    `scripted:${script}`,
    ...beside,
    '--port',
    '0',
  ]);
  const [, names, url] = /^serving (.*) at (http:\/\/127\.0\.0\.1:\d+)$/.exec(firstLine) ?? [];
  expect(names, firstLine).toBe('script, other, script');
  const { body } = await request(`${url}/v1/models`);
  const { data } = (await body.json()) as { data: { id: string }[] };
  expect(data.map(({ id }) => id)).toEqual(['script', 'other', 'script-2']);
  const answer = await request(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'other', messages: [{ role: 'user', content: 'Hello' }] }),
  });
  expect(await answer.body.json()).toMatchObject({
    model: 'other',
    choices: [{ message: { content: 'Something else.' } }],
  });
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
});

test('prints one line with the address, answers, and ends with 0 on SIGTERM and on SIGINT', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const { child, firstLine, ended } = await serve(['--model', `scripted:${script}`, '--port', '0']);
    const [, url] = /^serving script at (http:\/\/127\.0\.0\.1:\d+)$/.exec(firstLine) ?? [];
    expect(url, firstLine).toBeDefined();
    expect((await generate(url!)).json).toMatchObject({ text: 'Hi there!', model: 'script' });
    child.kill(signal);
    const { code, stdout } = await ended;
    expect([code, stdout]).toEqual([0, `${firstLine}\n`]);
  }
});

test('serves what the file says, under the command line, with a key from the environment alone', async () => {
  const file = write(
    'serve.yaml',
    `model:\n  name: scripted:${script}\nserving:\n  port: 1\n  backend: pytorch\n`,
  );
  const { child, firstLine, ended } = await serve(['--config', file, '--port', '0', '--json'], {
    SERVING_API_KEY: KEY,
  });
  const { url, model } = JSON.parse(firstLine) as { url: string; model: string };
  expect(model).toBe('script');
  expect((await generate(url)).status).toBe(401);
  expect((await generate(url, { authorization: `Bearer ${KEY}` })).status).toBe(200);
  child.kill('SIGTERM');
  const { code, stdout, stderr } = await ended;
  expect(code).toBe(0);
  expect(stderr).toContain('served by ONNX Runtime');
  expect(stdout + stderr).not.toContain(KEY);
});

test('answers what is in flight before it ends', async () => {
  const slow = write('slow.json', JSON.stringify({ default: 'Late, but here.', delayMs: 1_000 }));
  const { child, firstLine, ended } = await serve(['--model', `scripted:${slow}`, '--port', '0']);
  const url = firstLine.split(' ').at(-1)!;
  const answer = generate(url);
  await expect
    .poll(async () => {
      const { body } = await request(`${url}/stats`);
      return ((await body.json()) as Record<string, unknown>)['active_requests'];
    })
    .toBe(1);
  child.kill('SIGTERM');
  expect(await answer).toMatchObject({
    status: 200,
    json: { text: 'Late, but here.' },
    headers: { connection: 'close' },
  });
  expect((await ended).code).toBe(0);
});

/** A long streamed answer of tiny-chat: its end token is forbidden. */
async function openStream(url: string) {
  const post = (path: string, body: object) =>
    request(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const { eos_token: prompt } = (await (await request(`${url}/tokenizer_info`)).body.json()) as {
    eos_token: string;
  };
  const ids = await (await post('/tokenize', { prompt, add_special_tokens: false })).body.json();
  const [end] = (ids as { tokens: readonly number[] }).tokens;
  const { body } = await post('/v1/completions', {
    model: 'tiny-chat',
    prompt: 'The sea',
    max_tokens: 400,
    logit_bias: { [end!]: -100 },
    stream: true,
  });
  const pieces = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const begun = String((await pieces.next()).value);
  const rest = async (): Promise<string> => {
    let text = begun;
    for (;;) {
      const { value, done } = await pieces.next();
      if (done === true) return text;
      text += String(value);
    }
  };
  return { rest };
}

test('SIGTERM lets streams in flight end; after SIGKILL in the midst of some it starts again on the same port', async () => {
  const env = { HARNESS_HOME: join(folder, 'home') };
  let port = '0';
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    const { child, firstLine, ended } = await serve(['--model', 'tiny-chat', '--port', port], env);
    const url = firstLine.split(' ').at(-1)!;
    ({ port } = new URL(url));
    const streams = await Promise.all([1, 2, 3].map(() => openStream(url)));
    child.kill(signal);
    const texts = await Promise.allSettled(streams.map(({ rest }) => rest()));
    const { code } = await ended;
    if (signal === 'SIGKILL') {
      expect(texts.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
      continue;
    }
    expect(code).toBe(0);
    for (const text of texts) {
      expect(text).toMatchObject({
        value: expect.stringMatching(/"finish_reason":"length"[^]*data: \[DONE\]\n\n$/),
      });
    }
  }
});

test('serves in the precision that is asked for', async () => {
  const { child, firstLine, ended } = await serve([
    '--model',
    'tiny-chat',
    '--dtype',
    'int8',
    '--port',
    '0',
    '--json',
  ]);
  const { url } = JSON.parse(firstLine) as { url: string };
  const { data } = (await (await fetch(`${url}/v1/models`)).json()) as {
    data: readonly { modelgate: { dtype: string } }[];
  };
  expect(data[0]!.modelgate.dtype).toBe('int8');
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
});

test('tells what keeps it from serving, with the exit code of the contract', async () => {
  const taken = await serveModel(functionModel(() => ['x']));
  const { port } = new URL(taken.url);
  const faulty = write('faulty.yaml', "model:\n  name: ''\nserving:\n  prot: 1\n");
  const reference = `scripted:${script}`;
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['--model', './no-such-model'], 3, /E_MODEL_NOT_FOUND: .*no-such-model/],
    [['--model', `scripted:${folder}/none.json`], 3, /E_MODEL_NOT_FOUND: .*none\.json/],
    [['--model', '@production'], 3, /E_REGISTRY_NOT_FOUND/],
    [['--model', 'openai:gpt'], 2, /E_MODEL_REFERENCE/],
    [['--model', reference, '--port', port], 3, new RegExp(`E_PORT_UNAVAILABLE: .*${port}: EADDRINUSE`)],
    [['--model', reference, '--port', '65536'], 2, /E_USAGE: --port 65536/],
    [['--model', reference, '--api-key', 'x'], 2, /Unknown arguments?: /],
    [['--model', 'tiny-chat', '--dtype', 'int9'], 2, /E_REQUEST_INVALID: dtype .*int9/],
    [['--config', 'nonexistent.yaml'], 2, /E_CONFIG_NOT_FOUND: nonexistent\.yaml/],
    [['--config', faulty], 2, /2 faults:\n {2}line 2: model\.name is ""[^]*Did you mean serving\.port\?/],
    [[], 2, /E_USAGE: Give --model or --config/],
  ];
  for (const [args, exit, message] of cases) {
    const { code, stdout, stderr } = await harness(['serve', ...args], { env: { HARNESS_HOME: folder } });
    const told = args.join(' ');
    expect(stderr, told).toMatch(message);
    expect([code, stdout], told).toEqual([exit, '']);
  }
  await taken.close();
});
