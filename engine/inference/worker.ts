/** The worker thread of one model: opens the model, answers requests.
 *  Started by engine/worker-entry.js; a run of ONNX Runtime blocks the thread it is called from. */
import { parentPort, workerData } from 'node:worker_threads';
import { EngineError } from '../errors.ts';
import { createChatTemplate, type ChatTemplate } from '../tokenizer/chat-template.ts';
import { specialTokenText } from '../tokenizer/tokenizer-files.ts';
import { createTokenizer, type Tokenizer } from '../tokenizer/tokenizer.ts';
import { Batcher } from './batcher.ts';
import { ConstraintCompiler } from './constrained-text.ts';
import type { ModelInput } from './model.ts';
import { openDecoder, type OpenedModel } from './open-decoder.ts';
import { clockMs, toPlainError, type FromWorker, type ToWorker, type WorkerInput } from './protocol.ts';
import { chatOf, DEFAULT_MAX_TOKENS } from './request.ts';

interface Loaded extends OpenedModel {
  readonly tokenizer: Tokenizer;
  readonly template: ChatTemplate | null;
  readonly batcher: Batcher;
  readonly constraints: ConstraintCompiler;
}

const port = parentPort!;
const send = (message: FromWorker) => port.postMessage(message);
/** Requests under way, and those of them that their callers gave up. */
const open = new Set<number>();
const aborted = new Set<number>();
let closing = false;
const isAborted = (id: number) => closing || aborted.has(id);

async function load({ path, precision, cacheFolder, adapter, device }: WorkerInput): Promise<Loaded> {
  const opened = await openDecoder(path, precision, cacheFolder, adapter, device);
  const { description, vocabSize, decoder } = opened;
  const tokenizer = createTokenizer(description.tokenizer);
  if (tokenizer.vocabSize > vocabSize) {
    throw new EngineError(
      'E_TOKENIZER_INVALID',
      `the tokenizer has ${tokenizer.vocabSize} tokens, the weights have ${vocabSize}`,
    );
  }
  const { chatTemplate } = description;
  const template = chatTemplate === null ? null : createChatTemplate(chatTemplate, description.tokenizer);
  const batcher = new Batcher(decoder, tokenizer, description.eosTokenIds);
  const constraints = new ConstraintCompiler(description.tokenizer, tokenizer, description.eosTokenIds);
  return { ...opened, tokenizer, template, batcher, constraints };
}

/** @throws EngineError E_CHAT_TEMPLATE_INVALID for messages to a model without a template */
function tokensOf(model: Loaded, input: ModelInput, addSpecialTokens = true): number[] {
  if (input.tokens !== undefined) {
    const unknown = input.tokens.find((token) => token >= model.vocabSize);
    if (unknown === undefined) return [...input.tokens];
    const what = `token ${unknown} is none of the model's ${model.vocabSize}`;
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
  const { id } = request;
  const { constraint, ...sampling } = request.sampling;
  const promptTokens = tokensOf(model, request.input);
  const room = model.maxPositions - promptTokens.length;
  const maxTokens = sampling.maxTokens ?? Math.min(DEFAULT_MAX_TOKENS, room);
  if (maxTokens > room || room < 1) {
    throw new EngineError(
      'E_PROMPT_TOO_LONG',
      `${promptTokens.length} prompt tokens and ${Math.max(1, maxTokens)} to generate do not fit into a context ` +
        `of ${model.maxPositions}`,
    );
  }
  let startedAtMs = 0;
  const tokensAtMs: number[] = [];
  const result = await model.batcher.generate({
    ...sampling,
    ...(constraint && { constraint: model.constraints.masksOf(constraint) }),
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
  if (completionTokens.length === 0) {
    throw new EngineError('E_REQUEST_INVALID', 'the tokenizer makes no tokens of the completion');
  }
  const { maxPositions } = model;
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

async function adapted(model: Loaded, request: Extract<ToWorker, { type: 'adapter' }>): Promise<FromWorker> {
  if (!model.useAdapter) {
    throw new EngineError('E_REQUEST_INVALID', 'this model was not loaded to take other adapters', {
      remedy: 'Load it with an adapter that is not merged.',
    });
  }
  // Nothing new comes in meanwhile: the asking side holds it back.
  await model.batcher.idle();
  model.batcher.forgetPrefixes();
  return { type: 'adapted', id: request.id, digest: await model.useAdapter(request.path) };
}

async function answer(model: Loaded, request: Exclude<ToWorker, { type: 'close' }>): Promise<void> {
  if (request.type === 'abort') {
    // It may have been answered in the meantime.
    if (open.has(request.id)) aborted.add(request.id);
    return;
  }
  open.add(request.id);
  try {
    if (request.type === 'generate') await generate(model, request);
    else if (request.type === 'logLikelihood') await logLikelihood(model, request);
    else if (request.type === 'adapter') send(await adapted(model, request));
    else send(tokenized(model, request));
  } catch (error) {
    send({ type: 'failed', id: request.id, error: toPlainError(error) });
  } finally {
    open.delete(request.id);
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
  const { digests, tokenizer, chatTemplate } = model.description;
  send({
    type: 'loaded',
    model: {
      digests,
      parameterCount: model.parameterCount,
      ...(model.weightBytes !== null && { weightBytes: model.weightBytes }),
      contextLength: model.maxPositions,
      bosToken: specialTokenText(tokenizer.tokenizerConfig, 'bos_token'),
      eosToken: specialTokenText(tokenizer.tokenizerConfig, 'eos_token'),
      chatTemplate,
    },
  });
} catch (error) {
  send({ type: 'loadFailed', error: toPlainError(error) });
}
