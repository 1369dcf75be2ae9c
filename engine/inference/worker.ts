/** The worker thread of one model: reads the checkpoint, opens the session, answers requests.
 *  Started by engine/worker-entry.js; a run of ONNX Runtime blocks the thread it is called from. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { readCheckpoint } from '../checkpoint/read-checkpoint.ts';
import { EngineError } from '../errors.ts';
import { createChatTemplate, type ChatTemplate } from '../tokenizer/chat-template.ts';
import { specialTokenText } from '../tokenizer/tokenizer-files.ts';
import { createTokenizer, type Tokenizer } from '../tokenizer/tokenizer.ts';
import { Batcher } from './batcher.ts';
import { Decoder } from './decoder.ts';
import { parameterCountOf, prepareGraph } from './graph-cache.ts';
import type { ModelInput } from './model.ts';
import { clockMs, toPlainError, type FromWorker, type ToWorker, type WorkerInput } from './protocol.ts';
import { chatOf, DEFAULT_MAX_TOKENS } from './request.ts';

interface Loaded {
  readonly checkpoint: Checkpoint;
  readonly tokenizer: Tokenizer;
  readonly template: ChatTemplate | null;
  readonly decoder: Decoder;
  readonly batcher: Batcher;
}

const port = parentPort!;
const send = (message: FromWorker) => port.postMessage(message);
const aborted = new Set<number>();
let closing = false;
const isAborted = (id: number) => closing || aborted.has(id);

async function load({ path, precision, cacheFolder }: WorkerInput): Promise<Loaded> {
  const checkpoint = await readCheckpoint(path);
  try {
    const tokenizer = createTokenizer(checkpoint.tokenizer);
    if (tokenizer.vocabSize > checkpoint.spec.vocabSize) {
      throw new EngineError(
        'E_TOKENIZER_INVALID',
        `the tokenizer has ${tokenizer.vocabSize} tokens, the weights have ${checkpoint.spec.vocabSize}`,
      );
    }
    const { chatTemplate } = checkpoint;
    const template = chatTemplate === null ? null : createChatTemplate(chatTemplate, checkpoint.tokenizer);
    const graph = await prepareGraph(checkpoint, precision, cacheFolder);
    const decoder = await Decoder.open(checkpoint.spec, graph, parameterCountOf(checkpoint));
    const batcher = new Batcher(decoder, tokenizer, checkpoint.eosTokenIds);
    return { checkpoint, tokenizer, template, decoder, batcher };
  } finally {
    await checkpoint.weights.close();
  }
}

/** @throws EngineError E_CHAT_TEMPLATE_INVALID for messages to a model without a template */
function tokensOf(model: Loaded, input: ModelInput, addSpecialTokens = true): number[] {
  if (input.tokens !== undefined) {
    const unknown = input.tokens.find((token) => token >= model.checkpoint.spec.vocabSize);
    if (unknown === undefined) return [...input.tokens];
    const what = `token ${unknown} is none of the model's ${model.checkpoint.spec.vocabSize}`;
    throw new EngineError('E_REQUEST_INVALID', what, { remedy: 'Give ids of its own tokenizer.' });
  }
  const raw = input.messages === undefined && (input.raw === true || model.template === null);
  if (!raw && model.template === null) {
    throw new EngineError('E_CHAT_TEMPLATE_INVALID', 'this model has no chat template, but got messages', {
      remedy: 'Give a prompt instead of messages.',
    });
  }
  const tokens = raw
    ? model.tokenizer.encode(input.prompt, addSpecialTokens)
    : model.tokenizer.encode(model.template!.render(chatOf(input)), false);
  if (tokens.length === 0) {
    throw new EngineError('E_PROMPT_EMPTY', 'the tokenizer makes no tokens of the prompt');
  }
  return tokens;
}

