import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { loadModel, type Model, type ServedModel, serveModel } from '../../../../engine/index.ts';
import { modelConformance } from '../../../../fixtures/model-conformance.ts';
import { openModel } from '../../../../harness/models/open-model.ts';

const ENGINE_MODEL = join(import.meta.dirname, '../../../../fixtures/golden/engine/tiny-untied');

let folder: string;
const behind: Model[] = [];
const servers: ServedModel[] = [];
let scriptedUrl: string;
let engineUrl: string;

async function serve(model: Model): Promise<string> {
  behind.push(model);
  const server = await serveModel(model);
  servers.push(server);
  return `${server.url}/v1#${encodeURIComponent(model.info.name)}`;
}

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'http-model-'));
  const script = join(folder, 'a script.json');
  writeFileSync(script, JSON.stringify({ default: 'The sea is wide and deep and very, very blue.' }));
  scriptedUrl = await serve(await openModel(`scripted:${script}`));
  engineUrl = await serve(await loadModel(ENGINE_MODEL));
});
test.afterAll(async () => {
  for (const server of servers) await server.close();
  for (const model of behind) await model.close();
  rmSync(folder, { recursive: true });
});

modelConformance('the HTTP model over the scripted model', () => openModel(scriptedUrl));
modelConformance('the HTTP model over the engine', () => openModel(engineUrl));

test('the HTTP model over the engine gives what the engine gives', async () => {
  const http = await openModel(engineUrl);
  const engine = behind[1]!;
  const requests = [
    { prompt: 'Tell me about the sea.', maxTokens: 12, logprobs: true },
    { prompt: 'Tell me', raw: true, maxTokens: 12, temperature: 1, topP: 0.9, seed: 3, logprobs: true },
    {
      messages: [{ role: 'user' as const, content: 'Hi' }],
      maxTokens: 6,
      temperature: 0.7,
      topK: 5,
      seed: 9,
    },
  ];
  for (const request of requests) {
    const { timing: _, requestId: ____, ...over } = await http.generate(request);
    // The end token's log-probability is not sent.
    const { timing: __, endLogprob: ___, ...direct } = await engine.generate(request);
    expect(over).toEqual(direct);
    expect(over.tokens.length).toBeGreaterThan(0);
  }
  const scored = { prompt: 'Tell me about the sea.', completion: ' It is blue.' };
  expect(await http.logLikelihood(scored)).toEqual(await engine.logLikelihood(scored));
  await http.close();
});