async function generate(model: Loaded, request: Extract<ToWorker, { type: 'generate' }>): Promise<void> {
  const { id, sampling } = request;
  const promptTokens = tokensOf(model, request.input);
  const room = model.checkpoint.spec.maxPositions - promptTokens.length;
  const maxTokens = sampling.maxTokens ?? Math.min(DEFAULT_MAX_TOKENS, room);
  if (maxTokens > room || room < 1) {
    throw new EngineError(
      'E_PROMPT_TOO_LONG',
      `${promptTokens.length} prompt tokens and ${Math.max(1, maxTokens)} to generate do not fit into a context ` +
        `of ${model.checkpoint.spec.maxPositions}`,
    );
  }
  let startedAtMs = 0;
  const tokensAtMs: number[] = [];
  const result = await model.batcher.generate({
    ...sampling,
    promptTokens,
    maxTokens,
    logprobs: request.logprobs,
    isAborted: () => isAborted(id),
    onStart: () => {
      startedAtMs = clockMs();
      send({ type: 'started', id });
    },
    onToken: () => {
      tokensAtMs.push(clockMs());
    },
    onText: (text, logprobs) => {
      if (request.wantsText) send({ type: 'text', id, text, logprobs });
    },
  });
  send({
    type: 'generated',
    id,
    result,
    promptTokens: promptTokens.length,
    startedAtMs,
    tokensAtMs,
  });
}

/** Input and completion are encoded apart: these are the tokens the model would have had to generate. */
async function logLikelihood(
  model: Loaded,
  request: Extract<ToWorker, { type: 'logLikelihood' }>,
): Promise<void> {
  const { id } = request;
  const promptTokens = tokensOf(model, request.input);
  const completionTokens = model.tokenizer.encode(request.completion, false);
  const { maxPositions } = model.checkpoint.spec;
  if (promptTokens.length + completionTokens.length > maxPositions) {
    throw new EngineError(
      'E_PROMPT_TOO_LONG',
      `${promptTokens.length} prompt and ${completionTokens.length} completion tokens do not fit into a context ` +
        `of ${maxPositions}`,
      { remedy: 'Shorten the prompt or the completion.' },
    );
  }
  const result = await model.batcher.score({
    promptTokens,
    completionTokens,
    isAborted: () => isAborted(id),
  });
  send({ type: 'scored', id, result });
}

function tokenized(model: Loaded, request: Extract<ToWorker, { type: 'encode' | 'decode' }>): FromWorker {
  const { id } = request;
  const { tokenizer } = model;
  if (request.type === 'decode') {
    return { type: 'decoded', id, text: tokenizer.decode(tokensOf(model, { tokens: request.tokens }), true) };
  }
  const tokens = tokensOf(model, request.input, request.addSpecialTokens);
  return { type: 'encoded', id, tokens: tokens.map((token) => ({ token, text: tokenizer.textOf(token) })) };
}

async function answer(model: Loaded, request: Exclude<ToWorker, { type: 'close' }>): Promise<void> {
  if (request.type === 'abort') {
    aborted.add(request.id);
    return;
  }
  try {
    if (request.type === 'generate') await generate(model, request);
    else if (request.type === 'logLikelihood') await logLikelihood(model, request);
    else send(tokenized(model, request));
  } catch (error) {
    send({ type: 'failed', id: request.id, error: toPlainError(error) });
  } finally {
    aborted.delete(request.id);
  }
}

/** Gives up what is under way, then ends the thread. */
async function close(model: Loaded): Promise<void> {
  closing = true;
  await model.batcher.idle();
  await model.decoder.release();
  port.close();
}

try {
  const model = await load(workerData as WorkerInput);
  port.on('message', (message: ToWorker) => {
    void (message.type === 'close' ? close(model) : answer(model, message));
  });
  const { digests, spec } = model.checkpoint;
  send({
    type: 'loaded',
    model: {
      digests,
      parameterCount: parameterCountOf(model.checkpoint),
      contextLength: spec.maxPositions,
      bosToken: specialTokenText(model.checkpoint.tokenizer.tokenizerConfig, 'bos_token'),
      eosToken: specialTokenText(model.checkpoint.tokenizer.tokenizerConfig, 'eos_token'),
      chatTemplate: model.checkpoint.chatTemplate,
    },
  });
} catch (error) {
  send({ type: 'loadFailed', error: toPlainError(error) });
}
